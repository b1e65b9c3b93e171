"""Checkpoints: signed words over what grew, chained, in the log and on the bus like any event."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
import pytest

from services.chassis import signing
from services.chassis.checkpoints import CheckpointSigned, SignCheckpoint
from services.chassis.signing import signature_holds
from services.chassis.turn import Turn
from services.chassis.verification import verify
from tests.chassis.conftest import Town
from tests.chassis.toy import BY_TEACHER, CATALOGUE, House
from tests.chassis.toy_roll import EndAbsence, EnrolPupil


def signed(house: House) -> list[CheckpointSigned]:
    decoded = [CATALOGUE.decode(e) for e in house.roll.store.walk(["checkpoint-roll"])]
    return [checkpoint for checkpoint in decoded if isinstance(checkpoint, CheckpointSigned)]


def enrol(house: House, *children: int) -> None:
    for child in children:
        house.tell(EnrolPupil(pupil_id=f"p{child}"))


def test_a_checkpoint_names_the_heads_of_all_streams_that_grew(house: House) -> None:
    enrol(house, 1, 2)
    assert house.roll.checkpoints.sign() == 1
    enrol(house, 3)
    assert house.roll.checkpoints.sign() == 1
    first, second = signed(house)
    assert [head.stream_id for head in first.heads] == ["pupil-p1", "pupil-p2"]
    assert [(head.stream_id, head.version) for head in second.heads] == [("pupil-p3", 1)]
    heads = {head.stream_id: (head.version, head.hash) for head in (*first.heads, *second.heads)}
    assert heads == {stream: head for stream, head in house.roll.store.streams().items() if stream.startswith("pupil")}


def test_nothing_is_signed_where_nothing_grew(house: House) -> None:
    assert house.roll.checkpoints.sign() == 0
    enrol(house, 1)
    house.roll.checkpoints.sign()
    assert house.roll.checkpoints.sign() == 0
    house.tell(EndAbsence(pupil_id="p1"))
    assert house.roll.checkpoints.sign() == 0
    assert len(signed(house)) == 1


def test_checkpoints_are_a_chain_of_signatures(town: Town, house: House) -> None:
    for child in range(4):
        enrol(house, child)
        house.roll.checkpoints.sign()
    chain = signed(house)
    assert [checkpoint.number for checkpoint in chain] == [1, 2, 3, 4]
    assert [checkpoint.previous for checkpoint in chain] == ["", *(checkpoint.signature for checkpoint in chain[:-1])]
    for checkpoint in chain:
        assert signature_holds(checkpoint, town.keys.checkpoint.public)
        assert not signature_holds(msgspec.structs.replace(checkpoint, position=99), town.keys.checkpoint.public)
        assert not signature_holds(msgspec.structs.replace(checkpoint, signature="?"), town.keys.checkpoint.public)


def test_many_heads_are_spread_over_several_checkpoints(town: Town, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "ENTRIES_A_CHECKPOINT", 3)
    enrol(house, *range(8))
    assert house.roll.checkpoints.sign() == 3
    assert [len(checkpoint.heads) for checkpoint in signed(house)] == [3, 3, 2]
    assert house.roll.checkpoints.sign() == 0
    assert verify(house.roll.store, CATALOGUE, house.roll.checkpoints.public_keys, signed(house)).sound


def test_a_signing_that_breaks_off_between_two_parts_is_taken_up_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "ENTRIES_A_CHECKPOINT", 3)
    enrol(house, *range(8))
    run = house.roll.turns.run

    def break_off(act: Callable[[Turn], Any]) -> Any:
        if len(signed(house)) == 1:
            raise ZeroDivisionError
        return run(act)

    with monkeypatch.context() as patched:
        patched.setattr(house.roll.turns, "run", break_off)
        with pytest.raises(ZeroDivisionError):
            house.roll.checkpoints.sign()
    enrol(house, 9)
    house.roll.checkpoints.sign()
    named = {head.stream_id for checkpoint in signed(house) for head in checkpoint.heads}
    assert named == {stream for stream in house.roll.store.streams() if stream.startswith("pupil")}
    assert verify(house.roll.store, CATALOGUE, house.roll.checkpoints.public_keys, signed(house)).sound


def test_of_two_that_sign_at_once_one_checkpoint_counts(house: House) -> None:
    enrol(house, 1)
    house.roll.checkpoints.sign()
    (first,) = signed(house)
    again = SignCheckpoint(checkpoint=msgspec.structs.replace(first, position=0))
    assert house.roll.execute(again, BY_TEACHER) == []
    assert signed(house) == [first]


def test_who_is_overtaken_in_signing_stops_and_the_chain_holds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "ENTRIES_A_CHECKPOINT", 3)
    enrol(house, *range(8))
    run, calls = house.roll.turns.run, count()

    def overtaken(act: Callable[[Turn], Any]) -> Any:
        if next(calls) == 1:  # the state is read, nothing is signed yet
            with monkeypatch.context() as patched:
                patched.setattr(house.roll.turns, "run", run)
                assert house.roll.checkpoints.sign() == 3
        return run(act)

    monkeypatch.setattr(house.roll.turns, "run", overtaken)
    assert house.roll.checkpoints.sign() == 0
    assert [checkpoint.number for checkpoint in signed(house)] == [1, 2, 3]
    assert verify(house.roll.store, CATALOGUE, house.roll.checkpoints.public_keys, signed(house)).sound


def test_a_checkpoint_goes_out_on_the_bus_and_stands_in_the_journal_of_who_listens(house: House) -> None:
    enrol(house, 1)
    house.roll.checkpoints.sign()
    house.settle()
    anchors = [CATALOGUE.decode(e) for e in house.care.store.walk_received() if e.stream_id == "checkpoint-roll"]
    assert anchors == signed(house)
