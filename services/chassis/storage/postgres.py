"""The store on PostgreSQL: a batch is one statement, reads are statements of their own, many processes write at once.

Nobody holds a lock while a turn decides; whether something that the batch rests on has moved is seen by the statement that
commits it. Numbers of log and outbox are taken before commit, so whoever reads the log up to a position stands behind a
barrier (`fuxue_barrier`, a function of the migrator's: the application may neither change nor delete events).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import psycopg
import sqlalchemy as sa
from psycopg.types.string import TextLoader
from psycopg_pool import ConnectionPool, PoolTimeout

from services.chassis.bus.places import Position
from services.chassis.envelope import Envelope
from services.chassis.errors import AlreadyThere, NotStorable, StoreBusy, VersionConflict
from services.chassis.storage.lost_places import lost_of
from services.chassis.storage.migrate import must_be_current
from services.chassis.storage.opening import OpenStore
from services.chassis.storage.port import (
    BACKLOG,
    Batch,
    Beside,
    EventStore,
    JournalUnreadable,
    KeptAnswer,
    Key,
    Lost,
    Parked,
    Timer,
    Work,
)
from services.chassis.storage.postgres_beside import PostgresBeside
from services.chassis.storage.postgres_lead import LOCKS, REBUILDER, Lead
from services.chassis.storage.postgres_parts import quoted
from services.chassis.storage.postgres_statement import EVENT_FIELDS, TIMER_FIELDS, WORK_FIELDS, statement_of
from services.chassis.storage.tables import LOST_PLACES

RACES = frozenset(("events_stream_version", "received_stream_version", "answers_pkey", "subject_keys_pkey"))
"""Unique constraints on which a writer that was slower collides; any other broken constraint is the batch's own fault."""

MOVED = "FX001"
"""The SQLSTATE of `fuxue_moved`: something that the batch rests on is not as it was."""

PASSING = (psycopg.OperationalError, PoolTimeout)
"""Lost connections, restarts, full disks, time-outs; a wrong statement is a ProgrammingError."""

PREPARED_HELD = 500
"""How many statements a connection keeps prepared: one for each set of tables that batches touch, and the reads."""

ROWS_A_FETCH = 2_000
_unpacker = msgspec.msgpack.Decoder(Envelope)
_EVENTS = quoted(EVENT_FIELDS)
_LOST = quoted(LOST_PLACES.columns.keys())

Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]

_NAMES_NO_EVENT = """
WITH named AS (
    SELECT 'outbox' AS place, stream_id, version FROM outbox
    UNION SELECT 'work', stream_id, version FROM work
    UNION SELECT 'timers', stream_id, 1 FROM timers
    UNION SELECT 'received', stream_id, version FROM received WHERE envelope = ''::bytea
        AND EXISTS (SELECT 1 FROM events WHERE events.stream_id = received.stream_id)
)
SELECT place, stream_id, version FROM named WHERE NOT EXISTS (
    SELECT 1 FROM events WHERE events.stream_id = named.stream_id AND events.version = named.version
) ORDER BY stream_id, version
"""


@contextmanager
def by_name() -> Iterator[None]:
    """Errors of the driver by the names of the house: what passes, what another writer was first in, what is a bug."""
    try:
        yield
    except psycopg.Error as trouble:
        constraint = trouble.diag.constraint_name
        if trouble.sqlstate == MOVED or constraint in RACES:
            raise VersionConflict(constraint or "a stream or counter has moved") from trouble
        if isinstance(trouble, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
            raise VersionConflict("two writers waited for each other") from trouble
        if isinstance(trouble, psycopg.IntegrityError | psycopg.DataError):
            # the driver's own words quote the row, which may hold what must not stand in a log
            kind = AlreadyThere if isinstance(trouble, psycopg.errors.UniqueViolation) else NotStorable
            raise kind(f"{type(trouble).__name__}: {constraint or trouble.diag.column_name or ''}") from None
        if isinstance(trouble, PASSING):
            raise StoreBusy(type(trouble).__name__) from trouble
        raise


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.prepare_threshold = 0
    connection.prepared_max = PREPARED_HELD
    connection.adapters.register_loader("json", TextLoader)  # as SQLite gives it; projections read it


def open_pool(url: str, size: int) -> Pool:
    """A pool of connections in autocommit, each statement its own transaction; raises StoreBusy where none can be had."""
    pool: Pool = ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        kwargs={"autocommit": True, "cursor_factory": psycopg.RawCursor},
        configure=_configure,
        open=False,
    )
    with by_name():
        pool.open(wait=True, timeout=10)
    return pool


