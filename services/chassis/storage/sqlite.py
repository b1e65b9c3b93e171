"""The store in one SQLite file: one writer at a time under a lock of the process, readers beside it (WAL).

`synchronous=FULL`: a commit is on disk when it returns. Without the lock, writers of several threads wait on the file
in steps of milliseconds (measured: p99 2 s under four writers; with it 2.4 ms).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.chassis.bus.places import Position
from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage.kept_rows import ANSWER_COLUMNS, NAMES_NO_EVENT, PARKED_COLUMNS, answer_of, parked_of
from services.chassis.storage.lost_places import lost_of
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
from services.chassis.storage.ranges import LogRanges
from services.chassis.storage.sqlite_beside import SqliteBeside
from services.chassis.storage.sqlite_file import busy_by_name, configure, engine_for, migrate_file
from services.chassis.storage.sqlite_statement import FIELDS, TIMER_FIELDS, WORK_FIELDS
from services.chassis.storage.sqlite_transaction import SqliteTransaction
from services.chassis.storage.sqlite_walks import answer, walk, walk_from, walk_received, walk_told, walked

LAST_CHARACTER = chr(0x10FFFF)
"""Sorts behind every other: the end of the names with one beginning."""

EVENTS_A_REQUEUE = 50_000
"""How many events go into the outbox again before a request may write between."""


def in_files(directory: Path) -> OpenStore:
    """A service's store in `<directory>/<service>.sqlite`, brought to this release when it is opened."""

    def open_store(service: str, migrations: Path) -> EventStore:
        path = directory / f"{service}.sqlite"
        migrate_file(path, migrations)
        return SqliteStore(path)

    return open_store


