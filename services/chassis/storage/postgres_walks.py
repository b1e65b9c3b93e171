"""Walks through the logs in a PostgreSQL database, each in one view of it and by a connection of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
import psycopg

from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage.kept_rows import bounds, told_between
from services.chassis.storage.port import JournalUnreadable
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


def answer(url: str, statement: str, values: Sequence[Any], limit: int | None) -> Iterator[tuple[Any, ...]]:
    """The answer to a question about a range: told how few rows are wanted, the planner goes by the index."""
    return walked(url, statement if limit is None else f"{statement} LIMIT {limit}", values)


def walked(url: str, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows in slices, in one view of the database, by a connection that a slow reader may hold for long."""
    with by_name(url), psycopg.connect(url, **REACH) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with psycopg.RawServerCursor(connection, "walk") as cursor:
            cursor.itersize = ROWS_A_FETCH
            cursor.execute(statement, values)
            yield from cursor
