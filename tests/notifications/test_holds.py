"""While a mandatory report about a child is with the police nothing goes to its guardians; the log tells nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts import assistance
from services.contracts.ids import ApplicationId, NotificationId, OfficerId, PupilId
from services.contracts.registry import GuardianRef
from services.notifications.domain.notification_state import Status
from services.notifications.domain.occasions import AID_APPROVED
from tests.notifications.conftest import CARER, World
from tests.notifications.invented import MOTHER, PUPIL, TODAY
from tests.notifications.reports import answered, reported, withdrawn

SIBLING = PupilId("sibling")
AUNT = GuardianRef(MOTHER, "aunt", carer=True, reachable=True)


def granted(world: World) -> str:
    """Aid is granted: a text that does not grow stale; answers the id of what set it off."""
    event = assistance.AidGranted(
        application_id=ApplicationId("application-1"),
        pupil_id=PUPIL,
        programme_code="temporary_relief",
        amount_fen=50_000,
        granted_on=TODAY,
        by_officer_id=OfficerId("clerk"),
    )
    return world.told("application-1", event)[0].event_id


def next_morning(world: World) -> None:
    world.at((world.clock.instant + timedelta(days=1)).replace(hour=0, minute=1))  # 08:01 in the county


def test_a_new_query_is_not_sent_and_grows_stale_with_its_day(world: World) -> None:
    reported(world)
    text = world.text(world.missed())
    world.after(minutes=30)
    text = world.text(text.reason_event_id)
    assert (text.status, text.reason) == (Status.CANCELLED, "stale")
    assert world.outbox() == []


def test_a_query_that_was_waiting_when_the_child_was_reported_does_not_go(world: World) -> None:
    reason = world.missed()
    reported(world)
    world.confirmed()
    assert (world.text(reason).status, world.outbox()) == (Status.CANCELLED, [])


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
    assert text.status is Status.POSTPONED
    next_morning(world)
    assert world.text(aid, template=AID_APPROVED).status is Status.POSTPONED
    answered(world, hold=False)
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


def test_the_log_of_a_held_text_names_no_report(world: World) -> None:
    reported(world)
    text = world.text(world.missed())
    world.confirmed()
    own_id: NotificationId = text.notification_id
    assert world.happened(own_id) == ["NotificationScheduled", "NotificationReleased", "NotificationCancelled"]
    stream = list(world.service.store.walk([f"notification-{own_id}"]))
    told = {each.event_id for each in world.others.told if each.stream_id.startswith("mandatory_report-")}
    assert not told & {each.causation_id for each in stream}
    assert not [each for each in stream if b"report" in each.data]
