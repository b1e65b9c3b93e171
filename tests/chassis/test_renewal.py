"""Timers that stand already: they follow calendars and numbers, a slice of streams a turn."""

from __future__ import annotations

import msgspec
import pytest

from services.chassis.decider import minutes, school_days
from services.chassis.envelope import stamp
from services.chassis.renewal import Renewal
from services.chassis.storage.port import Batch
from services.chassis.timers import PUT_OFF
from tests.chassis.absences import county, due, kinds, missing, texts
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import House
from tests.chassis.toy_roll import SUSPECT_AFTER, EndAbsence, SetPolicy


def test_a_number_moves_timers_a_slice_a_step_and_commands_pass_between(house: House, small_slices: None) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    assert house.roll_crew.timers.step() == 2
    suspects = {name: at for name, at in due(house).items() if name.endswith("suspect")}
    assert suspects == {f"pupil-p{number}/suspect": county(9, 11) if number < 3 else county(9, 16) for number in (1, 2, 3, 4, 5)}
    assert not house.roll_crew.quiescent()
    house.tell(EndAbsence(pupil_id="p4"))
    missing(house, "p0")
    house.settle()
    assert {at for name, at in due(house).items() if name.endswith("suspect")} == {county(9, 11)}
    assert set(due(house)) == {f"pupil-p{n}/{purpose}" for n in (0, 1, 2, 3, 5) for purpose in ("text", "suspect")}


def test_after_a_crash_in_the_middle_of_moving_all_timers_come_right(
    town: Town, house: House, small_slices: None, request: pytest.FixtureRequest
) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    house.roll_crew.timers.step()
    request.addfinalizer(house.close)  # it is not closed before the next one begins
    again = town.house_after_death()
    again.settle()
    assert {at for name, at in due(again).items() if name.endswith("suspect")} == {county(9, 11)}


def test_a_number_that_changes_again_in_the_middle_moves_those_that_were_moved_once_more(house: House, small_slices: None) -> None:
    missing(house, "p1", "p2", "p3", "p4", "p5")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    house.roll_crew.timers.step()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(3)))
    house.settle()
    assert {at for name, at in due(house).items() if name.endswith("suspect")} == {county(9, 12)}


def test_a_turn_over_many_streams_ends_when_its_time_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(house, "p1", "p2", "p3")
    house.settle()
    monkeypatch.setattr("services.chassis.renewal.TURN_SECONDS", -1.0)
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    assert [house.roll_crew.timers.step() for _ in range(4)] == [1, 1, 1, 0]
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
    put_off = {t.timer_id: msgspec.structs.replace(t, not_before=stamp(county(9, 8, 10, 30) + PUT_OFF)) for t in texts(house)}
    commit(house.roll.store, Batch(timers=dict(put_off)))
    house.roll.turns.county_changed()
    house.settle()
    assert {timer.timer_id: timer for timer in texts(house)} == put_off
    house.tell(SetPolicy(code="toy.text_after", value=minutes(45)))
    house.settle()
    assert {timer.not_before for timer in texts(house)} == {stamp(county(9, 8, 10, 45))}


def test_what_a_slice_writes_rests_on_the_streams_it_has_seen(house: House, small_slices: None) -> None:
    """On a store with several writers, one who moves a stream meanwhile makes the slice look again."""
    missing(house, "p1", "p2")
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    with house.roll.turns.open() as turn:
        Renewal(house.roll.turns)._slice(turn, house.roll.store.streams_with_timers, "")
        assert turn.batch.expected == {"pupil-p1": 2, "pupil-p2": 2}
        assert set(turn.batch.timers) == {"pupil-p1/suspect", "pupil-p2/suspect"}
