"""Timers that stand already: they follow calendars, numbers and new releases, a slice of streams a turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis import renewal
from services.chassis.decider import COUNTY_TIME, Deadline, Policy, days, minutes, school_days
from services.chassis.envelope import stamp
from services.chassis.renewal import Renewal, edition_of
from services.chassis.storage.port import Batch, Timer
from services.chassis.timers import PUT_OFF
from tests.chassis import toy
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import START, House, roll_model
from tests.chassis.toy_roll import (
    PUPIL,
    SUSPECT_AFTER,
    EndAbsence,
    EnrolPupil,
    FireText,
    NoticeAbsence,
    PupilState,
    SetPolicy,
    SuspectPupil,
)

TODAY = START.astimezone(COUNTY_TIME).date()
CHECK_AFTER = Policy("toy.check_after", days(100), source="a later release")


def county(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COUNTY_TIME)


def missing(house: House, *pupils: str) -> None:
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=TODAY))


def due(house: House) -> dict[str, datetime]:
    return {t.timer_id: datetime.fromisoformat(t.due_at).astimezone(COUNTY_TIME) for t in house.roll.store.timers()}


def kinds(house: House, pupil_id: str) -> list[str]:
    return [envelope.type.removeprefix("roll.") for envelope in house.roll.store.walk([f"pupil-{pupil_id}"])]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.renewal.STREAMS_A_SLICE", 2)


# --- the next release -------------------------------------------------------------------------------------------------


def deadlines_of_the_next_release(state: PupilState) -> Iterable[Deadline]:
    """Nobody is texted any more, suspicion comes sooner, and every child on the roll is looked at once."""
    if state.stage == "missing" and state.missing_since is not None:
        command = SuspectPupil(pupil_id=state.pupil_id, episode_id=state.episode_id)
        yield Deadline("suspect", state.missing_since, school_days(2), command, school_id=state.school_id)
    if state.pupil_id and state.stage == "at_school":
        yield Deadline("check", TODAY, CHECK_AFTER, FireText(pupil_id=state.pupil_id, episode_id=""))


def deadlines_with_a_bug(state: PupilState) -> Iterable[Deadline]:
    """As of the next release, but for one child."""
    if state.pupil_id == "p2":
        raise ZeroDivisionError
    return deadlines_of_the_next_release(state)


Release = Callable[[Callable[[Any], Iterable[Deadline]]], House]


@pytest.fixture
def release(town: Town, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Starts the house again with other deadlines of pupils."""

    def start(deadlines: Callable[[Any], Iterable[Deadline]]) -> House:
        changed = replace(PUPIL, deadlines=deadlines)
        model = roll_model()
        aggregates = tuple(changed if decider is PUPIL else decider for decider in model.aggregates)
        monkeypatch.setattr(toy, "roll_model", lambda: replace(model, aggregates=aggregates))
        return town.rebuild_house()

    return start


AFTER_THE_RELEASE = {
    "pupil-p1/suspect": county(9, 11),
    "pupil-p2/suspect": county(9, 11),
    "pupil-p3/check": county(12, 18),
    "pupil-p4/check": county(12, 18),
    "pupil-p5/suspect": county(9, 11),
}


def lived(house: House) -> None:
    """Three are missing, one is back, one was never away: of two no timer stands."""
    missing(house, "p1", "p2", "p3", "p5")
    house.tell(EndAbsence(pupil_id="p3"))
    house.tell(EnrolPupil(pupil_id="p4"))
    house.settle()


def test_old_streams_ask_for_what_a_new_release_asks_for(house: House, release: Release) -> None:
    lived(house)
    again = release(deadlines_of_the_next_release)
    again.settle()
    assert due(again) == AFTER_THE_RELEASE


def test_a_new_timer_follows_from_the_last_event_and_one_that_stands_keeps_its_cause(house: House, release: Release) -> None:
    lived(house)
    before = {timer.timer_id: timer for timer in house.roll.store.timers()}
    again = release(deadlines_of_the_next_release)
    again.settle()
    after = {timer.timer_id: timer for timer in again.roll.store.timers()}
    (*_, last) = again.roll.store.walk(["pupil-p3"])
    assert (after["pupil-p3/check"].causation_id, after["pupil-p3/check"].correlation_id) == (last.event_id, last.correlation_id)
    assert after["pupil-p1/suspect"].causation_id == before["pupil-p1/suspect"].causation_id


def test_a_number_of_the_county_holds_for_the_deadlines_of_a_new_release(house: House, release: Release) -> None:
    house.tell(SetPolicy(code=CHECK_AFTER.code, value=days(10)))
    lived(house)
    again = release(deadlines_of_the_next_release)
    again.settle()
    assert due(again)["pupil-p4/check"] == county(9, 19)


