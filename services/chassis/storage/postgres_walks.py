"""Walks through the logs in a PostgreSQL database, each in one view of it and by a connection of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import psycopg

from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage import ranges
from services.chassis.storage.kept_rows import TOLD_COLUMNS, bounds, journalled_of, told_between
from services.chassis.storage.port import Journalled, JournalUnreadable
from services.chassis.storage.postgres_connections import REACH, by_name
from services.chassis.storage.postgres_parts import quoted
from services.chassis.storage.postgres_statement import EVENT_FIELDS

ROWS_A_FETCH = 2_000
_EVENTS = quoted(EVENT_FIELDS)
_TOLD = told_between("$1", "$2")
_unpacker = msgspec.msgpack.Decoder(Envelope)


def walk(url: str, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
    """Own events by stream and version; of some streams or all, up to a position."""
    rows = walked(
        url,
        f"SELECT {_EVENTS} FROM events WHERE ($1::bigint IS NULL OR position <= $1)"
        " AND ($2::text[] IS NULL OR stream_id = ANY($2)) ORDER BY stream_id, version",
        (until, None if stream_ids is None else list(stream_ids)),
    )
    return (Envelope(*row) for row in rows)


def walk_from(url: str, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
    """Own events behind a position, as they were written; of some types or all."""
    rows = walked(
        url,
        f"SELECT {_EVENTS} FROM events WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2)"
        " AND ($3::text[] IS NULL OR type = ANY($3)) ORDER BY position",
        (position, until, None if types is None else list(types)),
    )
    return (Envelope(*row) for row in rows)


def walk_received(url: str, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
    """Foreign events by stream and version; raises JournalUnreadable."""
    rows = walked(
        url,
        "SELECT stream_id, version, envelope FROM received WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2)"
        " AND envelope <> ''::bytea AND (NOT discarded OR $3) ORDER BY stream_id, version",
        (after, until, discarded),
    )
    for stream_id, version, packed in rows:
        try:
            envelope = _unpacker.decode(packed)
        except (msgspec.MsgspecError, TypeError) as broken:
            raise JournalUnreadable(stream_id, version) from broken
        yield envelope


def walk_told(url: str, *, after: int | None = None, until: int | None = None) -> Iterator[PublicationRow]:
    """What others were told of own events by stream and version; of those between two positions, or all."""
    return (PublicationRow(*row) for row in walked(url, _TOLD, bounds(after, until)))


def event_at(url: str, position: int) -> Envelope | None:
    """The event at a position of the log."""
    found = [Envelope(*row) for row in walked(url, f"SELECT {_EVENTS} FROM events WHERE position = $1", (position,))]
    return found[0] if found else None


def log_of(url: str, stream_id: str, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
    """A stream's events with their positions."""
    rows = _range_rows(url, [ranges.log_of(_EVENTS, stream_id, after, until=until)], limit)
    return ((position, Envelope(*event)) for position, *event in rows)


def log_behind(url: str, after: int | None, *, until: int, limit: int) -> Iterator[tuple[int, Envelope]]:
    """Own events with their positions by stream and version."""
    rows = _range_rows(url, ranges.log_behind(_EVENTS, after, until=until), limit)
    return ((position, Envelope(*event)) for position, *event in rows)


def journal_behind(url: str, after: int | None, *, until: int, limit: int) -> Iterator[Journalled]:
    """Rows of the journal by stream and version; raises JournalUnreadable."""
    return map(journalled_of, _range_rows(url, ranges.journal_behind("''::bytea", after, until=until), limit))


def told_in(url: str, after: int | None, through: int, *, until: int) -> Iterator[PublicationRow]:
    """What others were told of a range of events."""
    return (PublicationRow(*row) for row in walked(url, *ranges.told_in(TOLD_COLUMNS, after, through, until=until)))


def _range_rows(url: str, questions: Iterable[ranges.Question], limit: int) -> Iterator[tuple[Any, ...]]:
    """Rows of one question after the other, at most so many."""
    for statement, values in questions:
        for row in walked(url, f"{statement} LIMIT {limit}", values):  # told how few, the planner goes by the index
            limit -= 1
            yield row


def walked(url: str, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows in slices, in one view of the database, by a connection that a slow reader may hold for long."""
    with by_name(url), psycopg.connect(url, **REACH) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with psycopg.RawServerCursor(connection, "walk") as cursor:
            cursor.itersize = ROWS_A_FETCH
            cursor.execute(statement, values)
            yield from cursor
