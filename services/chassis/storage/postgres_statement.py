"""A batch as one SQL statement for PostgreSQL: one round trip, one transaction, whatever the batch touches.

Each table that is touched is a data-modifying part of one `WITH`. The text depends only on which tables are touched, and on
whether by one row or by several, never on how many: connections keep it prepared. What the batch rests on is checked in the same
statement, by `fuxue_moved`, which raises; what was read from the bus is made true only where nobody holds the readers
(`postgres_lead.READERS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable
from services.chassis.storage.lost_places import lost_row
from services.chassis.storage.port import Batch, Parked, Received, Timer, Work
from services.chassis.storage.postgres_parts import Row, Rows, Statement
from services.chassis.storage.tables import (
    ANSWERS,
    COUNTERS,
    EVENTS,
    LOST_PLACES,
    OFFSETS,
    OUTBOX,
    PARKED,
    RECEIVED,
    TIMERS,
    WORK,
)

_encoder = msgspec.json.Encoder()
_packer = msgspec.msgpack.Encoder()
_astuple = msgspec.structs.astuple

EVENT_FIELDS = tuple(field.name for field in msgspec.structs.fields(Envelope))
TIMER_FIELDS = tuple(field.name for field in msgspec.structs.fields(Timer))
WORK_FIELDS = tuple(field.name for field in msgspec.structs.fields(Work))
_RECEIVED = ("stream_id", "version", "topic", "envelope", "discarded")
_OFFSETS = ("topic", "bus_partition", "next_offset", "topic_id")
_PARKED = ("topic", "stream_id", "version", "partition_key", "reason", "detail", "parked_at", "envelope")

Named = Mapping[str, Any]


def statement_of(batch: Batch) -> Statement:
    """The one statement that makes the batch true."""
    statement = Statement()
    _events(statement, batch)
    _counters(statement, batch)
    _rows(statement, batch)
    _timers_and_work(statement, batch)
    _journal(statement, batch)
    _places(statement, batch)
    if (answer := batch.answer) is not None:
        row = (answer.scope, answer.digest, answer.status, answer.body, _encoder.encode(answer.headers).decode(), answer.kept_at)
        statement.insert(ANSWERS, ("scope", "digest", "status", "body", "headers", "kept_at"), [row])
    return statement


def _events(statement: Statement, batch: Batch) -> None:
    """Events, and what they rest on: of a stream that grows the unique version says whether another was first."""
    if batch.events:
        statement.insert(EVENTS, EVENT_FIELDS, [_astuple(event) for event in batch.events])
    next_versions = {event.stream_id: event.version for event in reversed(batch.events)}
    unproved = [each for each in batch.expected.items() if next_versions.get(each[0]) != each[1] + 1]
    if unproved:
        statement.check(
            "NOT EXISTS (SELECT 1 FROM {} WHERE x.version <>"
            " coalesce((SELECT max(e.version) FROM events e WHERE e.stream_id = x.stream_id), 0))",
            Rows(EVENTS, ("stream_id", "version"), unproved),
        )
    if batch.outbox:
        statement.insert(OUTBOX, ("topic", "stream_id", "version"), batch.outbox)


def _counters(statement: Statement, batch: Batch) -> None:
    for name, (first, last) in sorted(batch.counters.items()):
        row = Rows(COUNTERS, ("name", "last"), [(name, last)])
        if first == 0:
            taken = statement.part(
                "INSERT INTO counters SELECT x.name, x.last FROM {} ON CONFLICT (name) DO NOTHING RETURNING 1", row
            )
        else:
            was = Rows(COUNTERS, ("name", "last"), [(name, first)], "y")
            taken = statement.part(
                "UPDATE counters c SET last = x.last FROM {}, {} WHERE c.name = x.name AND c.last = y.last RETURNING 1", row, was
            )
        statement.check(f"EXISTS (SELECT 1 FROM {taken})")


def _rows(statement: Statement, batch: Batch) -> None:
    replaced: dict[str, tuple[sa.Table, list[Named]]] = {}
    deleted: dict[str, tuple[sa.Table, list[Row]]] = {}
    for (_, key), (table, row) in sorted(batch.rows.items(), key=lambda each: (each[0][0], str(each[0][1]))):
        if row is None:
            deleted.setdefault(table.name, (table, []))[1].append((key,) if isinstance(key, str) else key)
        else:
            replaced.setdefault(table.name, (table, []))[1].append(_known(table, row))
    for table, keys in deleted.values():
        statement.delete(table, table.primary_key.columns.keys(), keys)
    for table, rows in replaced.values():
        columns = table.columns.keys()
        statement.upsert(table, columns, table.primary_key.columns.keys(), _ordered(columns, rows))
    records: dict[str, tuple[sa.Table, list[Named]]] = {}
    for table, record in batch.records:
        records.setdefault(table.name, (table, []))[1].append(_known(table, record))
    for table, rows in records.values():
        given = {name for row in rows for name in row}
        columns = [name for name in table.columns.keys() if name in given]  # noqa: SIM118  a collection of columns, not a dict
        statement.insert(table, columns, _ordered(columns, rows))
    for table, match in batch.deletions:
        wanted = _known(table, match)
        _, new = records.get(table.name, (table, []))
        _, present = replaced.get(table.name, (table, []))
        keys_of = table.primary_key.columns.keys()
        if any(_is_like(row, wanted, wanted) for row in new) or any(_is_like(row, wanted, keys_of) for row in present):
            raise NotStorable(f"one batch cannot write a row of {table.name} that it deletes by what it holds")
        statement.delete(table, tuple(match), [tuple(match.values())])


def _ordered(columns: Sequence[str], rows: Sequence[Named]) -> list[Row]:
    """Rows in the order of these columns; a field that a row lacks is NULL."""
    return [tuple(row.get(name) for name in columns) for row in rows]


def _is_like(row: Named, match: Named, names: Iterable[str]) -> bool:
    """Whether a row may be among those that a deletion means, as far as these columns tell.

    A statement sees neither its own new rows nor which of two changes of one row counts.
    """
    return all(row.get(name) == match[name] for name in names if name in match)


def _known(table: sa.Table, row: Named) -> Named:
    """A row, if the table has all its columns."""
    if unknown := sorted(row.keys() - table.columns.keys()):
        raise NotStorable(f"{table.name} has no column {', '.join(unknown)}")
    return row


def _timers_and_work(statement: Statement, batch: Batch) -> None:
    if gone := [(timer_id,) for timer_id, timer in sorted(batch.timers.items()) if timer is None]:
        statement.delete(TIMERS, ("timer_id",), gone)
    if timers := [timer for _, timer in sorted(batch.timers.items()) if timer is not None]:
        statement.upsert(TIMERS, TIMER_FIELDS, ("timer_id",), [_astuple(timer) for timer in timers])
    if batch.work:
        statement.insert(WORK, WORK_FIELDS, [_astuple(work) for work in batch.work])
    for claim in sorted(batch.work_claims, key=lambda work: work.work_id):
        _claim(statement, claim)
    updates = sorted(batch.work_updates, key=lambda work: work.work_id)
    if done := [(work.work_id,) for work in updates if work.state == "done"]:
        statement.delete(WORK, ("work_id",), done)
    if changed := [(work.work_id, work.state, work.attempts, work.not_before) for work in updates if work.state != "done"]:
        statement.update(WORK, ("state", "attempts", "not_before"), "work_id", changed)
    if batch.work_delays:
        statement.update(WORK, ("not_before",), "work_id", sorted(batch.work_delays))


def _claim(statement: Statement, started: Work) -> None:
    claimed = statement.part(
        "UPDATE work w SET state = x.state, attempts = x.attempts FROM {}"
        " WHERE w.work_id = x.work_id AND w.attempts = x.attempts - 1 RETURNING 1",
        Rows(WORK, ("work_id", "state", "attempts"), [(started.work_id, started.state, started.attempts)]),
    )
    statement.check(f"EXISTS (SELECT 1 FROM {claimed})")


def _journal(statement: Statement, batch: Batch) -> None:
    if batch.received or batch.parked:
        statement.reads()
    if batch.received:
        statement.insert(RECEIVED, _RECEIVED, [_received(received) for received in batch.received])
    if new := [_parked(parked) for parked in batch.parked if not parked.position]:
        statement.insert(PARKED, _PARKED, new, " ON CONFLICT (stream_id, version) DO NOTHING")
    if stays := [(parked.position, parked.reason, parked.detail) for parked in batch.parked if parked.position]:
        statement.update(PARKED, ("reason", "detail"), "position", stays)
    if batch.unparked:
        statement.delete(PARKED, ("position",), [(position,) for position in sorted(batch.unparked)])


def _received(received: Received) -> Row:
    envelope = received.envelope
    packed = b"" if received.without_bytes else _packer.encode(envelope)
    return (envelope.stream_id, envelope.version, received.topic, packed, received.discarded)


def _parked(parked: Parked) -> Row:
    envelope = parked.envelope
    why = (parked.reason, parked.detail, parked.parked_at)
    return (parked.topic, envelope.stream_id, envelope.version, envelope.partition_key, *why, _packer.encode(envelope))


def _places(statement: Statement, batch: Batch) -> None:
    if batch.offsets:
        positions = [
            (topic, partition, position.offset, position.topic_id) for (topic, partition), position in sorted(batch.offsets.items())
        ]
        statement.upsert(OFFSETS, _OFFSETS, OFFSETS.primary_key.columns.keys(), positions)
    if batch.lost:
        columns = LOST_PLACES.columns.keys()
        rows = _ordered(columns, [lost_row(lost) for lost in batch.lost])
        statement.upsert(LOST_PLACES, columns, LOST_PLACES.primary_key.columns.keys(), rows)
    if batch.said_again:
        statement.part(
            "DELETE FROM lost_places t USING {} WHERE t.topic = x.topic AND (t.now_offset = 0 OR t.found_at <= x.found_at)",
            Rows(LOST_PLACES, ("topic", "found_at"), sorted(batch.said_again.items())),
        )
