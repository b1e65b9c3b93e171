"""Reactions: when this event arrives, these commands follow – rows of a table, each a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from services.chassis.decider import Command, Event
from services.chassis.envelope import Envelope
from services.chassis.errors import Refusal
from services.chassis.projections import Projection
from services.chassis.storage.port import Key

R = TypeVar("R")


class Rows(Protocol):
    """What a reaction may look up: rows of its service's read models, by key, as of the event."""

    def row(self, projection: Projection[Any], key: Key) -> Any | None:
        """The row, or nothing."""

    def rows(self, projection: Projection[Any], **match: str) -> list[Any]:
        """The rows whose columns have these values, ordered by their keys."""


class OnRefusal(StrEnum):
    """What becomes of an event whose command is refused."""

    IGNORE = "ignore"
    RECORD = "record"
    PARK = "park"


IGNORE, RECORD, PARK = OnRefusal.IGNORE, OnRefusal.RECORD, OnRefusal.PARK

Then = Callable[[Any, Envelope, Rows], Iterable[Command]]


@dataclass(frozen=True)
class When:
    """One row of the table: the event, what follows, and for each refusal what to do with it (others park the key)."""

    event: type[Event]
    then: Then
    refused: Mapping[type[Refusal], OnRefusal] = field(default_factory=dict)

    def on_refusal(self, refusal: Refusal) -> OnRefusal:
        """The row for this refusal; a named parent class serves its children."""
        for cls in type(refusal).__mro__:
            if cls in self.refused:
                return self.refused[cls]
        return PARK


@dataclass(frozen=True)
class OutsideCall:
    """A call to the outside world that an event asks for: the transaction of the event writes the work row.

    `call` does it and answers the commands that record the result. It raises `NotReached` when nothing can have happened
    outside; then the call is tried again. It raises `NotYet` when its time has not come. After any other failure, or a crash
    in the middle, the call is repeated only where the gateway `deduplicates`; otherwise `uncertain` gives the command that
    leaves the question to a person.
    """

    event: type[Event]
    kind: str
    call: Callable[[Any, Envelope], Iterable[Command]]
    uncertain: Callable[[Any], Command]
    gave_up: Callable[[Any], Command]
    deduplicates: bool = False
    tries: int = 5
    first_wait_seconds: int = 30


class NotReached(Exception):
    """The gateway was not reached, so nothing can have happened there."""


class NotYet(Exception):
    """Nothing was asked of the gateway: the call is made from `at` on, and this was no try."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(at)
