"""What a service knows of its county now: its code, its calendars, the numbers it has set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec
import sqlalchemy as sa

from services.chassis.county import Calendars, DayKind
from services.chassis.decider import Policy, Term, V
from services.chassis.storage.port import EventStore
from services.chassis.storage.tables import COUNTY_DAYS, COUNTY_POLICIES

COUNTY_TABLES = frozenset({COUNTY_DAYS.name, COUNTY_POLICIES.name})

HELD_SECONDS = 1.0
"""How long a process believes what it knows of the county where another process may have changed it."""

HEARD_EVERYWHERE_SECONDS = 10.0
"""After that no process acts by what the county was before a change: those that held it have looked again, their turns are over."""

_STAMP = sa.union_all(
    sa.select(COUNTY_DAYS.c.calendar_id, COUNTY_DAYS.c.edition, sa.cast(COUNTY_DAYS.c.sequence, sa.Text)),
    sa.select(COUNTY_POLICIES.c.code, sa.literal(""), sa.cast(COUNTY_POLICIES.c.value, sa.Text)),
)
"""What changes whenever the county does, at a fraction of its size."""


@dataclass(frozen=True)
class County:
    """The county as of one edition of its calendars and numbers."""

    code: str
    calendars: Calendars = field(default_factory=Calendars)
    policies: Mapping[str, int | Term] = field(default_factory=dict)

    def value(self, policy: Policy[V]) -> V:
        """The number in force for the policy: the county's own, else the default."""
        return self.policies.get(policy.code, policy.default)  # type: ignore[return-value]  # checked when it was set


def read_county(engine: sa.Engine, code: str) -> County:
    """The county as the service's two tables have it; a later edition of a calendar overrides an earlier one day by day."""
    published: dict[str, dict[date, DayKind]] = {}
    with engine.connect() as connection:
        for calendar_id, days in connection.execute(
            sa.select(COUNTY_DAYS.c.calendar_id, COUNTY_DAYS.c.days).order_by(COUNTY_DAYS.c.sequence)
        ):
            named = published.setdefault(calendar_id, {})
            named.update({date.fromisoformat(day): DayKind(kind) for day, kind in days.items()})
        policies: dict[str, int | Term] = {
            policy: msgspec.convert(value, int | Term)
            for policy, value in connection.execute(sa.select(COUNTY_POLICIES.c.code, COUNTY_POLICIES.c.value))
        }
    return County(code, Calendars(published), policies)


class CountyInForce:
    """The county as one process of a service knows it, and how often that has changed.

    Its own commits are told by `changed`; where the store is shared, what other processes committed is seen after a second.
    """

    def __init__(self, store: EventStore, code: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._code = code
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: County | None = None
        self._stamp: frozenset[tuple[str, ...]] = frozenset()
        self._edition = 0
        self._look_at = float("-inf")
        self._heard_at: float | None = None

    @property
    def now(self) -> County:
        """The county."""
        self._look()
        while (county := self._held) is None:
            edition = self._edition
            stamp, read = self._stamp_now(), read_county(self._store.engine, self._code)
            with self._lock:
                if edition == self._edition:  # else it changed while it was read
                    self._stamp, self._held = stamp, read
        return county

    @property
    def edition(self) -> int:
        """Counts the changes, and where the store is shared each once more when every process has heard of it.

        What a process that had not yet heard of it has reckoned meanwhile is so reckoned again.
        """
        self._look()
        return self._edition

    def changed(self) -> None:
        """A calendar was published or a number set: read them again, and move the timers that hang on them."""
        with self._lock:
            self._held = None
            self._edition += 1
            if self._store.shared:
                self._heard_at = self._monotonic() + HEARD_EVERYWHERE_SECONDS

    def _look(self) -> None:
        """See what other processes have changed."""
        now = self._monotonic()
        if not self._store.shared or now < self._look_at:
            return
        if self._held is not None and self._stamp_now() != self._stamp:
            self.changed()
        self._look_at = now + HELD_SECONDS
        with self._lock:
            if self._heard_at is not None and now >= self._heard_at:
                self._heard_at = None
                self._edition += 1

    def _stamp_now(self) -> frozenset[tuple[str, ...]]:
        with self._store.engine.connect() as connection:
            return frozenset(tuple(row) for row in connection.execute(_STAMP))
