"""The consumer: every event has one effect, in the order of its key, and trouble with one key is no other's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from services.chassis.bus.port import Message
from services.chassis.decider import Command, Event
from services.chassis.envelope import Envelope
from services.chassis.errors import NotFound, StoreBusy
from services.chassis.parked import EarlierStillWaits, ParkedElsewhere
from services.chassis.projections import Projection
from services.chassis.reactions import IGNORE, PARK, RECORD, OnRefusal, Rows, When
from services.chassis.rebuild import rebuild
from services.chassis.storage.port import Batch, Parked
from services.chassis.waiting import BEHIND, GAP
from services.chassis.wrapping import WrappingKeyMissing
from tests.chassis.conftest import Town
from tests.chassis.deliveries import Roll, Trouble, diary, publish
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import House, care_model
from tests.chassis.toy_care import WATCHED, NoSuchCase, SettleLetter
from tests.chassis.toy_roll import AbsenceNoticed


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def house(town: Town, trouble: Trouble) -> House:
    return town.rebuild_house(care_model(extra_reactions=trouble.reactions()))


@pytest.fixture
def roll() -> Roll:
    return Roll()


def consume(house: House) -> None:
    while house.care_crew.consumer.step():
        pass


def waiting(house: House) -> list[tuple[str, str]]:
    return [(parked.envelope.event_id, parked.reason) for parked in house.care.store.parked()]


def ids(*events: Envelope) -> list[str]:
    return [event.event_id for event in events]


def test_each_event_has_one_effect_however_often_it_comes(house: House, roll: Roll) -> None:
    events = roll.life("p1")
    publish(house, events[0], events[0], *events[:2], *events, *events[1:3], events[0])
    consume(house)
    publish(house, *events)
    consume(house)
    assert diary(house, "p1") == ids(*events)
    assert list(house.care.store.walk_received()) == events


def test_where_it_goes_on_is_kept_with_the_effect(town: Town, house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1", 3)
    publish(house, *events[:5])
    consume(house)
    again = town.rebuild_house(care_model(extra_reactions=trouble.reactions()))
    publish(again, *events[5:])
    consume(again)
    assert diary(again, "p1") == ids(*events)
    assert sum(again.care.store.bus_position("roll", partition).offset for partition in range(3)) == len(events)


def test_after_a_missing_event_its_key_waits_and_others_go_on(house: House, roll: Roll) -> None:
    missing, other = roll.life("p1"), roll.life("p2")
    publish(house, missing[0], missing[2], *other, missing[3])
    consume(house)
    assert diary(house, "p1") == ids(missing[0])
    assert diary(house, "p2") == ids(*other)
    assert waiting(house) == [(missing[2].event_id, GAP), (missing[3].event_id, BEHIND)]


def test_once_the_missing_event_comes_what_waited_follows_in_order(house: House, roll: Roll) -> None:
    events = roll.life("p1", 2)
    publish(house, events[0], *events[2:])
    consume(house)
    publish(house, events[1])
    consume(house)
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_several_missing_events_are_filled_in_any_order(house: House, roll: Roll) -> None:
    events = roll.life("p1", 2)
    publish(house, events[0], events[6], events[4], events[2])
    consume(house)
    publish(house, events[3], events[5], events[1])
    consume(house)
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_two_streams_of_one_key_that_both_miss_something_come_free(house: House, roll: Roll) -> None:
    one, two = roll.life("a", key="k"), roll.life("b", key="k")
    publish(house, one[0], two[0], one[2], two[2], two[1], one[1])
    consume(house)
    assert waiting(house) == []
    assert sorted(diary(house, "k")) == sorted(ids(*one[:3], *two[:3]))
    for stream in (one, two):
        assert [e for e in diary(house, "k") if e in ids(*stream)] == ids(*stream[:3])


def test_an_event_that_cannot_be_handled_holds_its_own_key_only(house: House, roll: Roll, trouble: Trouble) -> None:
    poisoned, other = roll.life("p1"), roll.life("p2")
    trouble.bugs.add(poisoned[1].event_id)
    publish(house, poisoned[0], other[0], poisoned[1], other[1], poisoned[2], *other[2:])
    consume(house)
    assert diary(house, "p1") == ids(poisoned[0])
    assert diary(house, "p2") == ids(*other)
    assert waiting(house) == [(poisoned[1].event_id, "ValueError"), (poisoned[2].event_id, BEHIND)]


def test_what_must_wait_is_parked_with_the_batch_and_what_waits_is_read_once(
    house: House, roll: Roll, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, missing, other = roll.life("p1", 3), roll.life("p2"), roll.life("p3")
    trouble.bugs.add(poisoned[1].event_id)
    publish(house, *poisoned[:2])
    consume(house)
    asked: list[str | None] = []
    parked = house.care.store.parked

    def ask(key: str | None = None) -> list[Parked]:
        asked.append(key)
        return parked(key)

    with monkeypatch.context() as patched:
        patched.setattr("services.chassis.consumer.TURN_SECONDS", 60)
        patched.setattr(house.care_crew.consumer, "_alone", _interrupted)
        patched.setattr(house.care.parked, "let_go", lambda _keys: None)
        patched.setattr(house.care.store, "parked", ask)
        publish(house, *poisoned[2:], missing[0], *missing[2:], *other)
        consume(house)
    assert asked == ["p1"]
    assert diary(house, "p3") == ids(*other)
    assert [reason for _, reason in waiting(house)].count(BEHIND) == len(poisoned[2:]) + 1
    assert [reason for _, reason in waiting(house)].count(GAP) == 1


def test_a_gap_that_is_filled_within_its_own_batch_holds_up_nothing(house: House, roll: Roll) -> None:
    events = roll.life("p1")
    publish(house, events[0], events[2], events[1], events[3])
    house.care_crew.consumer.step()
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_a_wrong_statement_is_the_events_own_trouble_and_stops_no_other_key(house: House, roll: Roll) -> None:
    def broken(event: Event, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
        if getattr(event, "pupil_id", "") == "p1":
            with house.care.engine.connect() as connection:
                connection.exec_driver_sql("SELECT * FROM nowhere")
        return []

    row = When(AbsenceNoticed, then=broken)
    house.care.model.reactions_on[AbsenceNoticed].append(row)
    poisoned, other = roll.life("p1"), roll.life("p2")
    publish(house, *poisoned, *other)
    consume(house)
    assert waiting(house)[0] in [(poisoned[1].event_id, error) for error in ("OperationalError", "ProgrammingError")]
    assert diary(house, "p2") == ids(*other)


def test_a_bug_in_a_read_model_parks_like_any_other(house: House, roll: Roll, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, other = roll.life("p1"), roll.life("p2")
    right = Projection.store_form

    def broken(projection: Projection[Any], row: Any) -> dict[str, Any]:
        return right(projection, row) | ({"stage": None} if row.pupil_id == "p1" else {})

    monkeypatch.setattr(Projection, "store_form", broken)
    publish(house, *poisoned[:2], *other[:2])
    consume(house)
    assert waiting(house) == [(poisoned[1].event_id, "NotStorable")]
    assert diary(house, "p2") == ids(*other[:2])


def test_a_replay_after_the_trouble_is_over_handles_all_that_waited(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1", 2)
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    position = house.care.store.parked()[0].position
    assert house.care.parked.replay(position) == 0
    assert diary(house, "p1") == ids(events[0])
    trouble.bugs.clear()
    assert house.care.parked.replay(position) == len(events) - 1
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_a_replay_that_meets_a_key_of_after_the_start_leaves_the_event_as_it_waits(
    house: House, roll: Roll, trouble: Trouble
) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    before = waiting(house)
    trouble.bugs.clear()
    trouble.passes, trouble.passing = WrappingKeyMissing(["new"]), {events[1].event_id: 1}
    position = house.care.store.parked()[0].position
    with pytest.raises(WrappingKeyMissing):
        house.care.parked.replay(position)
    assert waiting(house) == before
    assert house.care.parked.replay(position) == len(events) - 1


def test_a_replay_stops_at_the_next_trouble_and_says_which(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1", 2)
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    trouble.bugs.clear()
    trouble.refused.add(events[3].event_id)
    assert house.care.parked.replay(house.care.store.parked()[0].position) == 2
    assert waiting(house)[0] == (events[3].event_id, "no-such-case")
    assert diary(house, "p1") == ids(*events[:3])


def test_a_discarded_event_is_passed_over_and_the_rest_follows(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    assert house.care.parked.discard(house.care.store.parked()[0].position) == 3
    assert diary(house, "p1") == ids(events[0], *events[2:])
    publish(house, *events)
    consume(house)
    assert diary(house, "p1") == ids(events[0], *events[2:])


def test_a_discarded_event_has_no_effect_in_a_rebuild_either(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    house.care.parked.discard(house.care.store.parked()[0].position)
    with house.care.engine.connect() as connection:
        live = connection.execute(WATCHED.select()).all()
        rebuild(house.care.model, house.care.store)
        assert connection.execute(WATCHED.select()).all() == live == []


def test_what_stands_behind_a_missing_event_cannot_be_discarded(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events[:3])
    consume(house)
    with pytest.raises(EarlierStillWaits):
        house.care.parked.discard(house.care.store.parked()[1].position)
    assert len(waiting(house)) == 2


def test_only_what_is_parked_can_be_replayed_or_discarded(house: House) -> None:
    for act in (house.care.parked.replay, house.care.parked.discard):
        with pytest.raises(ParkedElsewhere):
            act(7)


def test_what_comes_free_before_a_crash_follows_after_it(town: Town, house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    publish(house, events[0], *events[2:])
    consume(house)
    with house.care.turns.open() as turn:  # as a process leaves it that dies between the missing event and its followers
        house.care.handling.take(turn, events[1], "roll")
        turn.commit()
    again = town.rebuild_house(care_model(extra_reactions=trouble.reactions()))
    again.care_crew.consumer.step()
    assert diary(again, "p1") == ids(*events)
    assert waiting(again) == []


@pytest.mark.parametrize("passes", [StoreBusy("database is locked"), WrappingKeyMissing(["put in front since the start"])])
def test_what_passes_by_itself_is_tried_again_in_order_and_loses_nothing(
    house: House, roll: Roll, trouble: Trouble, passes: Exception
) -> None:
    trouble.passes = passes
    one, two = roll.life("p1", 2), roll.life("p2", 2)
    trouble.passing |= {one[3].event_id: 3, two[5].event_id: 1}
    publish(house, *[event for pair in zip(one, two, strict=True) for event in pair])
    failures = 0
    while True:
        try:
            if not house.care_crew.consumer.step():
                break
        except type(passes):
            failures += 1
    assert failures == 4
    assert diary(house, "p1") == ids(*one)
    assert diary(house, "p2") == ids(*two)
    assert waiting(house) == []


def test_a_step_that_is_broken_off_is_taken_up_where_it_stood(house: House, roll: Roll, monkeypatch: pytest.MonkeyPatch) -> None:
    events = roll.life("p1", 2)
    publish(house, *events)
    with monkeypatch.context() as patched:
        patched.setattr(house.care_crew.consumer, "_several", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            house.care_crew.consumer.step()
    consume(house)
    assert diary(house, "p1") == ids(*events)


def _interrupted(_deliveries: object) -> int:
    raise KeyboardInterrupt


def test_what_is_not_ours_on_the_topic_is_passed_over(house: House, roll: Roll) -> None:
    events = roll.life("p1")
    house.bus.publish([Message(topic="roll", key="p1", headers={"content-type": "text/plain"}, value=b"hello")])
    publish(house, *events)
    consume(house)
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_an_event_of_another_county_has_no_effect_and_is_told(house: House, roll: Roll, told: list[dict[str, Any]]) -> None:
    events = roll.life("p1")
    publish(house, *(msgspec.structs.replace(event, county="990200") for event in roll.life("p2")), *events)
    consume(house)
    assert (diary(house, "p1"), diary(house, "p2"), waiting(house)) == (ids(*events), [], [])
    ignored = [line["why"] for line in told if line["event"] == "message_ignored"]
    assert len(ignored) == 4
    assert all("county 990200" in why and "FUXUE_KAFKA_PREFIX" in why for why in ignored)


def test_an_event_that_waits_is_told_once_though_the_turn_it_came_in_was_thrown_away(
    house: House, roll: Roll, trouble: Trouble, told: list[dict[str, Any]]
) -> None:
    ahead, poisoned = roll.life("p1"), roll.life("p2")
    trouble.bugs.add(poisoned[1].event_id)
    publish(house, ahead[1], *poisoned[:2])
    consume(house)
    parked = [line["event_id"] for line in told if line["event"] == "event_parked"]
    assert sorted(parked) == sorted(ids(ahead[1], poisoned[1]))


def test_an_event_of_a_newer_release_waits_for_that_release(house: House, roll: Roll) -> None:
    events = roll.life("p1")
    publish(house, events[0], msgspec.structs.replace(events[1], type="roll.AbsenceForeseen"), *events[2:])
    consume(house)
    assert waiting(house)[0] == (events[1].event_id, "UnknownEventType")
    assert diary(house, "p1") == ids(events[0])


def test_the_same_event_is_parked_once_however_often_it_comes(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    for _ in range(3):
        publish(house, *events)
        consume(house)
    assert waiting(house) == [(events[1].event_id, "ValueError"), *((e.event_id, BEHIND) for e in events[2:])]


@pytest.mark.parametrize(("what", "parks"), [(IGNORE, False), (RECORD, False), (PARK, True), (None, True)])
def test_the_table_says_what_becomes_of_a_refused_command(town: Town, roll: Roll, what: OnRefusal | None, parks: bool) -> None:
    def settle(_event: Event, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
        yield SettleLetter(case_id="unknown", outcome="sent")

    row = When(AbsenceNoticed, then=settle, refused={} if what is None else {NotFound: what})
    house = town.rebuild_house(care_model(extra_reactions=(row,)))
    publish(house, *roll.life("p1")[:2])
    consume(house)
    assert waiting(house) == ([("pupil-p1/2", NoSuchCase.code())] if parks else [])


def test_the_operator_and_the_consumer_at_once_leave_nothing_behind(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1", 2)
    trouble.bugs.add(events[1].event_id)
    publish(house, *events[:3])
    consume(house)
    trouble.bugs.clear()
    late = iter(events[3:])
    take_back = house.care.parked._take_back

    def slowly(*args: object, **kwargs: object) -> None:
        publish(house, next(late))
        take_back(*args, **kwargs)  # type: ignore[arg-type]  # what it was called with

    house.care.parked._take_back = slowly  # type: ignore[method-assign]  # a message comes at the worst moment
    house.care.parked.replay(house.care.store.parked()[0].position)
    house.care.parked._take_back = take_back  # type: ignore[method-assign]  # the right one again
    publish(house, *late)
    consume(house)
    assert diary(house, "p1") == ids(*events)
    assert waiting(house) == []


def test_a_gap_in_the_parked_ones_shows_as_a_gap(house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1", 2)
    trouble.bugs.add(events[1].event_id)
    publish(house, *events[:2], events[3])
    consume(house)
    assert waiting(house) == [(events[1].event_id, "ValueError"), (events[3].event_id, GAP)]
    trouble.bugs.clear()
    house.care.parked.replay(house.care.store.parked()[0].position)
    assert waiting(house) == [(events[3].event_id, GAP)]
    publish(house, events[2])
    consume(house)
    assert diary(house, "p1") == ids(*events[:4])


def test_parked_events_survive_a_restart_and_go_on_waiting(town: Town, house: House, roll: Roll, trouble: Trouble) -> None:
    events = roll.life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    consume(house)
    was = waiting(house)
    again = town.rebuild_house(care_model(extra_reactions=trouble.reactions()))
    consume(again)
    assert waiting(again) == was
    commit(again.care.store, Batch())
