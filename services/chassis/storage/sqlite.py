"""The store in one SQLite file: one writer at a time under a lock of the process, readers beside it (WAL).

`synchronous=FULL`: a commit is on disk when it returns. Without the lock, writers of several threads wait on the file
in steps of milliseconds (measured: p99 2 s under four writers; with it 2.4 ms).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from services.chassis.bus.places import Position
from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable, StoreBusy, VersionConflict
from services.chassis.storage.lost_places import lost_of, lost_row
from services.chassis.storage.migrate import migrate
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
from services.chassis.storage.sqlite_beside import SqliteBeside
from services.chassis.storage.tables import LOST_PLACES, OFFSETS

PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY")
"""The time-out stands first: turning WAL on already needs the file's lock."""

RACES = ("events.stream_id", "received.stream_id", "answers.scope", "subject_keys.subject_id")
"""Unique columns on which a writer that was slower collides; any other broken constraint is the batch's own fault."""

PASSING = frozenset(
    (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
)
"""Primary result codes of what passes by itself; any other operational error (no such table) is a bug."""

FIELDS = tuple(f.name for f in msgspec.structs.fields(Envelope))
COLUMNS = ", ".join(f'"{name}"' for name in FIELDS)
_TIMER_FIELDS = tuple(f.name for f in msgspec.structs.fields(Timer))
_WORK_FIELDS = tuple(f.name for f in msgspec.structs.fields(Work))
LAST_CHARACTER = chr(0x10FFFF)
"""Sorts behind every other: the end of the names with one beginning."""

NO_END = 2**62
"""Beyond every position of a log."""
_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(Envelope)


def _insert(table: str, fields: Sequence[str]) -> str:
    """An INSERT with one place a column; table and column names are our own, never a client's."""
    columns = ", ".join(f'"{name}"' for name in fields)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(fields))})"


def upsert(table: str, fields: Sequence[str], key: Sequence[str]) -> str:
    """An INSERT that replaces the row with the same primary key; a clash with any other row is an error."""
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in fields if name not in key)
    keys = ", ".join(f'"{name}"' for name in key)
    return f"{_insert(table, fields)} ON CONFLICT ({keys}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def passes(trouble: BaseException | None) -> bool:
    """Whether an error of the driver passes by itself."""
    if not isinstance(trouble, sqlite3.OperationalError):
        return False
    return getattr(trouble, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in PASSING


@contextmanager
def _busy_by_name() -> Iterator[None]:
    """What passes by itself is raised as StoreBusy."""
    try:
        yield
    except sqlite3.OperationalError as trouble:
        if passes(trouble):
            raise StoreBusy(str(trouble)) from trouble
        raise


def _engine_busy_by_name(context: sa.engine.ExceptionContext) -> None:
    if passes(context.original_exception):
        raise StoreBusy(str(context.original_exception)) from context.original_exception


_INSERT_EVENT = _insert("events", FIELDS)
_INSERT_TIMER = upsert("timers", _TIMER_FIELDS, ("timer_id",))
_INSERT_WORK = _insert("work", _WORK_FIELDS)
_UPSERT_POSITION = upsert("bus_offsets", OFFSETS.columns.keys(), OFFSETS.primary_key.columns.keys())
_UPSERT_LOST = upsert("lost_places", LOST_PLACES.columns.keys(), LOST_PLACES.primary_key.columns.keys())

EVENTS_A_REQUEUE = 50_000
"""How many events go into the outbox again before a request may write between."""


_NAMES_NO_EVENT = """
WITH named AS (
    SELECT 'outbox' AS place, stream_id, version FROM outbox
    UNION SELECT 'work', stream_id, version FROM work
    UNION SELECT 'timers', stream_id, 1 FROM timers
    UNION SELECT 'received', stream_id, version FROM received WHERE envelope = x''
        AND EXISTS (SELECT 1 FROM events WHERE events.stream_id = received.stream_id)
)
SELECT place, stream_id, version FROM named WHERE NOT EXISTS (
    SELECT 1 FROM events WHERE events.stream_id = named.stream_id AND events.version = named.version
) ORDER BY stream_id, version
"""


def _any_text(stored: bytes) -> str:
    return stored.decode(errors="surrogateescape")


def _configure(connection: Any, _record: Any = None) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def engine_for(path: Path) -> sa.Engine:
    """An engine on the file, with the pragmas of the house on each connection."""
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=24)
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "handle_error", _engine_busy_by_name)
    return engine


