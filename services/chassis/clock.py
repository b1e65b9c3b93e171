"""Two clocks: business time (occurred, recorded, due, quiet hours) and wall time (tokens, leases, retries).

Only a demo deployment holds a `DemoClock`; no other lets its business time be moved.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
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


class DemoClock:
    """Business time that a demo moves forward; its position is kept in a file and survives the process.

    The position is on disk before anything can be recorded at it, so no record is ever younger than the clock.
    """

    def __init__(self, path: Path, start: datetime) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._now = start
        if path.exists():
            self._now = datetime.fromisoformat(msgspec.json.decode(path.read_bytes(), type=str))
        else:
            self._keep(start)

    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Go forward to an instant; raises ClockRunsBackwards for an earlier one."""
        with self._lock:
            if instant < self._now:
                raise ClockRunsBackwards(f"{instant} is before {self._now}")
            if instant > self._now:
                self._keep(instant)
                self._now = instant

    def _keep(self, instant: datetime) -> None:
        put_in_place(self._path, msgspec.json.encode(instant.isoformat()))