def engine_for(url: str, size: int) -> sa.Engine:
    """An engine for queries on read models."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), pool_size=size, max_overflow=size, pool_pre_ping=True
    )

    def busy(context: sa.engine.ExceptionContext) -> None:
        if isinstance(context.original_exception, PASSING):
            raise StoreBusy(type(context.original_exception).__name__) from context.original_exception

    sa.event.listen(engine, "handle_error", busy)
    return engine


def on_server(url_of: Callable[[str], str]) -> OpenStore:
    """A service's store in its database, which the bootstrap has brought to this release.

    The store's opening raises SchemaTooOld, SchemaTooNew and StoreBusy.
    """

    def open_store(service: str, migrations: Path) -> EventStore:
        store = PostgresStore(url_of(service))
        try:
            must_be_current(store.engine, migrations)
        except BaseException:
            store.close()
            raise
        return store

    return open_store


class PostgresTransaction:
    """See `storage.port.Transaction`: reads as of now, then one commit."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection
        self.committed = False

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def stream(self, stream_id: str, after: int = 0) -> list[Envelope]:
        rows = self._read(
            f"SELECT {_EVENTS} FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version", (stream_id, after)
        )
        return [Envelope(*row) for row in rows]

    def row(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        values = (key,) if isinstance(key, str) else key
        match = dict(zip((column.name for column in table.primary_key), values, strict=True))
        return next(iter(self.rows(table, match)), None)

    def rows(self, table: sa.Table, match: Mapping[str, str]) -> list[Mapping[str, Any]]:
        columns = table.columns.keys()
        found = self._read(_select(table, tuple(match)), tuple(match.values()))
        return [dict(zip(columns, row, strict=True)) for row in found]

    def counter(self, name: str) -> int:
        rows = self._read("SELECT last FROM counters WHERE name = $1", (name,))
        return int(rows[0][0]) if rows else 0

    def received_version(self, stream_id: str) -> int:
        return int(self._read("SELECT max(version) FROM received WHERE stream_id = $1", (stream_id,))[0][0] or 0)

    def parked_keys(self) -> set[str]:
        return {key for (key,) in self._read("SELECT DISTINCT partition_key FROM parked")}

    def commit(self, batch: Batch) -> None:
        statement = statement_of(batch)
        self._connection.execute(statement.text, statement.values)
        self.committed = True


@cache
def _select(table: sa.Table, matched: tuple[str, ...]) -> str:
    """The rows of a table that agree in these columns."""
    where = " AND ".join(_equals(table.c[name], place) for place, name in enumerate(matched, 1)) or "true"
    return f'SELECT {quoted(table.columns.keys())} FROM "{table.name}" WHERE {where}'


def _equals(column: sa.Column[Any], place: int) -> str:
    """The column compared as its own type, so that an index serves it; keys travel as texts."""
    kind = "text" if isinstance(column.type, sa.Text) else "bigint" if isinstance(column.type, sa.Integer) else ""
    return f'"{column.name}" = ${place}{f"::{kind}" if kind else ""}'


class PostgresStore:
    """`storage.port.EventStore` in one PostgreSQL database, shared by all processes of a service."""

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self._pool = open_pool(url, connections)
        self._engine = engine_for(url, connections)
        self._wakers: list[Callable[[], None]] = []
        self._url = url
        self._lead = Lead(url)

    @property
    def engine(self) -> sa.Engine:
        return self._engine

    @property
    def shared(self) -> bool:
        return True

    def on_commit(self, wake: Callable[[], None]) -> None:
        self._wakers.append(wake)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        with by_name(), self._pool.connection() as connection:
            transaction = PostgresTransaction(connection)
            yield transaction
        if transaction.committed:
            for wake in self._wakers:
                wake()

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with by_name(), self._pool.connection() as connection:
            return connection.execute(statement, values).fetchall()

    def _change(self, statement: str, values: Sequence[Any]) -> int:
        with by_name(), self._pool.connection() as connection:
            return connection.execute(statement, values).rowcount

    # --- outbox, offsets, answers ---------------------------------------------------------------------------------

    def leads(self) -> bool:
        return self._lead.held()

    def resign(self) -> None:
        self._lead.resign()

    def outbox(self, limit: int) -> list[tuple[int, str, Envelope]]:
        rows = self._read(
            f"SELECT o.number, o.topic, {quoted(EVENT_FIELDS, 'e.')}"
            " FROM (SELECT * FROM outbox ORDER BY number LIMIT $1) o"
            " JOIN events e ON e.stream_id = o.stream_id AND e.version = o.version ORDER BY o.number",
            (limit,),
        )
        return [(row[0], row[1], Envelope(*row[2:])) for row in rows]

    def acknowledge(self, numbers: Sequence[int]) -> None:
        self._change("DELETE FROM outbox WHERE number = ANY($1)", (list(numbers),))

    def requeue(self, topic: str) -> int:
        return self._change(
            "INSERT INTO outbox (topic, stream_id, version) SELECT $1, stream_id, version FROM events ORDER BY position", (topic,)
        )

    def bus_position(self, topic: str, partition: int) -> Position:
        rows = self._read(
            "SELECT next_offset, topic_id FROM bus_offsets WHERE topic = $1 AND bus_partition = $2", (topic, partition)
        )
        return Position(*rows[0]) if rows else Position()

    def bus_positions(self) -> dict[tuple[str, int], int]:
        rows = self._read("SELECT topic, bus_partition, next_offset FROM bus_offsets")
        return {(topic, partition): offset for topic, partition, offset in rows}

    def lost_places(self) -> list[Lost]:
        return [lost_of(row) for row in self._read(f"SELECT {_LOST} FROM lost_places ORDER BY topic, bus_partition")]

    def kept_answer(self, scope: str) -> KeptAnswer | None:
        rows = self._read("SELECT scope, digest, status, body, headers, kept_at FROM answers WHERE scope = $1", (scope,))
        if not rows:
            return None
        scope, digest, status, body, headers, kept_at = rows[0]
        decoded = msgspec.json.decode(headers, type=dict[str, str])
        return KeptAnswer(scope=scope, digest=digest, status=status, body=body, headers=decoded, kept_at=kept_at)

    def forget_answers(self, before: str) -> int:
        return self._change("DELETE FROM answers WHERE kept_at < $1", (before,))

    # --- timers and work ------------------------------------------------------------------------------------------

    def due_timers(self, now: str, limit: int) -> list[Timer]:
        return self._timers("WHERE not_before <= $1 ORDER BY due_at, timer_id LIMIT $2", (now, limit))

    def timers(self, stream_ids: Sequence[str] | None = None) -> list[Timer]:
        named = None if stream_ids is None else list(stream_ids)
        return self._timers("WHERE $1::text[] IS NULL OR stream_id = ANY($1) ORDER BY timer_id", (named,))

    def streams_with_timers(self, after: str, limit: int) -> list[str]:
        rows = self._read("SELECT DISTINCT stream_id FROM timers WHERE stream_id > $1 ORDER BY stream_id LIMIT $2", (after, limit))
        return [row[0] for row in rows]

    def streams_named(self, prefix: str, after: str, limit: int) -> list[str]:
        rows = self._read(
            "SELECT stream_id FROM events WHERE stream_id > $1 AND stream_id >= $2 AND starts_with(stream_id, $2) AND version = 1"
            " ORDER BY stream_id LIMIT $3",
            (after, prefix, limit),
        )
        return [row[0] for row in rows]

    def _timers(self, which: str, values: tuple[Any, ...]) -> list[Timer]:
        rows = self._read(f"SELECT {quoted(TIMER_FIELDS)} FROM timers {which}", values)
        return [Timer(**dict(zip(TIMER_FIELDS, row, strict=True))) for row in rows]

    def next_due(self) -> str | None:
        rows = self._read(
            "SELECT least((SELECT min(not_before) FROM timers),"
            " (SELECT min(not_before) FROM work WHERE state IN ('pending', 'started')))"
        )
        return cast("str | None", rows[0][0])

    def pending_work(self, now: str, limit: int) -> list[Work]:
        rows = self._read(
            f"SELECT {quoted(WORK_FIELDS)} FROM work WHERE state IN ('pending', 'started') AND not_before <= $1"
            " ORDER BY not_before, work_id LIMIT $2",
            (now, limit),
        )
        return [Work(**dict(zip(WORK_FIELDS, row, strict=True))) for row in rows]

    # --- what waits -----------------------------------------------------------------------------------------------

    def parked(self, key: str | None = None) -> list[Parked]:
        rows = self._read(
            "SELECT position, topic, envelope, reason, detail, parked_at FROM parked"
            " WHERE $1::text IS NULL OR partition_key = $1 ORDER BY position",
            (key,),
        )
        return [
            Parked(position=position, topic=topic, envelope=_unpacker.decode(packed), reason=reason, detail=detail, parked_at=at)
            for position, topic, packed, reason, detail, at in rows
        ]

    def backlog(self) -> dict[str, int]:
        rows = self._read(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM work WHERE state IN ('pending', 'started')),"
            " (SELECT count(*) FROM parked), (SELECT count(*) FROM timers), (SELECT count(*) FROM lost_places)"
        )
        return dict(zip(BACKLOG, rows[0], strict=True))

    def names_no_event(self) -> list[tuple[str, str, int]]:
        return [(table, stream_id, version) for table, stream_id, version in self._read(_NAMES_NO_EVENT)]

    # --- the log --------------------------------------------------------------------------------------------------

    def positions(self) -> tuple[int, int]:
        own, received = self._read("SELECT own, journalled FROM fuxue_barrier()")[0]
        return own, received

    def streams(self) -> dict[str, tuple[int, str]]:
        return self.heads_after(0)[1]

    def heads_after(self, position: int) -> tuple[int, dict[str, tuple[int, str]]]:
        reached, _ = self.positions()
        rows = self._read(
            "SELECT DISTINCT ON (stream_id) stream_id, version, hash FROM events WHERE position > $1 AND position <= $2"
            " ORDER BY stream_id, version DESC",
            (position, reached),
        )
        return reached, {stream: (version, hash_) for stream, version, hash_ in rows}

    def walk(self, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
        rows = self._walked(
            f"SELECT {_EVENTS} FROM events WHERE ($1::bigint IS NULL OR position <= $1)"
            " AND ($2::text[] IS NULL OR stream_id = ANY($2)) ORDER BY stream_id, version",
            (until, None if stream_ids is None else list(stream_ids)),
        )
        return (Envelope(*row) for row in rows)

    def walk_from(self, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
        rows = self._walked(
            f"SELECT {_EVENTS} FROM events WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2)"
            " AND ($3::text[] IS NULL OR type = ANY($3)) ORDER BY position",
            (position, until, None if types is None else list(types)),
        )
        return (Envelope(*row) for row in rows)

    def walk_received(self, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
        rows = self._walked(
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

    def _walked(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows in slices, in one view of the database, by a connection of its own that a slow reader may hold for long."""
        with by_name(), psycopg.connect(self._url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with psycopg.RawServerCursor(connection, "walk") as cursor:
                cursor.itersize = ROWS_A_FETCH
                cursor.execute(statement, values)
                yield from cursor

    # --- rebuilding -----------------------------------------------------------------------------------------------

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        with by_name(), psycopg.connect(self._url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
            mine = connection.execute("SELECT pg_try_advisory_lock($1, $2)", (LOCKS, REBUILDER)).fetchone()
            yield mine == (True,)

    @contextmanager
    def beside(self, tables: Sequence[sa.Table]) -> Iterator[Beside]:
        with by_name(), psycopg.connect(self._url, autocommit=True) as connection:
            yield PostgresBeside(connection, tables)

    def close(self) -> None:
        self._lead.resign()
        self._pool.close()
        self._engine.dispose()
