"""A demo's business clock for several processes: one file tells its position, one hand moves it, all others follow.

The file is replaced as a whole, so whoever looks sees the old or the new position, and all of them the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from services.chassis.clock import ClockRunsBackwards, ClockRunsByItself, wall_now
from services.chassis.errors import Misconfigured
from services.chassis.files import put_in_place

EVERYBODY = 0o644


class Shown(msgspec.Struct, frozen=True):
    """The clock stands at `at`, or has run from there since a moment of wall time; `moved_to` is where it was last moved to."""

    moved_to: datetime
    at: datetime
    running_since: datetime | None = None


class FollowedClock:
    """Business time as the file shows it; until it is there, the demo's beginning."""

    def __init__(self, path: Path, begins: datetime, *, wall: Callable[[], datetime] = wall_now) -> None:
        self._path = path
        self._wall = wall
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._shown = Shown(begins, begins)

    def now(self) -> datetime:
        shown = self.shown()
        return shown.at if shown.running_since is None else shown.at + (self._wall() - shown.running_since)

    def shown(self) -> Shown:
        """What the file says now; raises Misconfigured where it holds something else."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return self._shown
        identity = (found.st_ino, found.st_mtime_ns)
        with self._lock:
            if identity != self._seen:
                try:
                    self._shown = msgspec.json.decode(self._path.read_bytes(), type=Shown)
                except msgspec.MsgspecError as broken:
                    raise Misconfigured(
                        f"{self._path} 不是演示时钟的位置：请重新建立演示部署（docker compose down --volumes）。\n"
                        f"{self._path} is not the position of a demo's clock: make the demo anew (docker compose down --volumes)."
                    ) from broken
                self._seen = identity
            return self._shown


class HandOfTheClock:
    """The one who moves it."""

    def __init__(self, path: Path, begins: datetime, *, wall: Callable[[], datetime] = wall_now) -> None:
        self._path = path
        self._wall = wall
        self.clock = FollowedClock(path, begins, wall=wall)

    def move_to(self, instant: datetime) -> None:
        """Go forward to an instant; raises ClockRunsBackwards for an earlier one, ClockRunsByItself unless it stands."""
        shown = self.clock.shown()
        if shown.running_since is not None:
            raise ClockRunsByItself(f"{instant} was asked for")
        if instant < shown.at:
            raise ClockRunsBackwards(f"{instant} is before {shown.at}")
        self._show(Shown(instant, instant))

    def run(self) -> None:
        """Go on from here at the speed of real time."""
        shown = self.clock.shown()
        if shown.running_since is None:
            self._show(Shown(shown.moved_to, shown.at, self._wall()))

    def stand(self) -> None:
        """Stand still again, where it has come to."""
        self._show(Shown(self.clock.shown().moved_to, self.clock.now()))

    def _show(self, shown: Shown) -> None:
        put_in_place(self._path, msgspec.json.encode(shown), mode=EVERYBODY)
