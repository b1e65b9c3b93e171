"""The vocabulary of the pure rooms: events, commands, terms, policies, deadlines and the decider that joins them.

A `domain/` page imports this page, `chassis.errors`, the words `Sealed` and `DayKind` of two others, `services.contracts`, msgspec
and what computes of the standard library – nothing else (tests/architecture/test_imports.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

import msgspec

COUNTY_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one zone without daylight saving since 1991; every business date is a date in it."""


def county_day(instant: datetime) -> date:
    """The county's date at an instant."""
    return instant.astimezone(COUNTY_TIME).date()


def last_day(due: datetime) -> date:
    """The last day of a term of days that falls due at an instant: its end is the midnight with which the next day begins."""
    return county_day(due - timedelta(microseconds=1))


_FUXUE = UUID("6f1c5e0e-5d4b-5c3a-9f27-0b6f2d1c8e11")


def derived_id(*parts: str) -> str:
    """The id that the same parts always give: a repeated reaction mints the same thing again, not another."""
    return str(uuid5(_FUXUE, "\x1f".join(parts)))


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened: past tense, ids and plain facts only."""


class Unit(StrEnum):
    """What a term counts."""

    MINUTES = "minutes"
    DAYS = "days"
    TERM_DAYS = "term_days"
    WORKING_DAYS = "working_days"
    SCHOOL_DAYS = "school_days"
    RETURN_DAYS = "return_days"
    TIME_OF_DAY = "time_of_day"


class Term(msgspec.Struct, frozen=True):
    """A length of time as the field counts it.

    `minutes` run from the instant; `time_of_day` is that many minutes after midnight of the day. All others end with the
    counted day: calendar days, calendar days outside vacation (`term_days`), government working days, school days, days on
    which boarders return – or, where `at` is given, that many minutes after midnight of it.
    """

    count: int
    unit: Unit
    at: int | None = None


def minutes(count: int) -> Term:
    return Term(count, Unit.MINUTES)


def days(count: int) -> Term:
    return Term(count, Unit.DAYS)


def term_days(count: int) -> Term:
    return Term(count, Unit.TERM_DAYS)


def working_days(count: int) -> Term:
    return Term(count, Unit.WORKING_DAYS)


def school_days(count: int) -> Term:
    return Term(count, Unit.SCHOOL_DAYS)


def school_day_at(count: int, hour: int, minute: int = 0) -> Term:
    return Term(count, Unit.SCHOOL_DAYS, at=hour * 60 + minute)


def return_day_at(count: int, hour: int, minute: int = 0) -> Term:
    return Term(count, Unit.RETURN_DAYS, at=hour * 60 + minute)


def at_time(hour: int, minute: int = 0) -> Term:
    return Term(hour * 60 + minute, Unit.TIME_OF_DAY)


V = TypeVar("V", int, Term)


@dataclass(frozen=True)
class Policy(Generic[V]):
    """A number that a county may set: its stable code, default and the source of the default.

    `unit` names what an integer counts; a `Term` carries its own.
    """

    code: str
    default: V
    source: str
    unit: str = ""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the edge knew when the command was decided: time, actor and the county's numbers in force.

    `due_at` is when a timer's command was due, however late the timer is fired; `number` the next one of the command's
    counter (`Decider.numbers`); `terms` with which day each term of the stream ends, by its purpose (`Decider.dated`).
    """

    now: datetime
    actor: str
    on_behalf_of: str | None = None
    policies: Mapping[str, int | Term] = msgspec.field(default_factory=dict)
    due_at: datetime | None = None
    number: int | None = None
    terms: Mapping[str, date] = msgspec.field(default_factory=dict)

    @property
    def today(self) -> date:
        """The county's date."""
        return county_day(self.now)

    @property
    def due_on(self) -> date:
        """The day on which it happens: of a timer's command the day on which it was due, however late it is fired."""
        return county_day(self.due_at or self.now)

    @property
    def term_ended_on(self) -> date:
        """The last day of the term with whose end a timer's command was due, however late it is fired."""
        return last_day(self.due_at or self.now)

    def value(self, policy: Policy[V]) -> V:
        """The number in force for the policy: the county's own, else the default."""
        return self.policies.get(policy.code, policy.default)  # type: ignore[return-value]  # checked when it was set


NOT_GIVEN = Given(now=datetime(1970, 1, 1, tzinfo=UTC), actor="nobody")


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody asks for: imperative. `given` is filled by the chassis at the moment of deciding."""

    given: Given = NOT_GIVEN


@dataclass(frozen=True)
class Deadline:
    """A command that falls due after a term; it is withdrawn as soon as the state no longer asks for it.

    `purpose` is unique in the stream. `since` is the instant or county day from which `term` runs; `school_id` names the
    school whose calendar counts school days. A policy in place of a term is resolved with the county's number.
    """

    purpose: str
    since: datetime | date
    term: Term | Policy[Term]
    command: Command
    school_id: str | None = None


S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


def _no_deadlines(_state: Any) -> Iterable[Deadline]:
    return ()


def _no_correlation(_state: Any) -> str | None:
    return None


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One aggregate: which commands it takes, what it decides, how its state follows from its events, what is due.

    `stream_of` names the stream's own id in a command; `partition_of` gives the key that orders the events on the bus (the
    pupil's id for all that is about one child); `correlation_of` the episode, where the state knows it. `numbers` names the
    counter of a command that numbers something: `given.number` is the next of it in the county's calendar year, and it is
    taken, without gaps, if and only if events follow. `dated` are the commands whose decision names the end of a term that
    runs: `given.terms` has them.
    """

    kind: str
    commands: tuple[type[Any], ...]
    initial: Callable[[], S]
    decide: Callable[[S, C], list[E]]
    evolve: Callable[[S, E], S]
    stream_of: Callable[[C], str]
    partition_of: Callable[[S], str]
    correlation_of: Callable[[S], str | None] = field(default=_no_correlation)
    deadlines: Callable[[S], Iterable[Deadline]] = field(default=_no_deadlines)
    numbers: Mapping[type[Any], str] = field(default_factory=dict)
    dated: frozenset[type[Any]] = frozenset()

    @property
    def has_deadlines(self) -> bool:
        """Whether its streams may ever ask for a timer."""
        return self.deadlines is not _no_deadlines

    def stream_id(self, own_id: str) -> str:
        """The name of the stream: kind and own id."""
        return f"{self.kind}-{own_id}"
