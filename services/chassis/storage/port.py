"""The port of the store: what one transaction may hold, and what every adapter promises.

A `Batch` is everything that one turn wants to become true; an adapter makes all of it true or none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa

from services.chassis.bus.places import LostPlace, Position
from services.chassis.envelope import Envelope
from services.chassis.errors import Tampered
from services.chassis.publication import PublicationRow

Key = str | tuple[str, ...]
"""The primary key of a read-model row."""

BACKLOG = ("outbox", "work", "parked", "timers", "lost_places")
"""What may wait in a service."""


class Awaited(msgspec.Struct, frozen=True):
    """Whether anything is to be sent, when the earliest timer may fire, and when the earliest waiting work may be done."""

    to_send: bool
    timer_at: str | None
    work_at: str | None

    def timer_due(self, now: str) -> bool:
        """Whether a timer may fire by `now`."""
        return self.timer_at is not None and self.timer_at <= now

    def work_due(self, now: str) -> bool:
        """Whether work may be done by `now`."""
        return self.work_at is not None and self.work_at <= now

    def something(self, now: str) -> bool:
        """Whether any of it can be done by `now`."""
        return self.to_send or self.timer_due(now) or self.work_due(now)

    @property
    def next_due(self) -> str | None:
        """The earlier of the two instants."""
        return min((at for at in (self.timer_at, self.work_at) if at is not None), default=None)


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """When to look at a stream for what falls due in it, and what the look-out follows from (`chassis.deadlines`).

    It is not fired before `not_before`: its `due_at`, unless it has been put off.
    """

    timer_id: str
    stream_id: str
    due_at: str
    not_before: str
    correlation_id: str
    causation_id: str
    traceparent: str = ""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A call to the outside world that an event asks for; `state` is pending, started or done."""

    work_id: str
    kind: str
    stream_id: str
    version: int
    not_before: str
    state: str = "pending"
    attempts: int = 0


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the journal; without its bytes where they stand in the own log.

    Read models are rebuilt from what the journal keeps with bytes and was not discarded.
    """

    envelope: Envelope
    topic: str
    without_bytes: bool = False
    discarded: bool = False


class JournalUnreadable(Tampered):
    """The bytes of a journalled event are no event any more."""

    def __init__(self, stream_id: str, version: int) -> None:
        self.stream_id = stream_id
        self.version = version
        super().__init__(f"the journal's {stream_id} version {version} cannot be read")


class Journalled(msgspec.Struct, frozen=True):
    """A row of the journal in its place; without its event where the bytes stand in the own log – or are `lost`, if not there."""

    position: int
    stream_id: str
    version: int
    envelope: Envelope | None
    lost: bool


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """An event that waits, with all that follows on its key: `reason` is `gap` or the code of what went wrong.

    In a batch, position 0 is a new one; another position is one that stays, for a reason that may have changed.
    """

    position: int
    topic: str
    envelope: Envelope
    reason: str
    detail: str
    parked_at: str


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the bus that was lost, until its topic's producer has sent its log again."""

    place: LostPlace
    found_at: str


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request with an Idempotency-Key; holds ids only."""

    scope: str
    digest: str
    status: int
    body: bytes
    headers: dict[str, str]
    kept_at: str


@dataclass
class Batch:
    """Everything that becomes true together.

    `expected` names the version each touched stream must still have; `rows` are read-model rows (None deletes), `records`
    are inserts into source tables (vault, keys), `counters` are (from, to) pairs that must still start at `from`,
    `work_claims` are pieces as they are taken up, which must still have been attempted once less; `work_delays` are (work id,
    not before) pairs that leave the rest of the piece as it is; `said_again` names topics whose producer has sent its log again,
    and when: lost places of theirs are settled, if they were found before or the reader has gone on from the topic's very first
    message.
    """

    events: list[Envelope] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)
    outbox: list[tuple[str, str, int]] = field(default_factory=list)
    rows: dict[tuple[str, Key], tuple[sa.Table, Mapping[str, Any] | None]] = field(default_factory=dict)
    records: list[tuple[sa.Table, Mapping[str, Any]]] = field(default_factory=list)
    deletions: list[tuple[sa.Table, Mapping[str, Any]]] = field(default_factory=list)
    timers: dict[str, Timer | None] = field(default_factory=dict)
    work: list[Work] = field(default_factory=list)
    work_claims: list[Work] = field(default_factory=list)
    work_updates: list[Work] = field(default_factory=list)
    work_delays: list[tuple[str, str]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    unparked: list[int] = field(default_factory=list)
    offsets: dict[tuple[str, int], Position] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    said_again: dict[str, str] = field(default_factory=dict)
    counters: dict[str, tuple[int, int]] = field(default_factory=dict)
    answer: KeptAnswer | None = None

    def empty(self) -> bool:
        """Whether committing it would change nothing."""
        return not any(vars(self).values())


class Transaction(Protocol):
    """One view of the store, closed by one commit.

    Reads see what was committed when they are made; `commit` raises VersionConflict where something that the batch rests on
    has moved since, or where an answer is kept under the batch's scope already, NotStorable where a row breaks its table's
    constraints or names a column that its table does not have, and then nothing of the batch is true. A row replaces the one
    with its primary key, and no other.
    """

    def stream(self, stream_id: str, after: int = 0) -> list[Envelope]:
        """The events of a stream with a version above `after`, in order."""

    def row(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        """A row by its primary key."""

    def rows(self, table: sa.Table, match: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The rows whose columns have these values, all of them for no value; an index should serve them."""

    def counter(self, name: str) -> int:
        """The last number taken from a counter, 0 before the first."""

    def received_version(self, stream_id: str) -> int:
        """The version of the last event of a stream that was handled, 0 before the first."""

    def parked_keys(self) -> set[str]:
        """The partition keys that wait."""

    def commit(self, batch: Batch) -> None:
        """Make all of the batch true, or none of it."""