def test_the_streams_of_a_release_are_looked_over_once(
    town: Town, house: House, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(house)
    release(deadlines_of_the_next_release).settle()
    again = town.rebuild_house()
    looked: list[str] = []
    named = again.roll.store.streams_named
    monkeypatch.setattr(again.roll.store, "streams_named", lambda prefix, *rest: looked.append(prefix) or named(prefix, *rest))
    again.settle()
    assert looked == []
    assert again.roll.timers.settled


def test_commands_pass_between_slices_and_find_a_stream_of_either_release(
    house: House, release: Release, small_slices: None
) -> None:
    lived(house)
    again = release(deadlines_of_the_next_release)
    assert again.roll.timers.step() == 2
    assert set(due(again)) >= {"pupil-p1/suspect", "pupil-p2/suspect", "pupil-p5/text", "pupil-p5/suspect"}
    again.tell(EndAbsence(pupil_id="p1"))
    again.tell(EndAbsence(pupil_id="p5"))
    missing(again, "p0", "p9")
    again.settle()
    of_now = {f"pupil-p{number}/check": county(12, 18) for number in (1, 3, 4, 5)}
    of_now |= {f"pupil-p{number}/suspect": county(9, 11) for number in (0, 2, 9)}
    assert due(again) == of_now


def test_after_a_crash_in_the_middle_it_goes_on_behind_the_last_slice(
    town: Town, house: House, release: Release, small_slices: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(house)
    half = release(deadlines_of_the_next_release)
    half.roll.timers.step()
    half.roll.store._writer.close()  # type: ignore[attr-defined]  # as a killed process leaves its files
    town.house = again = House(town.directory, town.clock, town.keys)
    begun: list[str] = []
    named = again.roll.store.streams_named
    monkeypatch.setattr(
        again.roll.store, "streams_named", lambda prefix, after, limit: begun.append(after) or named(prefix, after, limit)
    )
    again.settle()
    assert begun[0] == "pupil-p2"
    assert due(again) == AFTER_THE_RELEASE


def test_a_release_that_comes_in_the_middle_of_another_begins_anew(house: House, release: Release, small_slices: None) -> None:
    lived(house)
    release(deadlines_of_the_next_release).roll.timers.step()
    again = release(PUPIL.deadlines)
    again.settle()
    assert due(again) == {
        f"pupil-p{number}/{purpose}": at
        for number in (1, 2, 5)
        for purpose, at in (("text", county(9, 8, 10, 30)), ("suspect", county(9, 16)))
    }


def test_a_bug_in_one_childs_deadlines_leaves_its_timers_and_holds_up_no_other(house: House, release: Release) -> None:
    lived(house)
    again = release(deadlines_with_a_bug)
    again.settle()
    left = {"pupil-p2/text": county(9, 8, 10, 30), "pupil-p2/suspect": county(9, 16)}
    assert due(again) == {name: at for name, at in AFTER_THE_RELEASE.items() if "p2" not in name} | left
    mended = release(deadlines_of_the_next_release)
    mended.settle()
    assert due(mended) == AFTER_THE_RELEASE


def test_a_timer_of_an_aggregate_that_a_release_has_no_more_is_withdrawn(town: Town, house: House) -> None:
    missing(house, "p1")
    (timer,) = _texts(house)
    ghost = msgspec.structs.replace(timer, timer_id="ghost-1/haunt", stream_id="ghost-1")
    commit(house.roll.store, Batch(timers={"ghost-1/haunt": ghost}))
    again = town.rebuild_house()
    again.settle()
    assert set(due(again)) == {"pupil-p1/text", "pupil-p1/suspect"}
    commit(again.roll.store, Batch(timers={"ghost-1/haunt": ghost}))
    town.clock.instant = county(9, 8, 11)
    again.settle()
    assert set(due(again)) == {"pupil-p1/suspect"}


def test_an_edition_names_the_function_and_every_page_it_may_rest_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = roll_model()
    edition = edition_of(PUPIL, model)
    assert edition_of(PUPIL, roll_model()) == edition
    assert edition_of(replace(PUPIL, deadlines=deadlines_of_the_next_release), model) != edition
    rule = tmp_path / "rule.py"
    rule.write_text("DAYS = 5\n")
    monkeypatch.setattr("services.chassis.renewal.inspect.getfile", lambda _page: str(rule))
    before = edition_of(PUPIL, model)
    rule.write_text("DAYS = 6\n")
    renewal._digest_of.cache_clear()
    assert edition_of(PUPIL, model) != before


# --- a file of the release before ---------------------------------------------------------------------------------------

OLD_TIMERS = """
DROP TABLE deadline_editions;
ALTER TABLE timers RENAME TO new_timers;
CREATE TABLE timers (timer_id TEXT NOT NULL PRIMARY KEY, stream_id TEXT NOT NULL, due_at TEXT NOT NULL, not_before TEXT NOT NULL,
    since TEXT NOT NULL, term BLOB NOT NULL, policy TEXT NOT NULL, school_id TEXT, command TEXT NOT NULL, body BLOB NOT NULL,
    correlation_id TEXT NOT NULL, causation_id TEXT NOT NULL, traceparent TEXT NOT NULL);
DROP INDEX ix_timers_not_before;
CREATE INDEX ix_timers_not_before ON timers (not_before);
INSERT INTO timers SELECT timer_id, stream_id, due_at, not_before, '2026-09-08', x'00', '', NULL, 'NoCommandOfToday',
    x'7b226e6f7468696e67', correlation_id, causation_id, traceparent FROM new_timers;
DROP TABLE new_timers;
DELETE FROM alembic_version WHERE version_num = 'house_0002';
"""


def test_a_timer_that_a_former_release_stored_with_its_command_fires_as_todays(town: Town, house: House) -> None:
    lived(house)
    before = due(house)
    house.close()
    old = sqlite3.connect(town.directory / "roll.sqlite", isolation_level=None)
    old.executescript(OLD_TIMERS)
    old.close()
    town.house = again = House(town.directory, town.clock, town.keys)
    assert due(again) == before
    town.clock.instant = county(9, 16)
    again.settle()
    assert kinds(again, "p1")[2:] == ["TextFellDue", "PupilSuspected"]


# --- calendars and numbers -----------------------------------------------------------------------------------------------


def test_a_number_moves_timers_a_slice_a_step_and_commands_pass_between(house: House, small_slices: None) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    assert house.roll.timers.step() == 2
    suspects = {name: at for name, at in due(house).items() if name.endswith("suspect")}
    assert suspects == {f"pupil-p{number}/suspect": county(9, 11) if number < 3 else county(9, 16) for number in (1, 2, 3, 4, 5)}
    assert not house.roll.quiescent()
    house.tell(EndAbsence(pupil_id="p4"))
    missing(house, "p0")
    house.settle()
    assert {at for name, at in due(house).items() if name.endswith("suspect")} == {county(9, 11)}
    assert set(due(house)) == {f"pupil-p{n}/{purpose}" for n in (0, 1, 2, 3, 5) for purpose in ("text", "suspect")}


def test_after_a_crash_in_the_middle_of_moving_all_timers_come_right(town: Town, house: House, small_slices: None) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    house.roll.timers.step()
    house.roll.store._writer.close()  # type: ignore[attr-defined]  # as a killed process leaves its files
    town.house = again = House(town.directory, town.clock, town.keys)
    again.settle()
    assert {at for name, at in due(again).items() if name.endswith("suspect")} == {county(9, 11)}


def test_a_number_that_changes_again_in_the_middle_moves_those_that_were_moved_once_more(house: House, small_slices: None) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    house.roll.timers.step()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(3)))
    house.settle()
    assert {at for name, at in due(house).items() if name.endswith("suspect")} == {county(9, 12)}