class SqliteStore(LogRanges):
    """`storage.port.EventStore` in one SQLite file, owned by one process."""

    no_bytes = "x''"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._at_rebuild = threading.Lock()
        self._wakers: list[Callable[[], None]] = []
        self._readers = threading.local()
        self._open_readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._engine = engine_for(path)
        self._writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        configure(self._writer)

    @property
    def engine(self) -> sa.Engine:
        return self._engine

    @property
    def shared(self) -> bool:
        return False

    def on_commit(self, wake: Callable[[], None]) -> None:
        self._wakers.append(wake)

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        with self._lock, busy_by_name():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteTransaction(self._writer)
                committed = not self._writer.in_transaction
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
        if committed:
            for wake in self._wakers:
                wake()

    @contextmanager
    def exclusive(self) -> Iterator[sqlite3.Connection]:
        """The writer's connection inside one transaction, while nobody else writes."""
        with self._lock, busy_by_name():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    def _read(self, statement: str, values: tuple[Any, ...] = ()) -> Sequence[Any]:
        """Rows by a connection of the thread's own: the worker's loops ask often, and the pool costs 100 µs a question."""
        with busy_by_name():
            reader: sqlite3.Connection | None = getattr(self._readers, "connection", None)
            if reader is None:
                reader = self._readers.connection = self._new_reader()
            return reader.execute(statement, values).fetchall()

    def _new_reader(self) -> sqlite3.Connection:
        """A connection for this thread; those of threads that have ended are closed."""
        reader = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=64)
        configure(reader)
        with self._lock:
            for thread in [thread for thread in self._open_readers if not thread.is_alive()]:
                self._open_readers.pop(thread).close()
            self._open_readers[threading.current_thread()] = reader
        return reader

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        mine = self._at_rebuild.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._at_rebuild.release()

    def leads(self) -> bool:
        return True  # the file has one owner

    def resign(self) -> None:
        """Nothing: there is nobody else."""

    @contextmanager
    def beside(self, tables: Sequence[sa.Table]) -> Iterator[Beside]:
        beside = SqliteBeside(self.exclusive, tables)
        try:
            yield beside
        finally:
            beside.drop()

    def outbox(self, limit: int) -> list[tuple[int, str, Envelope]]:
        columns = ", ".join(f'e."{name}"' for name in FIELDS)
        rows = self._read(
            f"SELECT o.number, o.topic, {columns} FROM (SELECT * FROM outbox ORDER BY number LIMIT ?) o"
            " JOIN events e ON e.stream_id = o.stream_id AND e.version = o.version ORDER BY o.number",
            (limit,),
        )
        return [(row[0], row[1], Envelope(*row[2:])) for row in rows]

    def acknowledge(self, numbers: Sequence[int]) -> None:
        with self.exclusive() as writer:
            writer.executemany("DELETE FROM outbox WHERE number = ?", [(number,) for number in numbers])

    def requeue(self, topic: str) -> int:
        until, _ = self.positions()
        queued = 0
        for first in range(0, until, EVENTS_A_REQUEUE):
            with self.exclusive() as writer:
                queued += writer.execute(
                    "INSERT INTO outbox (topic, stream_id, version) SELECT ?, stream_id, version FROM events"
                    " WHERE position > ? AND position <= ? ORDER BY position",
                    (topic, first, min(first + EVENTS_A_REQUEUE, until)),
                ).rowcount
        return queued

    def bus_position(self, topic: str, partition: int) -> Position:
        rows = self._read("SELECT next_offset, topic_id FROM bus_offsets WHERE topic = ? AND bus_partition = ?", (topic, partition))
        return Position(*rows[0]) if rows else Position()

    def bus_positions(self) -> dict[tuple[str, int], int]:
        rows = self._read("SELECT topic, bus_partition, next_offset FROM bus_offsets")
        return {(topic, partition): offset for topic, partition, offset in rows}

    def lost_places(self) -> list[Lost]:
        return [lost_of(row) for row in self._read("SELECT * FROM lost_places ORDER BY topic, bus_partition")]

    def due_timers(self, now: str, limit: int) -> list[Timer]:
        names = ", ".join(TIMER_FIELDS)
        rows = self._read(
            f"SELECT {names} FROM timers WHERE not_before <= ? ORDER BY due_at, timer_id LIMIT ?",
            (now, limit),
        )
        return [Timer(**dict(zip(TIMER_FIELDS, row, strict=True))) for row in rows]

    def awaited(self) -> Awaited:
        rows = self._read(
            "SELECT EXISTS (SELECT 1 FROM outbox), (SELECT min(not_before) FROM timers),"
            " (SELECT min(not_before) FROM work WHERE state IN ('pending', 'started'))"
        )
        to_send, timer_at, work_at = rows[0]
        return Awaited(bool(to_send), timer_at, work_at)

    def next_due(self) -> str | None:
        return self.awaited().next_due

    def timers(self, stream_ids: Sequence[str] | None = None) -> list[Timer]:
        names = ", ".join(TIMER_FIELDS)
        where = "" if stream_ids is None else f" WHERE stream_id IN ({', '.join('?' * len(stream_ids))})"
        rows = self._read(f"SELECT {names} FROM timers{where} ORDER BY timer_id", tuple(stream_ids or ()))
        return [Timer(**dict(zip(TIMER_FIELDS, row, strict=True))) for row in rows]

    def streams_with_timers(self, after: str, limit: int) -> list[str]:
        rows = self._read("SELECT DISTINCT stream_id FROM timers WHERE stream_id > ? ORDER BY stream_id LIMIT ?", (after, limit))
        return [row[0] for row in rows]

    def streams_named(self, prefix: str, after: str, limit: int) -> list[str]:
        rows = self._read(
            "SELECT stream_id FROM events WHERE stream_id > ? AND stream_id >= ? AND stream_id < ? AND version = 1"
            " ORDER BY stream_id LIMIT ?",
            (after, prefix, prefix + LAST_CHARACTER, limit),
        )
        return [row[0] for row in rows]

    def pending_work(self, now: str, limit: int) -> list[Work]:
        names = ", ".join(WORK_FIELDS)
        rows = self._read(
            f"SELECT {names} FROM work WHERE state IN ('pending', 'started') AND not_before <= ?"
            " ORDER BY not_before, work_id LIMIT ?",
            (now, limit),
        )
        return [Work(**dict(zip(WORK_FIELDS, row, strict=True))) for row in rows]

    def kept_answer(self, scope: str) -> KeptAnswer | None:
        rows = self._read(f"SELECT {ANSWER_COLUMNS} FROM answers WHERE scope = ?", (scope,))
        return answer_of(rows[0]) if rows else None

    def forget_answers(self, before: str) -> int:
        with self.exclusive() as writer:
            return writer.execute("DELETE FROM answers WHERE kept_at < ?", (before,)).rowcount

    def parked(self, key: str | None = None) -> list[Parked]:
        where = "" if key is None else " WHERE partition_key = ?"
        rows = self._read(f"SELECT {PARKED_COLUMNS} FROM parked{where} ORDER BY position", () if key is None else (key,))
        return [parked_of(row) for row in rows]

    def streams(self) -> dict[str, tuple[int, str]]:
        return self.heads_after(0)[1]

    def walk(self, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
        return walk(self._path, stream_ids, until=until)

    def walk_from(self, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
        return walk_from(self._path, position, until=until, types=types)

    def walk_received(self, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
        return walk_received(self._path, after=after, until=until, discarded=discarded)

    def walk_told(self, *, after: int | None = None, until: int | None = None) -> Iterator[PublicationRow]:
        return walk_told(self._path, after=after, until=until)

    def _rows(self, statement: str, values: Sequence[int | str], limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        return answer(self._path, statement, values, limit)

    def names_no_event(self) -> list[tuple[str, str, int]]:
        return [(table, stream_id, version) for table, stream_id, version in self._read(NAMES_NO_EVENT)]

    def positions(self) -> tuple[int, int]:
        """How far the log of own events and the journal reach; the writer's lock makes it a barrier."""
        with self._lock, busy_by_name():
            own = self._writer.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0]
            received = self._writer.execute("SELECT coalesce(max(position), 0) FROM received").fetchone()[0]
        return own, received

    def heads_after(self, position: int) -> tuple[int, dict[str, tuple[int, str]]]:
        reached, _ = self.positions()
        rows = walked(
            self._path,
            "SELECT stream_id, max(version), hash FROM events WHERE position > ? AND position <= ? GROUP BY stream_id",
            (position, reached),
        )
        return reached, {stream: (version, hash_) for stream, version, hash_ in rows}

    def backlog(self) -> dict[str, int]:
        rows = self._read(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM work WHERE state IN ('pending', 'started')),"
            " (SELECT count(*) FROM parked), (SELECT count(*) FROM timers), (SELECT count(*) FROM lost_places)"
        )
        return dict(zip(BACKLOG, rows[0], strict=True))

    def close(self) -> None:
        with self._lock:
            for reader in self._open_readers.values():
                reader.close()
            self._open_readers.clear()
            self._readers = threading.local()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()
        self._engine.dispose()
