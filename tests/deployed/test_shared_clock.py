"""One hand moves a demo's clock, every process follows; nobody moves it back, or while it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis.clock import ClockRunsBackwards, ClockRunsByItself
from services.chassis.errors import Misconfigured
from services.chassis.shared_clock import FollowedClock, HandOfTheClock

BEGINS = datetime(2026, 8, 31, 1, tzinfo=UTC)
LATER = BEGINS + timedelta(days=3)


class Wall:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_who_follows_sees_each_move_at_once(tmp_path: Path) -> None:
    hand, follower = HandOfTheClock(tmp_path / "clock.json", BEGINS), FollowedClock(tmp_path / "clock.json", BEGINS)
    assert follower.now() == BEGINS
    for step in range(1, 6):
        hand.move_to(BEGINS + timedelta(minutes=step))
        assert follower.now() == BEGINS + timedelta(minutes=step)
    assert FollowedClock(tmp_path / "clock.json", BEGINS).now() == BEGINS + timedelta(minutes=5), "a process that starts later too"


def test_it_runs_on_at_the_speed_of_real_time_over_restarts(tmp_path: Path) -> None:
    wall = Wall()
    hand, follower = HandOfTheClock(tmp_path / "c", BEGINS, wall=wall), FollowedClock(tmp_path / "c", BEGINS, wall=wall)
    hand.move_to(LATER)
    hand.run()
    wall.now += timedelta(hours=2)
    assert follower.now() == LATER + timedelta(hours=2)
    assert FollowedClock(tmp_path / "c", BEGINS, wall=wall).now() == LATER + timedelta(hours=2)
    with pytest.raises(ClockRunsByItself):
        hand.move_to(LATER + timedelta(days=1))
    hand.stand()
    assert follower.shown().moved_to == LATER, "who looks sees that it has run on by itself since"
    wall.now += timedelta(hours=2)
    assert follower.now() == LATER + timedelta(hours=2)


def test_nobody_moves_it_back(tmp_path: Path) -> None:
    hand = HandOfTheClock(tmp_path / "c", BEGINS)
    hand.move_to(LATER)
    with pytest.raises(ClockRunsBackwards):
        hand.move_to(BEGINS)


def test_a_file_that_is_no_clock_is_told(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("{")
    with pytest.raises(Misconfigured, match="is not the position"):
        FollowedClock(tmp_path / "c", BEGINS).now()
