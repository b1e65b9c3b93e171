"""A batch as SQLite writes it: what it rests on is looked at first, then each table it touches is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable, VersionConflict
from services.chassis.storage.lost_places import lost_row
from services.chassis.storage.port import Batch, KeptAnswer, Key, Timer, Work
from services.chassis.storage.tables import LOST_PLACES, OFFSETS

RACES = ("events.stream_id", "received.stream_id", "answers.scope", "subject_keys.subject_id")
"""Unique columns on which a writer that was slower collides; any other broken constraint is the batch's own fault."""

FIELDS = tuple(f.name for f in msgspec.structs.fields(Envelope))
COLUMNS = ", ".join(f'"{name}"' for name in FIELDS)
TIMER_FIELDS = tuple(f.name for f in msgspec.structs.fields(Timer))
WORK_FIELDS = tuple(f.name for f in msgspec.structs.fields(Work))
_packer = msgspec.msgpack.Encoder()


def insert(table: str, fields: Sequence[str]) -> str:
    """An INSERT with one place a column; table and column names are our own, never a client's."""
    columns = ", ".join(f'"{name}"' for name in fields)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(fields))})"


def upsert(table: str, fields: Sequence[str], key: Sequence[str]) -> str:
    """An INSERT that replaces the row with the same primary key; a clash with any other row is an error."""
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in fields if name not in key)
    keys = ", ".join(f'"{name}"' for name in key)
    return f"{insert(table, fields)} ON CONFLICT ({keys}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def where_key(table: sa.Table, key: Key) -> tuple[str, tuple[str, ...]]:
    """A row's own condition, and its values."""
    values = (key,) if isinstance(key, str) else key
    return " AND ".join(f'"{column.name}" = ?' for column in table.primary_key), values


_INSERT_EVENT = insert("events", FIELDS)
_INSERT_TIMER = upsert("timers", TIMER_FIELDS, ("timer_id",))
_INSERT_WORK = insert("work", WORK_FIELDS)
_UPSERT_POSITION = upsert("bus_offsets", OFFSETS.columns.keys(), OFFSETS.primary_key.columns.keys())
_UPSERT_LOST = upsert("lost_places", LOST_PLACES.columns.keys(), LOST_PLACES.primary_key.columns.keys())


