"""While a mandatory report about a child is with the police nothing goes to its guardians; the log tells nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.chassis.crew import Crew
from services.chassis.decider import COUNTY_TIME
from services.chassis.service import Service
from services.contracts import assistance
from services.contracts.codes import Role
from services.contracts.ids import ApplicationId, OfficerId, PupilId, TemplateCode
from services.contracts.registry import GuardianRef
from services.notifications.adapters.people import Recipient
from services.notifications.app import app
from services.notifications.domain.notification_state import Status
from services.notifications.domain.occasions import ABSENCE_QUERY, AID_APPROVED
from services.notifications.domain.scheduling import notification_id
from services.oversight.queries.scope import Scope
from services.oversight.queries.trace import trace
from services.oversight.service import build as build_oversight
from tests.callers import Caller, SignedTokens, appoint
from tests.neighbours import settle
from tests.notifications.conftest import CARER, World, Worlds
from tests.notifications.invented import GRANDMOTHER, MOTHER, PUPIL, SCHOOL, TODAY, county_time
from tests.notifications.reports import answered, reported, withdrawn

SIBLING = PupilId("sibling")
AUNT = GuardianRef(MOTHER, "aunt", carer=True, reachable=True)


def granted(world: World, pupil_id: PupilId = PUPIL) -> str:
    """Aid is granted: a text that does not grow stale; answers the id of what set it off."""
    event = assistance.AidGranted(
        application_id=ApplicationId(f"application-of-{pupil_id}"),
        pupil_id=pupil_id,
        programme_code="temporary_relief",
        amount_fen=50_000,
        granted_on=TODAY,
        by_officer_id=OfficerId("clerk"),
    )
    return world.told(event.application_id, event)[0].event_id


def next_morning(world: World) -> None:
    tomorrow = world.clock.instant.astimezone(COUNTY_TIME) + timedelta(days=1)
    world.at(tomorrow.replace(hour=8, minute=1))


def in_the_evening(world: World) -> None:
    world.at(county_time("2026-09-08 23:00"))


def test_a_new_query_waits_without_a_word_until_its_day_is_over(world: World) -> None:
    reported(world)
    text = world.text(world.missed())
    world.after(minutes=30)
    world.confirmed()
    assert world.text(text.reason_event_id) == text, "neither the half hour nor the teacher changes anything"
    in_the_evening(world)
    stale = world.text(text.reason_event_id)
    assert (stale.status, stale.reason, world.outbox()) == (Status.CANCELLED, "stale", [])
    assert world.happened(text.notification_id) == ["NotificationScheduled", "NotificationCancelled"]


def test_a_query_that_was_waiting_when_the_child_was_reported_does_not_go(world: World) -> None:
    reason = world.missed()
    reported(world)
    world.confirmed()
    assert (world.text(reason).status, world.outbox()) == (Status.WAITING, [])
    in_the_evening(world)
    assert (world.text(reason).status, world.outbox()) == (Status.CANCELLED, [])


def test_a_text_that_was_just_released_is_left_until_the_hours_are_over_and_then_ends_as_one_that_came_too_late(
    world: World,
) -> None:
    text = world.text(world.missed())
    with world.worker_away():
        world.confirmed()
        reported(world)
    world.settle()
    assert (world.text(text.reason_event_id).status, world.outbox()) == (Status.RELEASED, [])
    world.after(hours=4)
    assert (world.text(text.reason_event_id).status, world.outbox()) == (Status.RELEASED, []), "and no call is asked for"
    in_the_evening(world)
    assert world.happened(text.notification_id) == ["NotificationScheduled", "NotificationReleased", "NotificationCancelled"]


@pytest.mark.parametrize(
    ("guardians", "raised"),
    [((msgspec.structs.replace(CARER, reachable=False),), ["no_number"]), ((), [])],
    ids=["no number", "no guardian"],
)
def test_nobody_is_asked_to_call_while_texts_are_held(world: World, guardians: tuple[GuardianRef, ...], raised: list[str]) -> None:
    world.enrol(guardians=guardians)
    world.people.recipients[GRANDMOTHER] = Recipient(None, "child", record_version=1)
    reported(world)
    granted(world)
    world.missed()
    world.after(minutes=30)
    in_the_evening(world)
    assert [text.call_reason for text in world.texts() if text.calling] == []
    assert "ContactUnreachable" not in [name for text in world.texts() for name in world.happened(text.notification_id)]
    answered(world, hold=False)
    next_morning(world)
    assert [text.call_reason for text in world.texts() if text.calling] == raised, "of the aid that is still to be told"


def test_neither_name_nor_number_is_asked_for_a_text_that_is_held(world: World) -> None:
    reported(world)
    world.missed()
    world.confirmed()
    assert world.people.asked == []


def test_a_text_that_does_not_grow_stale_goes_after_the_answer_and_no_stale_one_does(world: World) -> None:
    reported(world)
    stale, aid = world.missed(), granted(world)
    world.confirmed()
    text = world.text(aid, template=AID_APPROVED)
    assert text.status is Status.WAITING
    in_the_evening(world)
    assert world.text(aid, template=AID_APPROVED).status is Status.POSTPONED
    next_morning(world)
    assert world.happened(text.notification_id) == ["NotificationScheduled", "NotificationPostponed"]
    answered(world, hold=False)
    world.after(hours=13)
    next_morning(world)
    assert world.text(aid, template=AID_APPROVED).status is Status.SENT
    assert world.text(stale).status is Status.CANCELLED


def test_an_answer_that_holds_goes_on_holding(world: World) -> None:
    reported(world)
    answered(world, hold=True)
    world.missed()
    world.confirmed()
    assert world.outbox() == []
    answered(world, hold=False)
    world.missed_again()
    assert len(world.outbox()) == 1


def test_a_report_that_is_taken_back_lets_texts_go_and_one_of_two_does_not(world: World) -> None:
    reported(world)
    reported(world, "report-2")
    withdrawn(world)
    world.missed()
    world.confirmed()
    assert world.outbox() == []
    answered(world, hold=False, of="report-2")
    world.missed_again()
    assert len(world.outbox()) == 1


@pytest.mark.parametrize(("guardian", "texts"), [(CARER, 0), (AUNT, 1)], ids=["the same", "another"])
def test_the_same_guardian_is_not_texted_about_a_sibling_either_and_anothers_is(
    world: World, guardian: GuardianRef, texts: int
) -> None:
    world.enrol(SIBLING, (guardian,))
    reported(world)
    world.missed(pupil_id=SIBLING)
    world.after(minutes=30)
    assert len(world.outbox()) == texts


def test_a_call_about_a_sibling_waits_where_the_guardian_is_the_same(world: World) -> None:
    world.enrol(SIBLING, (msgspec.structs.replace(CARER, reachable=False),))
    reported(world)
    granted(world, SIBLING)
    assert [text.calling for text in world.texts()] == [False]


def test_the_log_of_a_held_text_names_no_report(world: World) -> None:
    reported(world)
    text = world.text(world.missed())
    world.confirmed()
    in_the_evening(world)
    stream = list(world.service.store.walk([f"notification-{text.notification_id}"]))
    told = {each.event_id for each in world.others.told if each.stream_id.startswith("mandatory_report-")}
    assert not told & {each.causation_id for each in stream}
    assert not [each for each in stream if b"report" in each.data]


# --- what officers are told -------------------------------------------------------------------------------------------

TIMES = {"created_at", "changed_at", "sent_at", "recorded_at", "occurred_at", "scheduled_at"}
OWN = {
    "notification_id",
    "reason_event_id",
    "event_id",
    "causation_id",
    "reference",
    "subject_id",
    "caused_by",
    "stream_id",
    "receipt",
    "digest",
}
BY_THE_CLOCK = {"depth"}
"""What a clock does hangs on the text, what is done at once on what set the text off."""


def but_times_and_ids(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: but_times_and_ids(value) for key, value in told.items() if key not in TIMES | OWN | BY_THE_CLOCK}
    return [but_times_and_ids(each) for each in told] if isinstance(told, list) else told


@pytest.fixture
def overseen(worlds: Worlds) -> Iterator[Callable[[], tuple[World, Any]]]:
    """Worlds whose events oversight hears as well, and a principal who asks both."""
    opened: list[tuple[Crew, Service]] = []

    def make() -> tuple[World, Any]:
        world = worlds()
        appoint(world.others, "principal", Role.PRINCIPAL, SCHOOL)
        oversight = build_oversight(world.foundation)
        crew = Crew(oversight, world.bus)
        opened.append((crew, oversight))
        tokens = SignedTokens()
        desk = app(world.service, tokens.verifier, version="test", people=world.people)

        def told(reason: str, template: TemplateCode) -> Any:
            world.settle()
            settle(crew)
            own_id = notification_id(reason, GRANDMOTHER, template)
            shown = Caller(desk, tokens.of("principal")).get(f"/{own_id}").json
            listed = Caller(desk, tokens.of("principal")).get("/").json["items"]
            return but_times_and_ids([shown, listed, trace(oversight.engine, own_id, Scope(schools=(SCHOOL,)))])

        return world, told

    yield make
    for crew, oversight in opened:
        crew.close()
        oversight.close()


@pytest.mark.parametrize("told_at", ["2026-09-08 10:00", "2026-09-08 20:59"], ids=["in the morning", "late"])
def test_a_held_query_is_told_as_one_that_waits_and_whose_day_ends(overseen: Callable[[], tuple[World, Any]], told_at: str) -> None:
    (held, told), (ordinary, told_of_ordinary) = overseen(), overseen()
    ordinary.at(county_time("2026-09-08 22:45"))  # its half hour would end after the hours
    held.at(county_time(told_at))
    reported(held)
    one, other = held.missed(), ordinary.missed()
    held.after(minutes=31)
    assert told(one, ABSENCE_QUERY) == told_of_ordinary(other, ABSENCE_QUERY)
    in_the_evening(held)
    in_the_evening(ordinary)
    assert told(one, ABSENCE_QUERY) == told_of_ordinary(other, ABSENCE_QUERY)


def test_held_aid_is_told_as_what_was_granted_after_the_hours(overseen: Callable[[], tuple[World, Any]]) -> None:
    (held, told), (ordinary, told_of_ordinary) = overseen(), overseen()
    ordinary.at(county_time("2026-09-08 21:00"))
    reported(held)
    one, other = granted(held), granted(ordinary)
    held.at(county_time("2026-09-08 21:00"))
    assert told(one, AID_APPROVED) == told_of_ordinary(other, AID_APPROVED)
    answered(held, hold=False)
    next_morning(held)
    next_morning(ordinary)
    assert told(one, AID_APPROVED) == told_of_ordinary(other, AID_APPROVED)
