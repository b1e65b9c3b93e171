"""From the release of a text to its receipt, or to what went wrong."""

from __future__ import annotations

import json

import msgspec
import pytest

from services.chassis.reactions import NotReached
from services.contracts import registry
from services.contracts.identity import PolicySet
from services.contracts.ids import ClassId, NotificationId, PupilId, SchoolId
from services.contracts.notifications import ContactUnreachable, NotificationReleased, NotificationSent
from services.notifications.adapters.gateway import NumberDead, TextRefused, Unanswered
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.adapters.people import Recipient
from services.notifications.domain.calling import FinishCall
from services.notifications.domain.notification_state import Status
from services.notifications.domain.occasions import ABSENCE_QUERY
from services.notifications.domain.policies import LONGEST_TEXT
from services.notifications.domain.releasing import CancelNotification
from services.notifications.domain.sending import ResolveUncertainty
from services.notifications.domain.template import ApproveTemplate, RecordFiling
from services.notifications.domain.texts import TemplateText
from tests.neighbours import COUNTY, events_of
from tests.notifications.conftest import World, Worlds
from tests.notifications.fakes import CHILD, PHONES, FakeGateway
from tests.notifications.invented import GRANDMOTHER, PUPIL, county_time


def ask(world: World) -> NotificationId:
    """An absence query, released; answers its id."""
    reason = world.missed()
    world.confirmed()
    return world.text(reason).notification_id


def told(world: World, own_id: NotificationId) -> list[str]:
    return world.happened(own_id)


# --- what goes out ----------------------------------------------------------------------------------------------------