def write(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write a batch inside the connection's transaction; raises VersionConflict where another writer was first, NotStorable."""
    try:
        _check(connection, batch)
        _write_events(connection, batch)
        _write_rows(connection, batch)
        _write_timers(connection, batch.timers)
        _write_work(connection, batch)
        _write_journal(connection, batch)
        for name, (_, last) in batch.counters.items():
            connection.execute(upsert("counters", ("name", "last"), ("name",)), (name, last))
        if batch.answer is not None:
            _write_answer(connection, batch.answer)
    except sqlite3.IntegrityError as broken:
        if any(column in str(broken) for column in RACES):
            raise VersionConflict(str(broken)) from broken
        raise NotStorable(str(broken)) from broken


def _write_events(connection: sqlite3.Connection, batch: Batch) -> None:
    if batch.events:
        connection.executemany(_INSERT_EVENT, [tuple(getattr(event, name) for name in FIELDS) for event in batch.events])
    if batch.outbox:
        connection.executemany("INSERT INTO outbox (topic, stream_id, version) VALUES (?, ?, ?)", batch.outbox)


def _write_timers(connection: sqlite3.Connection, timers: Mapping[str, Timer | None]) -> None:
    for timer_id, timer in timers.items():
        if timer is None:
            connection.execute("DELETE FROM timers WHERE timer_id = ?", (timer_id,))
        else:
            connection.execute(_INSERT_TIMER, tuple(getattr(timer, name) for name in TIMER_FIELDS))


def _write_work(connection: sqlite3.Connection, batch: Batch) -> None:
    if batch.work:
        connection.executemany(_INSERT_WORK, [tuple(getattr(work, name) for name in WORK_FIELDS) for work in batch.work])
    for work in batch.work_claims:
        _claim(connection, work)
    for work in batch.work_updates:
        if work.state == "done":
            connection.execute("DELETE FROM work WHERE work_id = ?", (work.work_id,))
        else:
            connection.execute(
                "UPDATE work SET state = ?, attempts = ?, not_before = ? WHERE work_id = ?",
                (work.state, work.attempts, work.not_before, work.work_id),
            )
    for work_id, not_before in batch.work_delays:
        connection.execute("UPDATE work SET not_before = ? WHERE work_id = ?", (not_before, work_id))


def _write_answer(connection: sqlite3.Connection, answer: KeptAnswer) -> None:
    headers = msgspec.json.encode(answer.headers).decode()
    connection.execute(
        insert("answers", ("scope", "digest", "status", "body", "headers", "kept_at")),
        (answer.scope, answer.digest, answer.status, answer.body, headers, answer.kept_at),
    )


def _check(connection: sqlite3.Connection, batch: Batch) -> None:
    for stream_id, version in batch.expected.items():
        row = connection.execute("SELECT max(version) FROM events WHERE stream_id = ?", (stream_id,)).fetchone()
        if (row[0] or 0) != version:
            raise VersionConflict(f"{stream_id} is at {row[0] or 0}, not at {version}")
    for name, (first, _) in batch.counters.items():
        row = connection.execute("SELECT last FROM counters WHERE name = ?", (name,)).fetchone()
        if (row[0] if row else 0) != first:
            raise VersionConflict(f"the counter {name} has moved")


def _claim(connection: sqlite3.Connection, started: Work) -> None:
    claimed = connection.execute(
        "UPDATE work SET state = ?, attempts = ? WHERE work_id = ? AND attempts = ?",
        (started.state, started.attempts, started.work_id, started.attempts - 1),
    )
    if claimed.rowcount != 1:
        raise VersionConflict(f"another worker has taken up {started.work_id}")


def _write_rows(connection: sqlite3.Connection, batch: Batch) -> None:
    upserts: dict[str, tuple[sa.Table, list[tuple[Any, ...]]]] = {}
    for (_, key), (table, row) in batch.rows.items():
        if row is None:
            where, values = where_key(table, key)
            connection.execute(f"DELETE FROM {table.name} WHERE {where}", values)
            continue
        _check_columns(table, row)
        _, whole = upserts.setdefault(table.name, (table, []))
        whole.append(tuple([row.get(column.name) for column in table.columns]))
    for table, rows in upserts.values():
        connection.executemany(upsert(table.name, table.columns.keys(), table.primary_key.columns.keys()), rows)
    for table, record in batch.records:
        _check_columns(table, record)
        connection.execute(insert(table.name, tuple(record)), tuple(record.values()))
    for table, match in batch.deletions:
        _check_columns(table, match)
        where = " AND ".join(f'"{name}" = ?' for name in match)
        connection.execute(f"DELETE FROM {table.name} WHERE {where}", tuple(match.values()))


def _write_journal(connection: sqlite3.Connection, batch: Batch) -> None:
    if batch.received:
        connection.executemany(
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
            connection.execute(
                "UPDATE parked SET reason = ?, detail = ? WHERE position = ?",
                (parked.reason, parked.detail, parked.position),
            )
            continue
        connection.execute(
            "INSERT OR IGNORE INTO parked (topic, stream_id, version, partition_key, reason, detail, parked_at, envelope)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (parked.topic, event.stream_id, event.version, event.partition_key, parked.reason, parked.detail,
             parked.parked_at, _packer.encode(event)),
        )  # fmt: skip
    for position in batch.unparked:
        connection.execute("DELETE FROM parked WHERE position = ?", (position,))
    _write_places(connection, batch)


def _write_places(connection: sqlite3.Connection, batch: Batch) -> None:
    for (topic, partition), position in batch.offsets.items():
        connection.execute(_UPSERT_POSITION, (topic, partition, position.offset, position.topic_id))
    for lost in batch.lost:
        connection.execute(_UPSERT_LOST, tuple(lost_row(lost).values()))
    for topic, at in batch.said_again.items():
        connection.execute("DELETE FROM lost_places WHERE topic = ? AND (now_offset = 0 OR found_at <= ?)", (topic, at))


def _check_columns(table: sa.Table, row: Mapping[str, Any]) -> None:
    """SQLite reads a quoted name that it does not know as a text, so names are checked before."""
    if unknown := sorted(row.keys() - table.columns.keys()):
        raise NotStorable(f"{table.name} has no column {', '.join(unknown)}")
