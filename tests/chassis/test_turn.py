"""A turn: what is decided becomes true as one, in the order and with the chain, numbers, keys and rows that follow from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from services.chassis.envelope import Context, chain_hash
from services.chassis.errors import Superseded, VersionConflict
from services.chassis.sealing import SubjectErased
from services.chassis.storage.port import Key, Transaction
from services.chassis.storage.tables import SUBJECT_KEYS
from services.chassis.turn import Turn
from tests.chassis.conftest import Town
from tests.chassis.toy import BY_TEACHER, COUNTY_CODE, House
from tests.chassis.toy_care import CASE, CASE_ROWS, OpenCase, RecordTalk
from tests.chassis.toy_roll import (
    PUPIL,
    PUPIL_ROWS,
    AlreadyMissing,
    EndAbsence,
    EnrolPupil,
    NoSuchPupil,
    NoticeAbsence,
)

MONDAY = date(2026, 9, 7)


def present(row: Any | None) -> Any:
    assert row is not None
    return row


def stored(house: House, stream_id: str) -> list[Any]:
    return [house.roll.model.catalogue.decode(e) for e in house.roll.store.walk([stream_id])]


def test_each_event_says_who_when_why_and_what_came_before(house: House) -> None:
    context = Context(
        actor="officer-1", on_behalf_of="officer-2", causation_id="request-1", traceparent="00-trace", occurred_at=None
    )
    house.roll.execute(EnrolPupil(pupil_id="p1"), context)
    (enrolled,) = house.roll.store.walk(["pupil-p1"])
    assert (enrolled.actor, enrolled.on_behalf_of, enrolled.causation_id, enrolled.county) == (
        "officer-1",
        "officer-2",
        "request-1",
        COUNTY_CODE,
    )
    assert (enrolled.stream_id, enrolled.version, enrolled.partition_key, enrolled.traceparent) == ("pupil-p1", 1, "p1", "00-trace")
    assert enrolled.recorded_at == enrolled.occurred_at == "2026-09-08T02:00:00.000000Z"


def test_a_stream_is_a_chain_from_its_first_event(house: House) -> None:
    for command in (EnrolPupil(pupil_id="p1"), NoticeAbsence(pupil_id="p1", day=MONDAY), EndAbsence(pupil_id="p1")):
        house.tell(command)
    events = list(house.roll.store.walk(["pupil-p1"]))
    assert [e.prev_hash for e in events] == ["", events[0].hash, events[1].hash]
    assert [e.hash for e in events] == [chain_hash(e) for e in events]


def test_every_part_of_the_envelope_changes_the_hash(house: House) -> None:
    (event,) = house.tell(EnrolPupil(pupil_id="p1"))
    changes = {
        name: b"{}" if name == "data" else getattr(event, name) + 1 if name in {"version", "schema"} else "changed"
        for name in event.__struct_fields__
        if name not in {"hash", "hash_suite"}
    }
    for name, value in changes.items():
        assert chain_hash(msgspec.structs.replace(event, **{name: value})) != event.hash, name
    blank = msgspec.structs.replace(event, on_behalf_of="")
    assert chain_hash(blank) != chain_hash(event)


def test_a_repeated_command_yields_nothing(house: House) -> None:
    assert len(house.tell(EnrolPupil(pupil_id="p1"))) == 1
    assert house.tell(EnrolPupil(pupil_id="p1")) == []
    assert len(list(house.roll.store.walk())) == 1


def test_a_refusal_changes_nothing(house: House) -> None:
    with pytest.raises(NoSuchPupil):
        house.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    house.tell(EnrolPupil(pupil_id="p1"))
    house.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    with pytest.raises(AlreadyMissing):
        house.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    assert len(list(house.roll.store.walk())) == 2


def test_who_read_an_older_version_is_told_so(house: House) -> None:
    house.tell(EnrolPupil(pupil_id="p1"))
    house.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    command = EndAbsence(pupil_id="p1")
    with pytest.raises(Superseded) as refusal:
        house.roll.turns.run(lambda turn: turn.execute(command, BY_TEACHER, expected_version=1))
    assert refusal.value.facts == {"current": 2}
    house.roll.turns.run(lambda turn: turn.execute(command, BY_TEACHER, expected_version=2))


def test_several_commands_in_one_turn_see_each_other_and_become_true_together(house: House) -> None:
    with house.roll.turns.open() as turn:
        turn.execute(EnrolPupil(pupil_id="p1"), BY_TEACHER)
        turn.execute(NoticeAbsence(pupil_id="p1", day=MONDAY), BY_TEACHER)
        assert turn.state(PUPIL, "p1")[1] == 2
        assert present(turn.row(PUPIL_ROWS, "p1")).stage == "missing"
        assert [row.pupil_id for row in turn.rows(PUPIL_ROWS, stage="missing")] == ["p1"]
        assert turn.rows(PUPIL_ROWS, missing_since="2026-09-07")
        assert turn.rows(PUPIL_ROWS, stage="at_school") == []
        assert list(house.roll.store.walk()) == []
        turn.commit()
    assert len(list(house.roll.store.walk())) == 2
    assert [row.pupil_id for row in house.roll.turns.run(lambda turn: turn.rows(PUPIL_ROWS, stage="missing"))] == ["p1"]


def test_a_row_that_is_made_afresh_is_not_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Key] = []
    opened = house.roll.store.transaction

    @contextmanager
    def watched() -> Iterator[Transaction]:
        with opened() as transaction:
            monkeypatch.setattr(transaction, "row", lambda _table, key: asked.append(key))
            yield transaction

    monkeypatch.setattr(house.roll.store, "transaction", watched)
    with house.roll.turns.open() as turn:
        turn.execute(EnrolPupil(pupil_id="p1"), BY_TEACHER)
        turn.execute(NoticeAbsence(pupil_id="p1", day=MONDAY), BY_TEACHER)
        assert asked == [], "and as of this turn it is known"
        assert turn.row(PUPIL_ROWS, "p2") is None
        assert asked == ["p2"]


def test_a_turn_that_lost_the_race_loads_again_and_decides_again(house: House) -> None:
    house.tell(EnrolPupil(pupil_id="p1"))
    tries = []

    def act(turn: Turn) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise VersionConflict("another writer was first")

    house.roll.turns.run(act)
    assert len(tries) == 3


def test_a_race_that_is_lost_for_good_is_told(house: House) -> None:
    def act(_turn: Turn) -> None:
        raise VersionConflict("another writer was first")

    with pytest.raises(VersionConflict):
        house.roll.turns.run(act)


def test_a_held_state_is_brought_up_to_date_before_it_is_used(town: Town, house: House) -> None:
    house.tell(EnrolPupil(pupil_id="p1"))
    other = House(town.site, town.clock, town.keys)
    other.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    with pytest.raises(AlreadyMissing):
        house.tell(NoticeAbsence(pupil_id="p1", day=MONDAY))
    other.close()


def test_numbers_are_taken_with_the_turn_and_without_gaps(house: House) -> None:
    def take_and_fail(turn: Turn) -> None:
        turn.take_number("case/2026")
        raise ZeroDivisionError

    taken = house.care.turns.run(lambda turn: [turn.take_number("case/2026") for _ in range(3)])
    with pytest.raises(ZeroDivisionError):
        house.care.turns.run(take_and_fail)
    assert taken == [1, 2, 3]
    assert house.care.turns.run(lambda turn: turn.take_number("case/2026")) == 4


def open_case(house: House) -> None:
    house.tell(OpenCase(case_id="c1", pupil_id="p1", episode_id="e1"))


def test_text_is_sealed_into_the_event_and_opens_in_the_next_process(town: Town, house: House) -> None:
    open_case(house)

    def talk(turn: Turn) -> None:
        note = turn.seal("p1", "case-c1/talk-1", "父亲外出务工")
        turn.execute(RecordTalk(case_id="c1", number=1, note=note), BY_TEACHER)

    house.care.turns.run(talk)
    again = town.rebuild_house()
    row = present(again.care.turns.run(lambda turn: turn.row(CASE_ROWS, "c1")))
    assert again.care.keyring.open(row.last_note, "case-c1/talk-1") == "父亲外出务工"
    assert not any("父亲外出务工".encode() in file.read_bytes() for file in town.site.directory.iterdir())


def test_nothing_said_is_nothing_sealed(house: House) -> None:
    with house.care.turns.open() as turn:
        assert turn.seal("p1", "case-c1/talk-1", None) is None
        assert turn.batch.records == []


@pytest.mark.parametrize("how", ["raises", "leaves"])
def test_the_key_of_a_turn_that_does_not_become_true_is_never_used(house: House, how: str) -> None:
    open_case(house)

    def seal_in_vain() -> None:
        with house.care.turns.open() as turn:
            turn.seal("p1", "case-c1/talk-1", "in vain")
            if how == "raises":
                raise ZeroDivisionError

    if how == "raises":
        with pytest.raises(ZeroDivisionError):
            seal_in_vain()
    else:
        seal_in_vain()
    note = house.care.turns.run(lambda turn: turn.seal("p1", "case-c1/talk-1", "told"))
    with house.care.engine.connect() as connection:
        assert len(connection.execute(SUBJECT_KEYS.select()).all()) == 1
    house.care.keyring.forget("p1")
    assert house.care.keyring.open(note, "case-c1/talk-1") == "told"


def test_a_text_sealed_under_a_key_that_was_not_kept_does_not_open(house: House) -> None:
    with house.care.turns.open() as turn:
        note = turn.seal("p1", "case-c1/talk-1", "in vain")
    with pytest.raises(SubjectErased):
        house.care.keyring.open(note, "case-c1/talk-1")


def test_commands_from_many_threads_leave_every_stream_whole(house: House) -> None:
    for number in range(4):
        house.tell(EnrolPupil(pupil_id=f"p{number}"))

    def play() -> None:
        for turn in range(12):
            pupil_id = f"p{turn % 4}"
            try:
                house.tell(NoticeAbsence(pupil_id=pupil_id, day=MONDAY + timedelta(days=turn)))
            except AlreadyMissing:
                house.tell(EndAbsence(pupil_id=pupil_id))

    threads = [threading.Thread(target=play) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        events = list(house.roll.store.walk([f"pupil-p{number}"]))
        assert [e.version for e in events] == list(range(1, len(events) + 1))
        assert [e.prev_hash for e in events[1:]] == [e.hash for e in events[:-1]]
        state = PUPIL.initial()
        for event in stored(house, f"pupil-p{number}"):
            state = PUPIL.evolve(state, event)
        row = house.roll.turns.run(partial(Turn.row, projection=PUPIL_ROWS, key=f"p{number}"))
        assert present(row).stage == state.stage


def test_the_state_of_an_unknown_aggregate_is_the_initial_one(house: House) -> None:
    assert house.care.turns.run(lambda turn: turn.state(CASE, "nobody")) == (CASE.initial(), 0)