def migrate_file(path: Path, migrations: Path) -> None:
    """Bring a file to the schema of this release; raises SchemaTooNew for one that a newer release wrote."""
    engine = engine_for(path)
    try:
        migrate(engine, migrations)
    finally:
        engine.dispose()


def in_files(directory: Path) -> OpenStore:
    """A service's store in `<directory>/<service>.sqlite`, brought to this release when it is opened."""

    def open_store(service: str, migrations: Path) -> EventStore:
        path = directory / f"{service}.sqlite"
        migrate_file(path, migrations)
        return SqliteStore(path)

    return open_store


def _where(table: sa.Table, key: Key) -> tuple[str, tuple[str, ...]]:
    values = (key,) if isinstance(key, str) else key
    return " AND ".join(f'"{column.name}" = ?' for column in table.primary_key), values


class SqliteTransaction:
    """A transaction under the writer's lock; see `storage.port.Transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def stream(self, stream_id: str, after: int = 0) -> list[Envelope]:
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM events WHERE stream_id = ? AND version > ? ORDER BY version",
            (stream_id, after),
        )
        return [Envelope(*row) for row in rows]

    def row(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        where, values = _where(table, key)
        columns = [column.name for column in table.columns]
        names = ", ".join(f'"{name}"' for name in columns)
        row = self._connection.execute(f"SELECT {names} FROM {table.name} WHERE {where}", values).fetchone()
        return None if row is None else dict(zip(columns, row, strict=True))

    def rows(self, table: sa.Table, match: Mapping[str, str]) -> list[Mapping[str, Any]]:
        columns = [column.name for column in table.columns]
        names = ", ".join(f'"{name}"' for name in columns)
        where = " AND ".join(f'"{table.c[name].name}" = ?' for name in match) or "1"
        found = self._connection.execute(f"SELECT {names} FROM {table.name} WHERE {where}", tuple(match.values()))
        return [dict(zip(columns, row, strict=True)) for row in found]

    def counter(self, name: str) -> int:
        row = self._connection.execute("SELECT last FROM counters WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def received_version(self, stream_id: str) -> int:
        row = self._connection.execute("SELECT max(version) FROM received WHERE stream_id = ?", (stream_id,)).fetchone()
        return int(row[0] or 0)

    def parked_keys(self) -> set[str]:
        return {row[0] for row in self._connection.execute("SELECT DISTINCT partition_key FROM parked")}

    def commit(self, batch: Batch) -> None:
        execute = self._connection.execute
        many = self._connection.executemany
        try:
            self._check(batch)
            if batch.events:
                many(_INSERT_EVENT, [tuple(getattr(event, name) for name in FIELDS) for event in batch.events])
            if batch.outbox:
                many("INSERT INTO outbox (topic, stream_id, version) VALUES (?, ?, ?)", batch.outbox)
            self._write_rows(batch)
            for timer_id, timer in batch.timers.items():
                if timer is None:
                    execute("DELETE FROM timers WHERE timer_id = ?", (timer_id,))
                else:
                    execute(_INSERT_TIMER, tuple(getattr(timer, name) for name in _TIMER_FIELDS))
            if batch.work:
                many(_INSERT_WORK, [tuple(getattr(work, name) for name in _WORK_FIELDS) for work in batch.work])
            for work in batch.work_claims:
                self._claim(work)
            for work in batch.work_updates:
                if work.state == "done":
                    execute("DELETE FROM work WHERE work_id = ?", (work.work_id,))
                else:
                    execute(
                        "UPDATE work SET state = ?, attempts = ?, not_before = ? WHERE work_id = ?",
                        (work.state, work.attempts, work.not_before, work.work_id),
                    )
            for work_id, not_before in batch.work_delays:
                execute("UPDATE work SET not_before = ? WHERE work_id = ?", (not_before, work_id))
            self._write_journal(batch)
            for name, (_, last) in batch.counters.items():
                execute(upsert("counters", ("name", "last"), ("name",)), (name, last))
            if (answer := batch.answer) is not None:
                headers = msgspec.json.encode(answer.headers).decode()
                execute(
                    _insert("answers", ("scope", "digest", "status", "body", "headers", "kept_at")),
                    (answer.scope, answer.digest, answer.status, answer.body, headers, answer.kept_at),
                )
        except sqlite3.IntegrityError as broken:
            if any(column in str(broken) for column in RACES):
                raise VersionConflict(str(broken)) from broken
            raise NotStorable(str(broken)) from broken
        execute("COMMIT")

    def _check(self, batch: Batch) -> None:
        for stream_id, version in batch.expected.items():
            row = self._connection.execute("SELECT max(version) FROM events WHERE stream_id = ?", (stream_id,)).fetchone()
            if (row[0] or 0) != version:
                raise VersionConflict(f"{stream_id} is at {row[0] or 0}, not at {version}")
        for name, (first, _) in batch.counters.items():
            if self.counter(name) != first:
                raise VersionConflict(f"the counter {name} has moved")

    def _claim(self, started: Work) -> None:
        claimed = self._connection.execute(
            "UPDATE work SET state = ?, attempts = ? WHERE work_id = ? AND attempts = ?",
            (started.state, started.attempts, started.work_id, started.attempts - 1),
        )
        if claimed.rowcount != 1:
            raise VersionConflict(f"another worker has taken up {started.work_id}")

    def _write_rows(self, batch: Batch) -> None:
        upserts: dict[str, tuple[sa.Table, list[tuple[Any, ...]]]] = {}
        for (_, key), (table, row) in batch.rows.items():
            if row is None:
                where, values = _where(table, key)
                self._connection.execute(f"DELETE FROM {table.name} WHERE {where}", values)
                continue
            _check_columns(table, row)
            _, whole = upserts.setdefault(table.name, (table, []))
            whole.append(tuple([row.get(column.name) for column in table.columns]))
        for table, rows in upserts.values():
            self._connection.executemany(upsert(table.name, table.columns.keys(), table.primary_key.columns.keys()), rows)
        for table, record in batch.records:
            _check_columns(table, record)
            self._connection.execute(_insert(table.name, tuple(record)), tuple(record.values()))
        for table, match in batch.deletions:
            _check_columns(table, match)
            where = " AND ".join(f'"{name}" = ?' for name in match)
            self._connection.execute(f"DELETE FROM {table.name} WHERE {where}", tuple(match.values()))

    def _write_journal(self, batch: Batch) -> None:
        if batch.received:
            self._connection.executemany(
                "INSERT INTO received (stream_id, version, topic, envelope, discarded) VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        r.envelope.stream_id,
                        r.envelope.version,
                        r.topic,
                        b"" if r.without_bytes else _packer.encode(r.envelope),
                        r.discarded,
                    )
                    for r in batch.received
                ],
            )
        for parked in batch.parked:
            event = parked.envelope
            if parked.position:
                self._connection.execute(
                    "UPDATE parked SET reason = ?, detail = ? WHERE position = ?",
                    (parked.reason, parked.detail, parked.position),
                )
                continue
            self._connection.execute(
                "INSERT OR IGNORE INTO parked (topic, stream_id, version, partition_key, reason, detail, parked_at, envelope)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (parked.topic, event.stream_id, event.version, event.partition_key, parked.reason, parked.detail,
                 parked.parked_at, _packer.encode(event)),
            )  # fmt: skip
        for position in batch.unparked:
            self._connection.execute("DELETE FROM parked WHERE position = ?", (position,))
        self._write_places(batch)

    def _write_places(self, batch: Batch) -> None:
        for (topic, partition), position in batch.offsets.items():
            self._connection.execute(_UPSERT_POSITION, (topic, partition, position.offset, position.topic_id))
        for lost in batch.lost:
            self._connection.execute(_UPSERT_LOST, tuple(lost_row(lost).values()))
        for topic, at in batch.said_again.items():
            self._connection.execute("DELETE FROM lost_places WHERE topic = ? AND (now_offset = 0 OR found_at <= ?)", (topic, at))


def _check_columns(table: sa.Table, row: Mapping[str, Any]) -> None:
    """SQLite reads a quoted name that it does not know as a text, so names are checked before."""
    if unknown := sorted(row.keys() - table.columns.keys()):
        raise NotStorable(f"{table.name} has no column {', '.join(unknown)}")


class SqliteStore:
    """`storage.port.EventStore` in one SQLite file, owned by one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._at_rebuild = threading.Lock()
        self._wakers: list[Callable[[], None]] = []
        self._readers = threading.local()
        self._open_readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._engine = engine_for(path)
        self._writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        _configure(self._writer)

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
        with self._lock, _busy_by_name():
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
        with self._lock, _busy_by_name():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    def _read(self, statement: str, values: tuple[Any, ...] = ()) -> Sequence[Any]:
        """Rows by a connection of the thread's own: the worker's loops ask often, and the pool costs 100 µs a question."""
        with _busy_by_name():
            reader: sqlite3.Connection | None = getattr(self._readers, "connection", None)
            if reader is None:
                reader = self._readers.connection = self._new_reader()
            return reader.execute(statement, values).fetchall()

    def _new_reader(self) -> sqlite3.Connection:
        """A connection for this thread; those of threads that have ended are closed."""
        reader = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=64)
        _configure(reader)
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
        names = ", ".join(_TIMER_FIELDS)
        rows = self._read(
            f"SELECT {names} FROM timers WHERE not_before <= ? ORDER BY due_at, timer_id LIMIT ?",
            (now, limit),
        )
        return [Timer(**dict(zip(_TIMER_FIELDS, row, strict=True))) for row in rows]

    def next_due(self) -> str | None:
        rows = self._read(
            "SELECT min(due) FROM (SELECT min(not_before) AS due FROM timers UNION ALL"
            " SELECT min(not_before) FROM work WHERE state IN ('pending', 'started'))"
        )
        return rows[0][0]  # type: ignore[no-any-return]  # min() of a TEXT column

    def timers(self, stream_ids: Sequence[str] | None = None) -> list[Timer]:
        names = ", ".join(_TIMER_FIELDS)
        where = "" if stream_ids is None else f" WHERE stream_id IN ({', '.join('?' * len(stream_ids))})"
        rows = self._read(f"SELECT {names} FROM timers{where} ORDER BY timer_id", tuple(stream_ids or ()))
        return [Timer(**dict(zip(_TIMER_FIELDS, row, strict=True))) for row in rows]

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
        names = ", ".join(_WORK_FIELDS)
        rows = self._read(
            f"SELECT {names} FROM work WHERE state IN ('pending', 'started') AND not_before <= ?"
            " ORDER BY not_before, work_id LIMIT ?",
            (now, limit),
        )
        return [Work(**dict(zip(_WORK_FIELDS, row, strict=True))) for row in rows]

    def kept_answer(self, scope: str) -> KeptAnswer | None:
        rows = self._read("SELECT scope, digest, status, body, headers, kept_at FROM answers WHERE scope = ?", (scope,))
        if not rows:
            return None
        scope, digest, status, body, headers, kept_at = rows[0]
        decoded = msgspec.json.decode(headers, type=dict[str, str])
        return KeptAnswer(scope=scope, digest=digest, status=status, body=body, headers=decoded, kept_at=kept_at)

    def forget_answers(self, before: str) -> int:
        with self.exclusive() as writer:
            return writer.execute("DELETE FROM answers WHERE kept_at < ?", (before,)).rowcount

    def parked(self, key: str | None = None) -> list[Parked]:
        where = "" if key is None else " WHERE partition_key = ?"
        rows = self._read(
            f"SELECT position, topic, envelope, reason, detail, parked_at FROM parked{where} ORDER BY position",
            () if key is None else (key,),
        )
        return [
            Parked(
                position=position,
                topic=topic,
                envelope=_unpacker.decode(envelope),
                reason=reason,
                detail=detail,
                parked_at=at,
            )
            for position, topic, envelope, reason, detail, at in rows
        ]

    def streams(self) -> dict[str, tuple[int, str]]:
        return self.heads_after(0)[1]

    def walk(self, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
        conditions = ["position <= ?"]
        values: list[Any] = [NO_END if until is None else until]
        if stream_ids is not None:
            conditions.append(f"stream_id IN ({', '.join('?' * len(stream_ids))})")
            values.extend(stream_ids)
        where = " AND ".join(conditions)
        yield from self._stream_rows(f"SELECT {COLUMNS} FROM events WHERE {where} ORDER BY stream_id, version", values)

    def walk_from(self, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
        where = "position > ? AND position <= ?"
        values: list[Any] = [position, NO_END if until is None else until]
        if types is not None:
            where += f" AND type IN ({', '.join('?' * len(types))})"
            values.extend(types)
        yield from self._stream_rows(f"SELECT {COLUMNS} FROM events WHERE {where} ORDER BY position", values)

    def _stream_rows(self, statement: str, values: Sequence[Any]) -> Iterator[Envelope]:
        for row in self._rows(statement, values):
            yield Envelope(*row)

    def _rows(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows one by one, in one view of the file; texts that somebody changed to bytes that are none come escaped."""
        with _busy_by_name():
            reader = sqlite3.connect(self._path)
        taken = 0
        try:
            for row in reader.execute(statement, values):
                taken += 1
                yield row
        except sqlite3.OperationalError as trouble:
            if passes(trouble):
                raise StoreBusy(str(trouble)) from trouble
            if "UTF-8" not in str(trouble):
                raise
            reader.text_factory = _any_text
            yield from reader.execute(f"{statement} LIMIT -1 OFFSET {taken}", values)
        finally:
            reader.close()

    def walk_received(self, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
        rows = self._rows(
            "SELECT stream_id, version, envelope FROM received WHERE position > ? AND position <= ? AND envelope <> x''"
            " AND discarded <= ? ORDER BY stream_id, version",
            (after, until if until is not None else NO_END, discarded),
        )
        for stream_id, version, packed in rows:
            try:
                envelope = _unpacker.decode(packed)
            except (msgspec.MsgspecError, TypeError) as broken:
                raise JournalUnreadable(stream_id, version) from broken
            yield envelope

    def names_no_event(self) -> list[tuple[str, str, int]]:
        return [(table, stream_id, version) for table, stream_id, version in self._read(_NAMES_NO_EVENT)]

    def positions(self) -> tuple[int, int]:
        """How far the log of own events and the journal reach; the writer's lock makes it a barrier."""
        with self._lock, _busy_by_name():
            own = self._writer.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0]
            received = self._writer.execute("SELECT coalesce(max(position), 0) FROM received").fetchone()[0]
        return own, received

    def heads_after(self, position: int) -> tuple[int, dict[str, tuple[int, str]]]:
        reached, _ = self.positions()
        rows = self._rows(
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