def test_the_gateway_gets_number_and_text_and_the_event_only_what_they_were(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    own_id = ask(world)
    (message,) = gateway.taken
    assert message.phone == PHONES[GRANDMOTHER]
    assert message.text.startswith("【县教育局】家长您好：")
    assert world.people.asked == [(PUPIL, GRANDMOTHER, ("name", "phone"))]
    (sent,) = [event for event in events_of(world.service, f"notification-{own_id}") if isinstance(event, NotificationSent)]
    assert (sent.gateway, sent.receipt, sent.language, sent.segments) == ("fake", "receipt-1", "zh", message.segments)
    assert sent.digest == f"hmac-sha256:{world.service.keyring.blind_index('notification-text', message.text)}"


def test_neither_name_nor_number_nor_words_are_kept_anywhere(world: World) -> None:
    ask(world)
    world.missed_again()
    assert [row["named"] for row in world.outbox()] == [False, True]
    world.service.checkpoints.sign()
    world.settle()
    files = [path for path in world.directory.iterdir() if path.is_file()]
    assert len(files) >= 2
    for path in files:
        content = path.read_bytes()
        for secret in (CHILD, PHONES[GRANDMOTHER], "点名时不在青石中学"):
            assert secret.encode() not in content, path.name
            assert json.dumps(secret)[1:-1].encode() not in content, path.name


def test_the_first_text_to_a_number_names_no_child_and_the_next_one_does(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    ask(world)
    world.missed_again()
    first, second = gateway.taken
    assert (first.named, second.named) == (False, True)
    assert CHILD not in first.text
    assert CHILD in second.text


def test_the_first_text_to_a_changed_number_names_no_child_again(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    ask(world)
    world.people.recipients[GRANDMOTHER] = Recipient("13900009999", CHILD, record_version=2)
    world.missed_again()
    world.missed_again()
    assert [message.named for message in gateway.taken] == [False, False, True]


def test_a_number_that_a_siblings_text_has_reached_is_known(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    ask(world)
    sibling = PupilId("pupil-2")
    world.enrol(sibling)
    world.missed(pupil_id=sibling)
    world.after(minutes=30)
    assert [message.named for message in gateway.taken] == [False, True]


def test_a_household_reads_its_second_language_too(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    world.enrol(second_language="bo")
    own_id = ask(world)
    (sent,) = [event for event in events_of(world.service, f"notification-{own_id}") if isinstance(event, NotificationSent)]
    assert sent.language == "zh+bo"
    assert sent.segments == gateway.taken[0].segments == 3
    assert "ཁྱིམ་བདག" in gateway.taken[0].text


def test_a_text_keeps_the_version_with_which_it_was_scheduled(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    world.missed()
    words = TemplateText("【新教育局】", ("day",), {"zh": "{day}新"}, {"zh": "{day}新"})
    world.do(ApproveTemplate(template=ABSENCE_QUERY, version=2, words=words))
    world.confirmed()
    assert gateway.taken[0].text.startswith("【县教育局】")


# --- what does not ----------------------------------------------------------------------------------------------------


def test_a_text_cancelled_after_its_release_does_not_go(worlds: Worlds) -> None:
    gateway = FakeGateway(raises=[NotReached("planted")])
    world = worlds(gateway)
    own_id = ask(world)
    world.do(CancelNotification(notification_id=own_id, reason="absence_withdrawn"))
    world.after(minutes=5)
    assert gateway.taken == []
    assert told(world, own_id)[-1] == "NotificationCancelled"


def test_a_new_version_that_no_carrier_approved_becomes_a_call(world: World) -> None:
    words = TemplateText("【新教育局】", ("day",), {"zh": "{day}新"}, {"zh": "{day}新"})
    world.do(ApproveTemplate(template=ABSENCE_QUERY, version=2, words=words))
    reason = world.missed()
    assert (world.text(reason).status, world.text(reason).call_reason) == (Status.TO_CALL, "template_not_approved")


def test_an_approval_that_is_withdrawn_before_the_text_goes_makes_it_a_call(world: World) -> None:
    reason = world.missed()
    world.do(RecordFiling(template=ABSENCE_QUERY, version=1, carrier="local_outbox", status="refused", reason="r"))
    world.confirmed()
    row = world.text(reason)
    assert (row.status, row.reason, row.calling) == (Status.FAILED, "template_not_approved", True)
    assert world.outbox() == []


def test_nobody_who_is_no_guardian_any_more_is_texted(world: World) -> None:
    world.people.recipients[GRANDMOTHER] = None
    own_id = ask(world)
    assert told(world, own_id)[2:] == ["NotificationFailed"]
    assert world.outbox() == []


@pytest.mark.parametrize("phone", [None, ""])
def test_a_guardian_without_a_number_is_called_on(world: World, phone: str | None) -> None:
    world.people.recipients[GRANDMOTHER] = Recipient(phone, CHILD)
    own_id = ask(world)
    assert told(world, own_id)[2:] == ["NotificationFailed", "ContactUnreachable", "CallTaskRaised"]


def test_what_the_registry_forbids_becomes_a_call(world: World) -> None:
    world.people.refuses = True
    own_id = ask(world)
    assert told(world, own_id)[2:] == ["NotificationFailed", "CallTaskRaised"]


def test_a_text_longer_than_the_county_allows_becomes_a_call(world: World) -> None:
    world.others.tell(f"county-{COUNTY}", PolicySet(code=LONGEST_TEXT.code, value=30, source="test"))
    world.settle()
    own_id = ask(world)
    assert told(world, own_id)[2:] == ["NotificationFailed", "CallTaskRaised"]


def test_a_registry_that_is_down_is_asked_again(world: World) -> None:
    world.people.down = True
    own_id = ask(world)
    assert told(world, own_id)[-1] == "NotificationReleased"
    world.people.down = False
    world.after(seconds=30)
    assert told(world, own_id)[-1] == "NotificationSent"


def test_after_an_hour_without_the_registry_somebody_calls(world: World) -> None:
    world.people.down = True
    own_id = ask(world)
    for _ in range(8):
        world.after(minutes=33)
    assert told(world, own_id)[2:] == ["NotificationFailed", "CallTaskRaised"]
    assert len(world.people.asked) == 8
    world.after(hours=1)
    assert len(world.people.asked) == 8


def test_a_worker_that_comes_too_late_in_the_day_sends_nothing(world: World) -> None:
    world.people.down = True
    own_id = ask(world)
    world.people.down = False
    world.at(county_time("2026-09-08 23:00"))
    assert told(world, own_id)[-1] == "NotificationCancelled"
    assert world.outbox() == []


def test_nothing_is_sent_before_the_school_is_known(worlds: Worlds) -> None:
    gateway = FakeGateway()
    world = worlds(gateway)
    enrolled = next(event for event in world.others.told if event.type == "registry.PupilEnrolled")
    moved = registry.PupilTransferred(pupil_id=PUPIL, school_id=SchoolId("school-2"), class_id=ClassId("class-2"), grade=7)
    world.told(enrolled.stream_id, moved)
    own_id = ask(world)
    assert told(world, own_id)[-1] == "NotificationReleased"
    assert gateway.taken == []


# --- what the gateway does --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "events"),
    [
        (NumberDead(), ["NotificationFailed", "ContactUnreachable", "CallTaskRaised"]),
        (TextRefused(), ["NotificationFailed", "CallTaskRaised"]),
        (Unanswered(), ["NotificationUncertain"]),
        (TimeoutError(), ["NotificationUncertain"]),
    ],
)
def test_what_goes_wrong_at_the_gateway_is_recorded(worlds: Worlds, trouble: Exception, events: list[str]) -> None:
    world = worlds(FakeGateway(raises=[trouble]))
    own_id = ask(world)
    assert told(world, own_id)[2:] == events


def test_a_text_that_may_have_gone_is_never_sent_again_by_itself(worlds: Worlds) -> None:
    gateway = FakeGateway(raises=[TimeoutError()])
    world = worlds(gateway)
    own_id = ask(world)
    for _ in range(20):
        world.after(hours=1)
    assert len(gateway.taken) == 1
    assert told(world, own_id)[2:] == ["NotificationUncertain"]


def test_a_gateway_that_deduplicates_is_told_the_same_message_again(worlds: Worlds) -> None:
    gateway = FakeGateway(deduplicates=True, raises=[TimeoutError()])
    world = worlds(gateway)
    own_id = ask(world)
    world.after(seconds=30)
    first, second = gateway.taken
    assert first.message_id == second.message_id
    assert told(world, own_id)[2:] == ["NotificationSent"]


def test_a_worker_that_died_while_sending_leaves_the_question_to_a_person(worlds: Worlds) -> None:
    gateway = FakeGateway(raises=[NotReached("planted")])
    world = worlds(gateway)
    own_id = ask(world)
    (piece,) = world.service.store.pending_work("9999", 9)
    world.service.turns.run(lambda turn: turn.batch.work_updates.append(msgspec.structs.replace(piece, state="started")))
    world.after(seconds=30)
    assert told(world, own_id)[2:] == ["NotificationUncertain"]
    assert gateway.taken == []


def test_a_person_may_have_an_uncertain_text_sent_again_and_the_gateway_sees_another_message(worlds: Worlds) -> None:
    gateway = FakeGateway(raises=[TimeoutError()])
    world = worlds(gateway)
    own_id = ask(world)
    world.do(ResolveUncertainty(notification_id=own_id, decision="send_again"))
    first, second = gateway.taken
    assert first.message_id != second.message_id
    assert told(world, own_id)[2:] == [
        "NotificationUncertain",
        "UncertaintyResolved",
        "NotificationReleased",
        "NotificationSent",
    ]


# --- the local outbox -------------------------------------------------------------------------------------------------


def test_the_local_outbox_keeps_ids_digest_and_segments_only(world: World) -> None:
    own_id = ask(world)
    with world.service.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM outbox_messages").mappings().all()
    assert set(row) == {"message_id", "notification_id", "guardian_id", "language", "named", "segments", "digest", "taken_at"}
    released = next(
        envelope
        for envelope in world.service.store.walk([f"notification-{own_id}"])
        if isinstance(world.service.model.catalogue.decode(envelope), NotificationReleased)
    )
    assert row["message_id"] == released.event_id


def test_a_planted_dead_number_is_unreachable_and_its_call_ends_with_the_number(worlds: Worlds) -> None:
    world = worlds(faults=GatewayFaults(unreachable={GRANDMOTHER}))
    own_id = ask(world)
    assert told(world, own_id)[2:] == ["NotificationFailed", "ContactUnreachable", "CallTaskRaised"]
    unreachable = events_of(world.service, f"notification-{own_id}")[3]
    assert isinstance(unreachable, ContactUnreachable)
    assert (unreachable.guardian_id, unreachable.reason) == (GRANDMOTHER, "dead_number")
    world.do(FinishCall(notification_id=own_id, result="told"))
    assert (world.texts()[0].calling, world.texts()[0].call_result) == (False, "told")


def test_a_planted_uncertain_text_is_taken_once_and_goes_when_sent_again(worlds: Worlds) -> None:
    world = worlds(faults=GatewayFaults(uncertain={GRANDMOTHER}))
    own_id = ask(world)
    world.after(hours=2)
    assert told(world, own_id)[2:] == ["NotificationUncertain"]
    assert len(world.outbox()) == 1
    world.do(ResolveUncertainty(notification_id=own_id, decision="send_again"))
    assert told(world, own_id)[-1] == "NotificationSent"
    assert len(world.outbox()) == 2


@pytest.mark.parametrize("faults", [GatewayFaults(), GatewayFaults(uncertain={GRANDMOTHER})])
def test_a_call_repeated_after_a_crash_takes_nothing_twice_and_ends_as_it_would_have(worlds: Worlds, faults: GatewayFaults) -> None:
    undisturbed = worlds(faults=faults)
    expected = told(undisturbed, ask(undisturbed))
    world = worlds(faults=faults)
    store = world.service.store
    finish = world.crew.worker._finish
    deaths = []

    def die(*_result: object) -> None:
        deaths.append(1)
        raise KeyboardInterrupt

    world.crew.worker._finish = die  # type: ignore[assignment, method-assign]  # the process dies between the call and its result
    with pytest.raises(KeyboardInterrupt):
        ask(world)
    world.crew.worker._finish = finish  # type: ignore[method-assign]  # and starts again
    assert [piece.state for piece in store.pending_work("9999", 9)] == ["started"]
    world.settle()
    (row,) = world.texts()
    assert (deaths, told(world, row.notification_id)) == ([1], expected)
    assert len(world.outbox()) == 1
