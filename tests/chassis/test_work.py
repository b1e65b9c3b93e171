"""Outside calls: done once where that can be known, left to a person where it cannot, and never lost or stuck."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.chassis.envelope import stamp
from services.chassis.reactions import NotReached, NotYet
from services.chassis.storage.port import Batch
from services.chassis.wrapping import WrappingKeyMissing
from tests.chassis.children import end_of, start
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import House, Keys, Post, SetClock, care_model, in_directory
from tests.chassis.toy_care import CASE, CloseCase, OpenCase, SettleLetter

PATIENCE_SECONDS = 5
"""How long somebody else may wait for the store before it counts as held."""


class PostOffice:
    """A gateway that a test tells what to do at each call: None takes the letter, an exception is raised."""

    def __init__(self, *moods: Exception | None) -> None:
        self.moods = list(moods)
        self.letters: list[str] = []

    def __call__(self, case_id: str) -> None:
        mood = self.moods.pop(0) if self.moods else None
        if not isinstance(mood, (NotReached, NotYet)):
            self.letters.append(case_id)
        if mood is not None:
            raise mood


def build(town: Town, post: Post, *, deduplicates: bool = False) -> House:
    return town.rebuild_house(care_model(post, deduplicates=deduplicates))


def open_case(house: House, case_id: str = "c1") -> None:
    house.tell(OpenCase(case_id=case_id, pupil_id="p1", episode_id="e1"))


def letter(house: House, case_id: str = "c1") -> str:
    """What the case knows of its letter."""
    state = house.care.turns.run(lambda turn: turn.state(CASE, case_id)[0])
    assert isinstance(state.letter, str)
    return state.letter


def started(house: House) -> None:
    """Leave the work as a worker leaves it that dies during the call."""
    (piece,) = house.care.store.pending_work("9999", 10)
    commit(house.care.store, Batch(work_updates=[msgspec.structs.replace(piece, state="started", attempts=1)]))


def test_a_letter_is_posted_once_and_its_result_recorded(town: Town) -> None:
    post = PostOffice()
    house = build(town, post)
    open_case(house)
    assert post.letters == []
    house.settle()
    house.settle()
    assert (post.letters, letter(house)) == (["c1"], "sent")
    assert house.care.store.backlog()["work"] == 0


def test_a_call_whose_time_has_not_come_is_made_then_and_the_wait_is_no_try(town: Town) -> None:
    later = town.clock.now() + timedelta(hours=5)
    post = PostOffice(*[NotYet(later)] * 10)
    house = build(town, post)
    open_case(house)
    house.settle()
    (piece,) = house.care.store.pending_work("9999", 10)
    assert (piece.state, piece.attempts, piece.not_before) == ("pending", 0, stamp(later))
    assert len(post.moods) == 9, "it is not asked again before"
    post.moods.clear()
    town.clock.instant = later
    house.settle()
    assert (post.letters, letter(house)) == (["c1"], "sent")


def test_no_call_is_made_while_the_store_is_held(town: Town) -> None:
    seen: list[bool] = []

    def post(_case_id: str) -> None:
        other = threading.Thread(target=lambda: house.care.turns.run(lambda turn: turn.take_number("letters")))
        other.start()
        other.join(PATIENCE_SECONDS)
        seen.append(other.is_alive())

    house = build(town, post)
    open_case(house)
    house.settle()
    assert seen == [False]


def test_a_gateway_that_was_not_reached_is_tried_again_later_each_time(town: Town) -> None:
    post = PostOffice(NotReached("no line"), NotReached("no line"))
    house = build(town, post)
    open_case(house)
    house.settle()
    waits = []
    while (due := house.care.store.pending_work("9999", 10)) and letter(house) == "":
        before = town.clock.instant
        house.settle()
        assert house.care.store.pending_work("9999", 10) == due, "tried again before its time"
        while letter(house) == "" and house.care.store.pending_work("9999", 10) == due:
            town.clock.instant += timedelta(seconds=1)
            house.settle()
        waits.append((town.clock.instant - before).total_seconds())
    assert waits == [30, 60]
    assert (post.letters, letter(house)) == (["c1"], "sent")


def test_a_gateway_that_is_never_reached_is_given_up(town: Town) -> None:
    post = PostOffice(*[NotReached("no line")] * 10)
    house = build(town, post)
    open_case(house)
    for _ in range(5):
        house.settle()
        town.clock.instant += timedelta(hours=1)
    assert (post.letters, letter(house)) == ([], "given_up")
    assert len(post.moods) == 10 - 3
    assert house.care.store.backlog()["work"] == 0


def test_after_any_other_failure_a_person_decides(town: Town) -> None:
    post = PostOffice(TimeoutError("no answer"))
    house = build(town, post)
    open_case(house)
    house.settle()
    assert (post.letters, letter(house)) == (["c1"], "uncertain")


def test_a_gateway_that_deduplicates_is_asked_again_after_any_failure(town: Town) -> None:
    post = PostOffice(TimeoutError("no answer"))
    house = build(town, post, deduplicates=True)
    open_case(house)
    house.settle()
    town.clock.instant += timedelta(seconds=30)
    house.settle()
    assert (post.letters, letter(house)) == (["c1", "c1"], "sent")


def test_a_gateway_that_deduplicates_but_keeps_failing_is_left_to_a_person_too(town: Town) -> None:
    post = PostOffice(*[TimeoutError("no answer")] * 10)
    house = build(town, post, deduplicates=True)
    open_case(house)
    for _ in range(5):
        house.settle()
        town.clock.instant += timedelta(hours=1)
    assert letter(house) == "uncertain"
    assert len(post.letters) == 3


def test_a_call_that_meets_a_wrapping_key_of_after_the_start_waits_for_the_restart_and_that_is_no_try(town: Town) -> None:
    post = PostOffice(*[WrappingKeyMissing(["new"])] * 5)
    house = build(town, post, deduplicates=True)
    open_case(house)
    for _ in range(5):
        with pytest.raises(WrappingKeyMissing):
            house.settle()
    (piece,) = house.care.store.pending_work("9999", 10)
    assert (piece.state, piece.attempts) == ("pending", 0)
    house.settle()
    assert letter(house) == "sent"


@pytest.mark.parametrize(("deduplicates", "outcome", "letters"), [(False, "uncertain", []), (True, "sent", ["c1"])])
def test_what_a_dead_worker_had_started_is_called_again_only_where_the_gateway_deduplicates(
    town: Town, deduplicates: bool, outcome: str, letters: list[str]
) -> None:
    house = build(town, PostOffice())
    open_case(house)
    started(house)
    post = PostOffice()
    again = build(town, post, deduplicates=deduplicates)
    again.settle()
    assert (post.letters, letter(again)) == (letters, outcome)


def test_a_result_that_the_rules_refuse_ends_the_work(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    house = build(town, PostOffice())
    open_case(house)
    other = "c2"
    call = house.care.model.outside_call_of["letter"]
    monkeypatch.setitem(call.__dict__, "call", lambda _event, _envelope: [SettleLetter(case_id=other, outcome="sent")])
    house.settle()
    assert letter(house) == ""
    assert house.care.store.backlog()["work"] == 0


def test_work_that_fails_by_a_bug_is_put_off_and_holds_up_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    house = build(town, PostOffice(TimeoutError("no answer")))
    open_case(house, "c1")
    open_case(house, "c2")
    call = house.care.model.outside_call_of["letter"]

    def uncertain(_event: object) -> CloseCase:
        raise ZeroDivisionError

    right: Callable[[object], object] = call.uncertain
    monkeypatch.setitem(call.__dict__, "uncertain", uncertain)
    house.settle()
    assert (letter(house, "c1"), letter(house, "c2")) == ("", "sent")
    monkeypatch.setitem(call.__dict__, "uncertain", right)
    house.settle()
    assert letter(house, "c1") == ""
    town.clock.instant += timedelta(hours=1)
    house.settle()
    assert letter(house, "c1") == "uncertain"


@dataclass
class Box:
    """A letter box on disk, and the moment at which the process that posts into it dies."""

    path: Path
    dies: str = "never"

    def __call__(self, case_id: str) -> None:
        if self.dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with self.path.open("a") as box:
            box.write(case_id)
        if self.dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("dies", "deduplicates", "outcome", "letters"),
    [
        ("before", False, "uncertain", 0),
        ("after", False, "uncertain", 1),
        ("before", True, "sent", 1),
        ("after", True, "sent", 2),
    ],
)
def test_a_call_in_which_the_worker_was_killed_is_repeated_only_where_the_gateway_deduplicates(
    tmp_path: Path, dies: str, deduplicates: bool, outcome: str, letters: int
) -> None:
    keys, box = Keys(), Box(tmp_path / "letters", dies)

    def work() -> None:
        house = House(in_directory(tmp_path), SetClock(), keys, care_model(box, deduplicates=deduplicates))
        open_case(house)
        house.settle()

    assert end_of(start(work)) == -signal.SIGKILL
    box.dies = "never"
    house = House(in_directory(tmp_path), SetClock(), keys, care_model(box, deduplicates=deduplicates))
    house.settle()
    assert letter(house) == outcome
    assert house.care.store.backlog()["work"] == 0
    assert (box.path.read_text() if box.path.exists() else "") == "c1" * letters
    house.close()


def test_a_piece_that_another_worker_has_taken_up_since_it_was_read_is_left_to_it(town: Town) -> None:
    post = PostOffice()
    house = build(town, post)
    open_case(house)
    (piece,) = house.care.store.pending_work("9999", 10)
    commit(house.care.store, Batch(work_claims=[msgspec.structs.replace(piece, state="started", attempts=1)]))
    house.care_crew.worker._do(piece)
    assert post.letters == []
    assert letter(house) != "sent"
