"""Notifications' read models: rebuilt they are the live ones; a second start seeds nothing."""

from __future__ import annotations

from datetime import timedelta

from services.chassis.crew import Crew
from services.contracts import assistance, casework, registry
from services.contracts.codes import SchoolKind, Session
from services.contracts.ids import ApplicationId, CaseId, ClassId, OfficerId, PupilId, SchoolId
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.domain.calling import FinishCall
from services.notifications.domain.notification_state import Status
from services.notifications.domain.sending import ResolveUncertainty
from services.notifications.projections import SCHOOL_ROWS
from services.notifications.service import build
from tests.neighbours import settle
from tests.notifications.conftest import PARENT, World, Worlds
from tests.notifications.invented import EPISODE, FATHER, GRANDMOTHER, MOTHER, PUPIL, SCHOOL, TODAY, county_time
from tests.notifications.reports import answered, reported, withdrawn
from tests.read_models import (
    beginnings_ask_for_nothing,
    delivered_twice_is_once,
    every_folded_event_happened,
    order_among_streams_is_free,
    rebuilt_is_live,
)

SECOND, THIRD, FOURTH = PupilId("pupil-2"), PupilId("pupil-3"), PupilId("pupil-4")
CARING = type(PARENT)(MOTHER, "mother", carer=True, reachable=True)


def live_through(world: World) -> None:
    """Texts in every state, a call that was made, a household that moved and changed."""
    unreachable = (type(PARENT)(FATHER, "father", carer=True, reachable=False),)
    world.enrol(SECOND, guardians=(PARENT,))
    world.enrol(THIRD, guardians=unreachable)
    world.missed()
    world.missed(Session.AFTERNOON)
    world.confirmed()
    world.missed(pupil_id=SECOND)
    world.missed(pupil_id=THIRD)
    world.after(minutes=30)
    uncertain = next(row for row in world.texts() if row.status is Status.UNCERTAIN)
    world.do(ResolveUncertainty(notification_id=uncertain.notification_id, decision="was_sent"))
    for row in world.texts():
        if row.calling and row.pupil_id == THIRD:
            world.do(FinishCall(notification_id=row.notification_id, result="wrong_number"))
    world.told(
        f"pupil-{PUPIL}",
        registry.PupilRecordWritten(pupil_id=PUPIL, record_version=2, guardians=(PARENT,), residence_division="990126100"),
        registry.PupilTransferred(pupil_id=PUPIL, school_id=SchoolId("school-2"), class_id=ClassId("class-2"), grade=7),
    )
    agreed = casework.ReturnAgreed(case_id=CaseId("case-1"), pupil_id=PUPIL, return_on=TODAY + timedelta(days=1))
    world.told("case-case-1", agreed)
    world.withdrawn()
    world.excused(Session.AFTERNOON)
    world.told(f"pupil-{THIRD}", registry.AbsenceEnded(pupil_id=THIRD, episode_id=EPISODE, back_on=TODAY, reason="attended"))
    school = {"name": "新名中学", "name_en": "New", "kind": SchoolKind.JUNIOR, "division": "990126100", "boarding": True}
    world.others.tell(f"school-{SCHOOL}", registry.SchoolChanged(school_id=SCHOOL, **school))
    world.enrol(FOURTH, guardians=(CARING,))
    world.at(county_time("2026-09-08 21:30"))
    granted = assistance.AidGranted(
        application_id=ApplicationId("application-4"),
        pupil_id=FOURTH,
        programme_code="temporary_relief",
        amount_fen=100,
        granted_on=TODAY,
        by_officer_id=OfficerId("clerk"),
    )
    world.told("application-application-4", granted)
    world.at(county_time("2026-09-09 08:10"))
    world.missed(day=TODAY + timedelta(days=1))
    for report in ("open", "answered", "withdrawn"):
        reported(world, report)
    answered(world, hold=True, of="open")
    answered(world, hold=False, of="answered")
    withdrawn(world, of="withdrawn")


def faulty(worlds: Worlds) -> World:
    return worlds(faults=GatewayFaults(uncertain={GRANDMOTHER}, unreachable={FATHER}))


def test_rebuilt_read_models_are_the_live_ones(worlds: Worlds) -> None:
    world = faulty(worlds)
    live_through(world)
    assert {row.status for row in world.texts()} == {"sent", "failed", "to_call", "waiting", "cancelled"}
    rebuilt_is_live(world.service)


def test_shuffled_across_streams_they_are_the_same(worlds: Worlds) -> None:
    world = faulty(worlds)
    live_through(world)
    every_folded_event_happened(world.service)
    order_among_streams_is_free(world.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(worlds: Worlds) -> None:
    world = faulty(worlds)
    live_through(world)
    beginnings_ask_for_nothing(world.service)


def test_what_is_delivered_twice_counts_once(worlds: Worlds) -> None:
    world = faulty(worlds)
    live_through(world)
    delivered_twice_is_once(world)


def test_a_second_start_seeds_nothing_and_goes_on_with_what_waits(world: World) -> None:
    reason = world.missed()
    before = list(world.service.store.walk())
    world.crew.close()
    world.service.store.close()
    world.service = build(world.foundation, world.people)
    world.crew = Crew(world.service, world.bus)
    assert list(world.service.store.walk()) == before
    world.clock.instant += timedelta(minutes=30)
    settle(world.crew)
    assert world.text(reason).status is Status.SENT


def test_a_renamed_school_stands_in_texts_by_its_new_name(world: World) -> None:
    assert registry.SchoolChanged in SCHOOL_ROWS.on
    changed = registry.SchoolChanged(
        school_id=SchoolId("school-1"),
        name="新名小学",
        name_en="New Name Primary",
        kind=SchoolKind.PRIMARY,
        division="990126101",
        boarding=False,
    )
    envelope = next(world.service.store.walk())
    row = SCHOOL_ROWS.fold(None, changed, envelope)
    assert row is not None
    assert (row.name, row.name_en) == ("新名小学", "New Name Primary")
