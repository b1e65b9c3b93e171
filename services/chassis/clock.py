"""Two clocks: business time (occurred, recorded, due, quiet hours) and wall time (tokens, leases, retries).

Only a demo deployment holds a `DemoClock`, or several processes that follow one; no other lets its business time be moved.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from services.chassis.errors import Fault
from services.chassis.files import put_in_place


class Clock(Protocol):
    """Business time."""

    def now(self) -> datetime:
        """The instant, in UTC."""


def wall_now() -> datetime:
    """Wall time, in UTC."""
    return datetime.now(UTC)


class WallClock:
    """Business time of a real deployment: it is wall time."""

    def now(self) -> datetime:
        return wall_now()


class ClockRunsBackwards(Fault):
    """A demo clock was asked to go back."""


class ClockRunsByItself(Fault):
    """A demo clock that runs was asked to move: let it stand first."""


KEPT_AHEAD = timedelta(minutes=1)
"""How far before a running clock its position on disk is: what a killed demo skips when it comes back, once a minute a write."""


class Position(msgspec.Struct, frozen=True):
    """A demo clock on disk: no instant after `now` has been told; `moved_to` is where it was last moved to, not run."""

    now: datetime
    moved_to: datetime


class DemoClock:
    """Business time that a demo moves forward, or lets run on; its position is kept in a file and survives the process.

    The position is on disk before anything can be recorded at it, so no record is ever younger than the clock. `seconds` is
    the real time by which it runs.
    """

    def __init__(self, path: Path, start: datetime, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running_since: float | None = None
        if path.exists():
            self._kept = msgspec.json.decode(path.read_bytes(), type=Position)
        else:
            self._keep(start, moved_to=start)
        self._position = self._kept.now

    @property
    def moved_to(self) -> datetime:
        """Where somebody last moved it to; what lies between and now, the county has lived by itself."""
        return self._kept.moved_to

    def now(self) -> datetime:
        with self._lock:
            now = self._read()
            if now > self._kept.now:
                self._keep(now + KEPT_AHEAD, moved_to=self._kept.moved_to)
            return now

    def move_to(self, instant: datetime) -> None:
        """Go forward to an instant; raises ClockRunsBackwards for an earlier one, ClockRunsByItself unless it stands."""
        with self._lock:
            if self._running_since is not None:
                raise ClockRunsByItself(f"{instant} was asked for")
            if instant < self._position:
                raise ClockRunsBackwards(f"{instant} is before {self._position}")
            if instant > self._kept.moved_to:
                self._keep(instant, moved_to=instant)
                self._position = instant

    def run(self) -> None:
        """Go on from here at the speed of real time."""
        with self._lock:
            if self._running_since is None:
                self._running_since = self._seconds()

    def stand(self) -> None:
        """Stand still again, where it has come to."""
        with self._lock:
            if self._running_since is not None:
                now = self._read()
                self._keep(now, moved_to=self._kept.moved_to)
                self._running_since, self._position = None, now

    def _read(self) -> datetime:
        if self._running_since is None:
            return self._position
        return self._position + timedelta(seconds=self._seconds() - self._running_since)

    def _keep(self, now: datetime, *, moved_to: datetime) -> None:
        self._kept = Position(now, moved_to)
        put_in_place(self._path, msgspec.json.encode(self._kept))
