"""Questions about a range of the log or the journal, which both databases are asked alike: a position names where it begins.

A position names its row whatever somebody has made of the row's texts. `$1` stands for a value, as PostgreSQL writes it. What
begins within a stream is two statements – the rest of the stream, then the streams behind it – for so an index finds each.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage.kept_rows import EVENT_COLUMNS, TOLD_COLUMNS, journalled_of
from services.chassis.storage.port import Journalled

Question = tuple[str, Sequence[int | str]]
"""A statement and its values."""

_ORDER = "ORDER BY stream_id, version"


class LogRanges(ABC):
    """What `storage.port.EventStore` answers about ranges; a store says how it asks, and how its database writes no bytes."""

    no_bytes: ClassVar[str]

    @abstractmethod
    def _rows(self, statement: str, values: Sequence[int | str], limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The answer, in one view of the database, at most so many rows."""

    def event_at(self, position: int) -> Envelope | None:
        found = [Envelope(*row) for row in self._rows(f"SELECT {EVENT_COLUMNS} FROM events WHERE position = $1", (position,))]
        return found[0] if found else None

    def log_of(self, stream_id: str, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
        rows = self._rows_of([_log_of(stream_id, after, until=until)], limit)
        return ((position, Envelope(*event)) for position, *event in rows)

    def log_behind(self, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
        rows = self._rows_of(_log_behind(after, until=until), limit)
        return ((position, Envelope(*event)) for position, *event in rows)

    def journal_behind(self, after: int | None, *, until: int, limit: int) -> Iterator[Journalled]:
        return map(journalled_of, self._rows_of(_journal_behind(self.no_bytes, after, until=until), limit))

    def told_in(self, after: int | None, through: int, *, until: int) -> Iterator[PublicationRow]:
        return (PublicationRow(*row) for row in self._rows(*_told_in(after, through, until=until)))

    def _rows_of(self, questions: Iterable[Question], limit: int) -> Iterator[tuple[Any, ...]]:
        """Rows of one question after the other, at most so many."""
        for statement, values in questions:
            for row in self._rows(statement, values, limit):
                limit -= 1
                yield row


def _log_of(stream_id: str, after: int | None, *, until: int) -> Question:
    """A stream's events with their positions: all, or those behind one of them."""
    select = f"SELECT position, {EVENT_COLUMNS} FROM events WHERE position <= $1 AND stream_id = $2"
    if after is None:
        return f"{select} {_ORDER}", (until, stream_id)
    return f"{select} AND version > {_at('events', 'version', 3)} {_ORDER}", (until, stream_id, after)


def _log_behind(after: int | None, *, until: int) -> list[Question]:
    """Events with their positions by stream and version: all, or those behind one of them."""
    return _behind(f"SELECT position, {EVENT_COLUMNS} FROM events WHERE position <= $1", "events", after, until)


def _journal_behind(nothing: str, after: int | None, *, until: int) -> list[Question]:
    """The journal by stream and version: position, stream, version, bytes, and whether it has neither these nor an own event.

    `nothing` is how the database writes no bytes.
    """
    own = "EXISTS (SELECT 1 FROM events e WHERE e.stream_id = received.stream_id"
    lost = f"envelope = {nothing} AND {own}) AND NOT {own} AND e.version = received.version)"
    select = f"SELECT position, stream_id, version, envelope, {lost} FROM received WHERE position <= $1"
    return _behind(select, "received", after, until)


def _told_in(after: int | None, through: int, *, until: int) -> Question:
    """What others were told of the events up to one of them: of all, or of those behind another."""
    where = f"e.position <= $1 AND {_place('<=', 2)}"
    select = f"SELECT {TOLD_COLUMNS} FROM publications p JOIN events e ON e.stream_id = p.stream_id AND e.version = p.version"
    order = "ORDER BY p.stream_id, p.version, p.topic"
    if after is None:
        return f"{select} WHERE {where} {order}", (until, through)
    return f"{select} WHERE {where} AND {_place('>', 3)} {order}", (until, through, after)


def _behind(select: str, table: str, after: int | None, until: int) -> list[Question]:
    if after is None:
        return [(f"{select} {_ORDER}", (until,))]
    stream, version = _at(table, "stream_id", 2), _at(table, "version", 2)
    return [
        (f"{select} AND stream_id = {stream} AND version > {version} {_ORDER}", (until, after)),
        (f"{select} AND stream_id > {stream} {_ORDER}", (until, after)),
    ]


def _at(table: str, column: str, value: int) -> str:
    return f"(SELECT {column} FROM {table} WHERE position = ${value})"


def _place(sign: str, value: int) -> str:
    return f"(p.stream_id, p.version) {sign} ({_at('events', 'stream_id', value)}, {_at('events', 'version', value)})"