class Beside(Protocol):
    """Rows that grow beside live tables until they take their place; for the one rebuild at a time."""

    def write(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows, in short transactions while commands pass between; a row of the same key must have been removed before."""

    def remove(self, table: sa.Table, keys: Sequence[Key]) -> None:
        """Take rows away by their primary keys; keys that are not there are passed over."""

    def swapping(self) -> AbstractContextManager[None]:
        """While nobody else writes to the log or the journal; left without an exception, the new rows are the live ones."""


class EventStore(Protocol):
    """Everything of one service that is one transaction, and the reads that the house needs besides.

    What cannot be read or written just now, but later, raises StoreBusy.
    """

    @property
    def engine(self) -> sa.Engine:
        """For queries on read models."""

    @property
    def shared(self) -> bool:
        """Whether other processes may be writing too."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction; left without `commit`, nothing has happened."""

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each transaction that was committed, whatever its batch held."""

    def leads(self) -> bool:
        """Whether this process is the one that sends, fires timers and calls outside; that falls to another when it goes."""

    def resign(self) -> None:
        """Leave the lead to another process for good."""

    def outbox(self, limit: int) -> list[tuple[int, str, Envelope]]:
        """The oldest unacknowledged outbox rows: number, topic, event; in an order that keeps each key's order."""

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Delete outbox rows that the bus has acknowledged."""

    def requeue(self, topic: str) -> int:
        """Put the whole log into the outbox once more, in its order, for one topic; answers how many events."""

    def bus_position(self, topic: str, partition: int) -> Position:
        """Where this service goes on reading."""

    def bus_positions(self) -> Mapping[tuple[str, int], int]:
        """The next offset of each partition of which something was read."""

    def lost_places(self) -> list[Lost]:
        """The places on the bus that were lost and are not settled, by topic and partition."""

    def due_timers(self, now: str, limit: int) -> list[Timer]:
        """The timers due by `now` and not put off beyond it, earliest first."""

    def awaited(self) -> Awaited:
        """What waits for those who send, fire timers and call outside; one question, cheap enough to be asked all the time."""

    def next_due(self) -> str | None:
        """When the earliest timer may fire or the earliest waiting work be done."""

    def timers(self, stream_ids: Sequence[str] | None = None) -> list[Timer]:
        """All timers, or those of some streams, by their names."""

    def streams_with_timers(self, after: str, limit: int) -> list[str]:
        """The streams that have timers, beyond one, in an order that stays the same."""

    def streams_named(self, prefix: str, after: str, limit: int) -> list[str]:
        """The own streams whose names begin so, beyond one, in an order that stays the same."""

    def pending_work(self, now: str, limit: int) -> list[Work]:
        """Work that may be claimed, and work that a dead worker had started."""

    def kept_answer(self, scope: str) -> KeptAnswer | None:
        """The answer kept under a scope (caller, route and key)."""

    def forget_answers(self, before: str) -> int:
        """Delete the answers kept before an instant; returns how many."""

    def parked(self, key: str | None = None) -> list[Parked]:
        """All that waits, or what waits on one key, in the order in which it came."""

    def streams(self) -> dict[str, tuple[int, str]]:
        """Every stream's head: version and hash."""

    def walk(self, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
        """All own events, or those of some streams, stream by stream, each by version; up to a position of the log."""

    def walk_from(self, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
        """Own events between two positions of the log, of some types, in an order that keeps each stream's order."""

    def walk_received(self, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
        """Journalled foreign events between two positions, stream by stream, each by version; raises JournalUnreadable.

        Those that were discarded are among them only where they are asked for.
        """

    def walk_told(self, *, after: int | None = None, until: int | None = None) -> Iterator[PublicationRow]:
        """What others were told of own events, of those between two positions of the log or all; by stream, version, topic."""

    def event_at(self, position: int) -> Envelope | None:
        """The event at a position of the log."""

    def log_of(self, stream_id: str, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
        """A stream's events with their positions by version: from its first, or behind the one at a position; at most so many."""

    def log_behind(self, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
        """Own events with their positions, stream by stream, each by version, behind the one at a position; at most so many."""

    def journal_behind(self, after: int | None, *, until: int, limit: int) -> Iterator[Journalled]:
        """Rows of the journal in the same order, discarded ones too; raises JournalUnreadable."""

    def told_in(self, after: int | None, through: int, *, until: int) -> Iterator[PublicationRow]:
        """What others were told of the events of `log_behind`, up to the one at a position; by stream, version, topic."""

    def names_no_event(self) -> list[tuple[str, str, int]]:
        """Rows (outbox, work, timers, publications) that name an event which is not there: table, stream, version."""

    def positions(self) -> tuple[int, int]:
        """How far the log and the journal reach; nothing can still appear behind the answer."""

    def rebuilding(self) -> AbstractContextManager[bool]:
        """The place of the one rebuild at a time; false where another has it."""

    def beside(self, tables: Sequence[sa.Table]) -> AbstractContextManager[Beside]:
        """New rows for these tables, beside the live ones; what is not swapped when it is left is gone."""

    def heads_after(self, position: int) -> tuple[int, dict[str, tuple[int, str]]]:
        """Heads of the streams that grew after a position of the log, and the position reached; commits cannot slip behind it."""

    def backlog(self) -> dict[str, int]:
        """How many of each wait, due or not: outbox, work, parked events, timers, lost places; for metrics and health."""

    def close(self) -> None:
        """Let go of files and connections."""