def test_a_turn_over_many_streams_ends_when_its_time_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(house, "p1", "p2", "p3")
    house.settle()
    monkeypatch.setattr("services.chassis.renewal.TURN_SECONDS", -1.0)
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    assert [house.roll.timers.step() for _ in range(4)] == [1, 1, 1, 0]
    assert {at for name, at in due(house).items() if name.endswith("suspect")} == {county(9, 11)}


def test_a_timer_that_nobody_has_moved_yet_is_moved_when_it_would_fire(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(house, "p1")
    house.settle()
    monkeypatch.setattr(Renewal, "step", lambda _self: 0)
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(10)))
    town.clock.instant = county(9, 16)
    house.settle()
    assert kinds(house, "p1")[2:] == ["TextFellDue"]
    assert due(house)["pupil-p1/suspect"] == county(9, 23)


def test_a_timer_that_was_put_off_stays_put_off_unless_it_falls_due_at_another_time(house: House) -> None:
    missing(house, "p1", "p2")
    house.settle()
    put_off = {t.timer_id: msgspec.structs.replace(t, not_before=stamp(county(9, 8, 10, 30) + PUT_OFF)) for t in _texts(house)}
    commit(house.roll.store, Batch(timers=dict(put_off)))
    house.roll.turns.county_changed()
    house.settle()
    assert {timer.timer_id: timer for timer in _texts(house)} == put_off
    house.tell(SetPolicy(code="toy.text_after", value=minutes(45)))
    house.settle()
    assert {timer.not_before for timer in _texts(house)} == {stamp(county(9, 8, 10, 45))}


def _texts(house: House) -> list[Timer]:
    return [timer for timer in house.roll.store.timers() if timer.timer_id.endswith("text")]


def test_what_a_slice_writes_rests_on_the_streams_it_has_seen(house: House) -> None:
    """On a store with several writers, one who moves a stream meanwhile makes the slice look again."""
    missing(house, "p1", "p2")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    with house.roll.turns.open() as turn:
        Renewal(house.roll.turns)._slice(turn, house.roll.store.streams_with_timers, "")
        assert turn.batch.expected == {"pupil-p1": 2, "pupil-p2": 2}
        assert set(turn.batch.timers) == {"pupil-p1/suspect", "pupil-p2/suspect"}
