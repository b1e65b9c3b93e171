"""What happens to a child, and the texts that follow or no longer do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.contracts import assistance, casework, registry
from services.contracts.codes import Outcome, Placement, Session
from services.contracts.identity import PolicySet
from services.contracts.ids import ApplicationId, CaseId, OfficerId, PupilId
from services.contracts.registry import GuardianRef
from services.notifications.domain.notification_state import Status
from services.notifications.domain.occasions import ABSENCE_QUERY, AID_APPROVED, RETURN_REMINDER, WELCOME_BACK
from services.notifications.domain.policies import GUARDIANS_TEXTED
from services.notifications.domain.scheduling import notification_id
from services.notifications.reactions import in_texting_order
from tests.neighbours import COUNTY
from tests.notifications.conftest import CARER, PARENT, World
from tests.notifications.invented import EPISODE, FATHER, GRANDMOTHER, PUPIL, TODAY, county_time

CASE = CaseId("case-1")
CLERK = OfficerId("clerk")
TOMORROW = TODAY + timedelta(days=1)


def statuses(world: World) -> list[tuple[str, Status, str | None]]:
    return [(row.template, row.status, row.reason) for row in world.texts()]


# --- absence ----------------------------------------------------------------------------------------------------------


def test_the_carer_is_asked_once_the_teacher_confirms(world: World) -> None:
    reason = world.missed()
    assert world.text(reason).status is Status.WAITING
    world.confirmed()
    text = world.text(reason)
    assert (text.status, text.guardian_id, text.episode_id) == (Status.SENT, GRANDMOTHER, EPISODE)
    assert len(world.outbox()) == 1
    world.after(minutes=31)
    assert len(world.outbox()) == 1


def test_without_confirmation_the_carer_is_asked_after_half_an_hour(world: World) -> None:
    world.missed()
    world.after(minutes=29)
    assert world.outbox() == []
    world.after(minutes=1)
    assert len(world.outbox()) == 1


def test_a_day_is_asked_for_once_and_the_next_day_again(world: World) -> None:
    world.missed()
    world.after(minutes=30)
    world.missed(Session.AFTERNOON)
    world.missed(Session.DORMITORY)
    world.after(hours=1)
    assert len(world.outbox()) == 1
    world.at(county_time("2026-09-09 08:10"))
    world.missed(day=TOMORROW)
    world.after(minutes=30)
    assert [row.day for row in world.texts()] == [TODAY, TOMORROW]
    assert len(world.outbox()) == 2


def test_a_silent_notice_asks_nobody(world: World) -> None:
    world.missed(silent=True)
    assert world.texts() == []
    reason = world.missed(Session.AFTERNOON)
    assert world.text(reason).status is Status.WAITING


def test_a_notice_of_yesterday_is_recorded_and_not_sent(world: World) -> None:
    world.missed(day=TODAY - timedelta(days=1))
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "stale")]


def test_a_correction_cancels_the_query(world: World) -> None:
    world.missed()
    world.withdrawn()
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "absence_withdrawn")]
    world.after(hours=1)
    assert world.outbox() == []


def test_an_excuse_cancels_the_query(world: World) -> None:
    world.missed()
    world.excused()
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "absence_excused")]


def test_a_correction_of_one_session_leaves_the_query_of_another(world: World) -> None:
    reason = world.missed()
    world.missed(Session.AFTERNOON)
    world.withdrawn()
    assert world.text(reason).status is Status.WAITING
    world.excused(Session.AFTERNOON)
    assert world.text(reason).status is Status.CANCELLED


def test_a_child_missed_again_after_a_correction_is_asked_for_again(world: World) -> None:
    world.missed()
    world.withdrawn()
    again = world.missed(Session.AFTERNOON)
    assert world.text(again).status is Status.WAITING


def test_a_recorded_contact_takes_the_place_of_the_query(world: World) -> None:
    world.missed()
    world.contacted(reached=True)
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "contact_recorded")]
    world.missed(Session.AFTERNOON)
    assert len(world.texts()) == 1


def test_an_attempt_that_reached_nobody_leaves_the_query(world: World) -> None:
    reason = world.missed()
    world.contacted(reached=False)
    assert world.text(reason).status is Status.WAITING


def test_a_child_that_came_is_not_asked_for(world: World) -> None:
    world.missed()
    ended = registry.AbsenceEnded(pupil_id=PUPIL, episode_id=EPISODE, back_on=TODAY, reason="attended")
    world.told(f"pupil-{PUPIL}", ended)
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "absence_ended")]


def test_what_cancels_may_come_before_anything_was_missed(world: World) -> None:
    world.withdrawn()
    world.confirmed()
    world.contacted(reached=True)
    assert world.texts() == []
    assert world.service.store.parked() == []


def test_a_query_not_sent_on_its_day_is_dropped_at_closing_time(world: World) -> None:
    world.people.down = True
    world.missed()
    world.confirmed()
    world.at(county_time("2026-09-08 23:00"))
    assert statuses(world) == [(ABSENCE_QUERY, Status.CANCELLED, "stale")]


# --- whom -------------------------------------------------------------------------------------------------------------


def test_guardians_are_texted_who_can_be_reached_and_among_them_the_carer_first() -> None:
    unreachable = GuardianRef(GRANDMOTHER, "grandmother", carer=True, reachable=False)
    assert in_texting_order([PARENT, CARER]) == [CARER, PARENT]
    assert in_texting_order([unreachable, PARENT]) == [PARENT, unreachable]


def test_a_county_that_texts_two_guardians_texts_each_once(world: World) -> None:
    world.others.tell(f"county-{COUNTY}", PolicySet(code=GUARDIANS_TEXTED.code, value=2, source="test"))
    world.settle()
    reason = world.missed()
    world.confirmed()
    assert {row.guardian_id: row.status for row in world.texts()} == {GRANDMOTHER: Status.SENT, FATHER: Status.SENT}
    assert world.text(reason, FATHER).receipt != world.text(reason, GRANDMOTHER).receipt


def test_siblings_are_never_merged(world: World) -> None:
    sibling = PupilId("pupil-2")
    world.enrol(sibling)
    world.missed()
    world.missed(pupil_id=sibling)
    world.after(minutes=30)
    assert sorted(row["pupil_id"] for row in world.outbox()) == [PUPIL, sibling]


def test_a_child_whose_household_is_unknown_becomes_a_call(world: World) -> None:
    granted = assistance.AidGranted(
        application_id=ApplicationId("a"),
        pupil_id=PupilId("stranger"),
        programme_code="x",
        amount_fen=1,
        granted_on=TODAY,
        by_officer_id=CLERK,
    )
    world.told("application-a", granted)
    (row,) = world.texts()
    assert (row.status, row.calling, row.call_reason) == (Status.TO_CALL, True, "no_guardian")


def test_a_later_record_changes_who_is_texted(world: World) -> None:
    written = registry.PupilRecordWritten(pupil_id=PUPIL, record_version=2, guardians=(PARENT,), residence_division="990126100")
    world.told(f"pupil-{PUPIL}", written)
    assert world.text(world.missed(), FATHER).status is Status.WAITING


# --- return -----------------------------------------------------------------------------------------------------------


def agree(world: World, day: date) -> str:
    agreed = casework.ReturnAgreed(case_id=CASE, pupil_id=PUPIL, return_on=day, episode_id=EPISODE)
    return world.told(f"case-{CASE}", agreed)[0].event_id


def test_a_promised_return_is_recalled_the_evening_before(world: World) -> None:
    reason = agree(world, TODAY + timedelta(days=3))
    world.at(county_time("2026-09-10 18:59"))
    assert world.outbox() == []
    world.at(county_time("2026-09-10 19:00"))
    text = world.text(reason, template=RETURN_REMINDER)
    assert (text.status, text.episode_id) == (Status.SENT, EPISODE)
    world.after(days=2)
    assert len(world.outbox()) == 1


def test_another_day_takes_the_place_of_the_first(world: World) -> None:
    first = agree(world, TODAY + timedelta(days=2))
    second = agree(world, TODAY + timedelta(days=3))
    assert world.text(first, template=RETURN_REMINDER).reason == "another_day"
    assert world.text(second, template=RETURN_REMINDER).status is Status.WAITING


def test_the_same_day_promised_twice_is_recalled_once(world: World) -> None:
    agree(world, TOMORROW)
    agree(world, TOMORROW)
    world.at(county_time("2026-09-08 19:00"))
    agree(world, TOMORROW)
    assert len(world.outbox()) == 1


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            casework.ReturnConfirmed(
                case_id=CASE,
                pupil_id=PUPIL,
                episode_id=EPISODE,
                returned_on=TODAY,
                placement=Placement.ORIGINAL_CLASS,
            ),
            "returned",
        ),
        (casework.ReturnCalledOff(case_id=CASE, pupil_id=PUPIL, return_on=TOMORROW), "return_called_off"),
        (casework.CaseWithdrawn(case_id=CASE, pupil_id=PUPIL, withdrawn_on=TODAY, reason="attended"), "case_ended"),
        (
            casework.CaseClosed(
                case_id=CASE,
                pupil_id=PUPIL,
                episode_id=EPISODE,
                outcome=Outcome.MOVED_ABROAD,
                closed_on=TODAY,
                by_officer_id=CLERK,
            ),
            "case_ended",
        ),
    ],
)
def test_a_promise_that_has_ended_is_not_recalled(world: World, event: object, reason: str) -> None:
    agree(world, TOMORROW)
    world.told(f"case-{CASE}", event)
    assert statuses(world) == [(RETURN_REMINDER, Status.CANCELLED, reason)]


def test_a_return_is_welcomed_once_and_told_only_by_the_registry(world: World) -> None:
    confirmed = casework.ReturnConfirmed(
        case_id=CASE, pupil_id=PUPIL, episode_id=EPISODE, returned_on=TODAY, placement=Placement.ORIGINAL_CLASS
    )
    world.told(f"case-{CASE}", confirmed)
    assert world.texts() == []
    returned = registry.PupilReturned(pupil_id=PUPIL, episode_id=EPISODE, returned_on=TODAY, placement=Placement.ORIGINAL_CLASS)
    world.told(f"pupil-{PUPIL}", returned)
    assert [row["template"] for row in world.outbox()] == [WELCOME_BACK]


# --- aid --------------------------------------------------------------------------------------------------------------


def test_granted_aid_is_told_in_the_hours(world: World) -> None:
    world.at(county_time("2026-09-08 21:30"))
    granted = assistance.AidGranted(
        application_id=ApplicationId("a"),
        pupil_id=PUPIL,
        programme_code="temporary_relief",
        amount_fen=100,
        granted_on=TODAY,
        by_officer_id=CLERK,
    )
    (envelope,) = world.told("application-a", granted)
    own_id = notification_id(envelope.event_id, GRANDMOTHER, AID_APPROVED)
    assert world.happened(own_id) == ["NotificationScheduled", "NotificationPostponed"]
    world.at(county_time("2026-09-09 08:00"))
    assert [row["template"] for row in world.outbox()] == [AID_APPROVED]


def test_what_is_delivered_twice_is_texted_once(world: World) -> None:
    world.missed()
    world.confirmed()
    agree(world, TOMORROW)
    before = list(world.service.store.walk())
    for envelope in world.others.told:
        world.others.publish(envelope, envelope.type.partition(".")[0])
    world.settle()
    assert list(world.service.store.walk()) == before
    assert len(world.outbox()) == 1


def test_every_text_names_what_set_it_off_and_the_episode(world: World) -> None:
    reason = world.missed()
    world.confirmed()
    stream = f"notification-{world.text(reason).notification_id}"
    envelopes = list(world.service.store.walk([stream]))
    assert envelopes[0].causation_id == reason
    assert {envelope.correlation_id for envelope in envelopes} == {EPISODE}
    assert {envelope.partition_key for envelope in envelopes} == {PUPIL}
