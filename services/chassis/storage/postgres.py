"""The store on PostgreSQL: a batch is one statement, reads are statements of their own, many processes write at once.

Nobody holds a lock while a turn decides; whether something that the batch rests on has moved is seen by the statement that
commits it. Numbers of log and outbox are taken before commit, so whoever reads the log up to a position stands behind a
barrier (`fuxue_barrier`, a function of the migrator's: the application may neither change nor delete events).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from services.chassis.bus.places import Position
from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage.kept_rows import (
    ANSWER_COLUMNS,
    NAMES_NO_EVENT,
    PARKED_COLUMNS,
    answer_of,
    parked_of,
)
from services.chassis.storage.lost_places import lost_of
from services.chassis.storage.migrate import must_be_current
from services.chassis.storage.opening import OpenStore
from services.chassis.storage.port import (
    BACKLOG,
    Awaited,
    Beside,
    EventStore,
    KeptAnswer,
    Lost,
    Parked,
    Timer,
    Work,
)
from services.chassis.storage.postgres_beside import PostgresBeside
from services.chassis.storage.postgres_connections import (
    AS_LONG_AS_IT_TAKES,
    REACH,
    Patience,
    alone,
    asking,
    by_name,
    engine_for,
    open_pool,
)
from services.chassis.storage.postgres_heard import LastHeard
from services.chassis.storage.postgres_lead import LOCKS, REBUILDER, Lead
from services.chassis.storage.postgres_parts import quoted
from services.chassis.storage.postgres_statement import EVENT_FIELDS, TIMER_FIELDS, WORK_FIELDS
from services.chassis.storage.postgres_transaction import PostgresTransaction
from services.chassis.storage.postgres_walks import answer, walk, walk_from, walk_received, walk_told
from services.chassis.storage.ranges import LogRanges
from services.chassis.storage.tables import LOST_PLACES

_LOST = quoted(LOST_PLACES.columns.keys())


def on_server(url_of: Callable[[str], str], patience: Patience = AS_LONG_AS_IT_TAKES) -> OpenStore:
    """A service's store in its database, which the bootstrap has brought to this release.

    The store's opening raises SchemaTooOld, SchemaTooNew and StoreBusy.
    """

    def open_store(service: str, migrations: Path) -> EventStore:
        store = PostgresStore(url_of(service), patience=patience)
        try:
            must_be_current(store.engine, migrations)
        except BaseException:
            store.close()
            raise
        return store

    return open_store


class PostgresStore(LogRanges):
    """`storage.port.EventStore` in one PostgreSQL database, shared by all processes of a service.

    Walks, rebuilds and questions about the whole log have connections of their own, and take as long as they take.
    """

    no_bytes = "''::bytea"

    def __init__(self, url: str, *, connections: int = 10, patience: Patience = AS_LONG_AS_IT_TAKES) -> None:
        self._heard = LastHeard()
        self._pool = open_pool(url, connections, patience)
        self._engine = engine_for(url, connections, patience, self._heard)
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
        with asking(self._pool, self._url, self._heard) as connection:
            transaction = PostgresTransaction(connection, self._url)
            yield transaction
        if transaction.committed:
            for wake in self._wakers:
                wake()

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with asking(self._pool, self._url, self._heard) as connection:
            return connection.ask(statement, values)

    def _change(self, statement: str, values: Sequence[Any]) -> int:
        with asking(self._pool, self._url, self._heard) as connection:
            return connection.change(statement, values)

    def _read_all(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The answer to a question about the whole log."""
        with alone(self._url) as connection:
            return connection.ask(statement, values)

    # --- outbox, offsets, answers ---------------------------------------------------------------------------------

    def leads(self) -> bool:
        return self._lead.held()

    def resign(self) -> None:
        self._lead.resign()

    def outbox(self, limit: int) -> list[tuple[int, str, Envelope]]:
        # each event by the index: after a burst of writing the planner's numbers are old, and it would read through the whole log
        rows = self._read(
            f"SELECT o.number, o.topic, {quoted(EVENT_FIELDS, 'e.')}"
            " FROM (SELECT * FROM outbox ORDER BY number LIMIT $1) o CROSS JOIN LATERAL"
            " (SELECT * FROM events e WHERE e.stream_id = o.stream_id AND e.version = o.version LIMIT 1) e ORDER BY o.number",
            (limit,),
        )
        return [(row[0], row[1], Envelope(*row[2:])) for row in rows]

    def acknowledge(self, numbers: Sequence[int]) -> None:
        self._change("DELETE FROM outbox WHERE number = ANY($1)", (list(numbers),))

    def requeue(self, topic: str) -> int:
        statement = "INSERT INTO outbox (topic, stream_id, version) SELECT $1, stream_id, version FROM events ORDER BY position"
        with alone(self._url) as connection:
            return connection.change(statement, (topic,))

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
        rows = self._read(f"SELECT {ANSWER_COLUMNS} FROM answers WHERE scope = $1", (scope,))
        return answer_of(rows[0]) if rows else None

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

    def awaited(self) -> Awaited:
        rows = self._read(
            "SELECT EXISTS (SELECT 1 FROM outbox), (SELECT min(not_before) FROM timers),"
            " (SELECT min(not_before) FROM work WHERE state IN ('pending', 'started'))"
        )
        return Awaited(*rows[0])

    def next_due(self) -> str | None:
        return self.awaited().next_due

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
            f"SELECT {PARKED_COLUMNS} FROM parked WHERE $1::text IS NULL OR partition_key = $1 ORDER BY position", (key,)
        )
        return [parked_of(row) for row in rows]

    def backlog(self) -> dict[str, int]:
        rows = self._read(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM work WHERE state IN ('pending', 'started')),"
            " (SELECT count(*) FROM parked), (SELECT count(*) FROM timers), (SELECT count(*) FROM lost_places)"
        )
        return dict(zip(BACKLOG, rows[0], strict=True))

    def names_no_event(self) -> list[tuple[str, str, int]]:
        return [(table, stream_id, version) for table, stream_id, version in self._read_all(NAMES_NO_EVENT)]

    # --- the log --------------------------------------------------------------------------------------------------

    def positions(self) -> tuple[int, int]:
        own, received = self._read("SELECT own, journalled FROM fuxue_barrier()")[0]
        return own, received

    def streams(self) -> dict[str, tuple[int, str]]:
        return self.heads_after(0)[1]

    def heads_after(self, position: int) -> tuple[int, dict[str, tuple[int, str]]]:
        reached, _ = self.positions()
        rows = self._read_all(
            "SELECT DISTINCT ON (stream_id) stream_id, version, hash FROM events WHERE position > $1 AND position <= $2"
            " ORDER BY stream_id, version DESC",
            (position, reached),
        )
        return reached, {stream: (version, hash_) for stream, version, hash_ in rows}

    def walk(self, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
        return walk(self._url, stream_ids, until=until)

    def walk_from(self, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
        return walk_from(self._url, position, until=until, types=types)

    def walk_received(self, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
        return walk_received(self._url, after=after, until=until, discarded=discarded)

    def walk_told(self, *, after: int | None = None, until: int | None = None) -> Iterator[PublicationRow]:
        return walk_told(self._url, after=after, until=until)

    def _rows(self, statement: str, values: Sequence[int | str], limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        return answer(self._url, statement, values, limit)

    # --- rebuilding -----------------------------------------------------------------------------------------------

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        with (
            by_name(self._url),
            psycopg.connect(self._url, autocommit=True, cursor_factory=psycopg.RawCursor, **REACH) as connection,
        ):
            mine = connection.execute("SELECT pg_try_advisory_lock($1, $2)", (LOCKS, REBUILDER)).fetchone()
            try:
                yield mine == (True,)
            finally:  # a session that was closed is gone only a little later; one that was lost has no lock any more
                with suppress(psycopg.OperationalError):
                    connection.execute("SELECT pg_advisory_unlock_all()")

    @contextmanager
    def beside(self, tables: Sequence[sa.Table]) -> Iterator[Beside]:
        with by_name(self._url), psycopg.connect(self._url, autocommit=True, **REACH) as connection:
            yield PostgresBeside(connection, tables)

    def close(self) -> None:
        self._lead.resign()
        self._pool.close()
        self._engine.dispose()
