"""A demo's clock: moved exactly, running at real speed, and never going back, whatever ended the process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis.clock import KEPT_AHEAD, ClockRunsBackwards, ClockRunsByItself, DemoClock

START = datetime(2026, 9, 1, 0, 0, tzinfo=UTC)


class Stopwatch:
    """Real time, as the test lets it pass."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


def clock_in(directory: Path, stopwatch: Stopwatch) -> DemoClock:
    return DemoClock(directory / "clock.json", START, seconds=stopwatch)


def test_a_clock_that_nobody_lets_run_stands_still(tmp_path: Path, stopwatch: Stopwatch) -> None:
    clock = clock_in(tmp_path, stopwatch)
    stopwatch.seconds += 3_600
    assert clock.now() == START


def test_a_clock_is_moved_exactly_and_comes_back_there(tmp_path: Path, stopwatch: Stopwatch) -> None:
    there = START + timedelta(days=3, minutes=20)
    clock_in(tmp_path, stopwatch).move_to(there)
    again = clock_in(tmp_path, stopwatch)
    assert (again.now(), again.moved_to) == (there, there)


def test_a_running_clock_goes_on_at_real_speed_from_where_it_stood(tmp_path: Path, stopwatch: Stopwatch) -> None:
    clock = clock_in(tmp_path, stopwatch)
    clock.move_to(START + timedelta(days=1))
    clock.run()
    stopwatch.seconds += 1_800
    clock.run()
    assert clock.now() == START + timedelta(days=1, minutes=30)
    assert clock.moved_to == START + timedelta(days=1)


def test_a_clock_that_stands_again_comes_back_to_the_very_second(tmp_path: Path, stopwatch: Stopwatch) -> None:
    clock = clock_in(tmp_path, stopwatch)
    clock.run()
    stopwatch.seconds += 90
    clock.stand()
    stopwatch.seconds += 600
    clock.stand()
    again = clock_in(tmp_path, stopwatch)
    assert clock.now() == again.now() == START + timedelta(seconds=90)
    assert again.moved_to == START


@pytest.mark.parametrize("lived", [0.001, 59.0, 61.0, 4_000.0])
def test_a_killed_clock_comes_back_after_all_it_has_told(tmp_path: Path, stopwatch: Stopwatch, lived: float) -> None:
    clock = clock_in(tmp_path, stopwatch)
    clock.run()
    stopwatch.seconds += lived / 2
    clock.now()
    stopwatch.seconds += lived / 2
    told = clock.now()
    again = clock_in(tmp_path, stopwatch)
    assert told <= again.now() <= told + KEPT_AHEAD


def test_a_clock_does_not_go_back_and_is_not_moved_while_it_runs(tmp_path: Path, stopwatch: Stopwatch) -> None:
    clock = clock_in(tmp_path, stopwatch)
    with pytest.raises(ClockRunsBackwards):
        clock.move_to(START - timedelta(seconds=1))
    clock.run()
    with pytest.raises(ClockRunsByItself):
        clock.move_to(START + timedelta(hours=1))
    stopwatch.seconds += 60
    clock.stand()
    clock.move_to(START + timedelta(minutes=1))
    assert clock.moved_to == START + timedelta(minutes=1)
