"""A batch as one SQL statement for PostgreSQL: one round trip, one transaction, whatever the batch touches.

Each table that is touched is a data-modifying part of one `WITH`; its rows travel as one JSON array that PostgreSQL turns into
rows (a column of JSON as a text in it, for a JSON null is no NULL). So the text depends only on which tables are touched, never
on how many rows: connections keep it prepared. What the batch rests on is checked in the same statement, by `fuxue_moved`,
which raises; what was read from the bus is made true only where nobody holds the readers (`postgres_lead.READERS`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable
from services.chassis.storage.lost_places import lost_row
from services.chassis.storage.port import Batch, Timer, Work
from services.chassis.storage.postgres_parts import Row, Statement
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

EVENT_FIELDS = tuple(field.name for field in msgspec.structs.fields(Envelope))
TIMER_FIELDS = tuple(field.name for field in msgspec.structs.fields(Timer))
WORK_FIELDS = tuple(field.name for field in msgspec.structs.fields(Work))


def bytea(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from a text."""
    return "\\x" + value.hex()


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
        row = {**msgspec.structs.asdict(answer), "body": bytea(answer.body), "headers": _encoder.encode(answer.headers).decode()}
        statement.insert(ANSWERS, tuple(row), [row])
    return statement


def _events(statement: Statement, batch: Batch) -> None:
    """Events, and what they rest on: of a stream that grows the unique version says whether another was first."""
    if batch.events:
        rows = [msgspec.structs.asdict(event) | {"data": bytea(event.data)} for event in batch.events]
        statement.insert(EVENTS, EVENT_FIELDS, rows)
    next_versions = {event.stream_id: event.version for event in reversed(batch.events)}
    unproved = {stream: version for stream, version in batch.expected.items() if next_versions.get(stream) != version + 1}
    if unproved:
        rows = [{"stream_id": stream, "version": version} for stream, version in unproved.items()]
        statement.check(
            f"NOT EXISTS (SELECT 1 FROM {statement.rows_of(EVENTS, ('stream_id', 'version'), rows)} WHERE x.version <>"
            " coalesce((SELECT max(e.version) FROM events e WHERE e.stream_id = x.stream_id), 0))"
        )
    if batch.outbox:
        rows = [{"topic": topic, "stream_id": stream, "version": version} for topic, stream, version in batch.outbox]
        statement.insert(OUTBOX, ("topic", "stream_id", "version"), rows)


def _counters(statement: Statement, batch: Batch) -> None:
    for name, (first, last) in sorted(batch.counters.items()):
        row = statement.rows_of(COUNTERS, ("name", "last"), [{"name": name, "last": last}])
        if first == 0:
            taken = statement.part(
                f"INSERT INTO counters SELECT x.name, x.last FROM {row} ON CONFLICT (name) DO NOTHING RETURNING 1"
            )
        else:
            was = statement.rows_of(COUNTERS, ("name", "last"), [{"name": name, "last": first}], "y")
            taken = statement.part(
                f"UPDATE counters c SET last = x.last FROM {row}, {was} WHERE c.name = x.name AND c.last = y.last RETURNING 1"
            )
        statement.check(f"EXISTS (SELECT 1 FROM {taken})")


def _rows(statement: Statement, batch: Batch) -> None:
    replaced: dict[str, tuple[sa.Table, list[Row]]] = {}
    deleted: dict[str, tuple[sa.Table, list[Row]]] = {}
    for (_, key), (table, row) in sorted(batch.rows.items(), key=lambda each: (each[0][0], str(each[0][1]))):
        if row is None:
            values = (key,) if isinstance(key, str) else key
            named = dict(zip((column.name for column in table.primary_key), values, strict=True))
            deleted.setdefault(table.name, (table, []))[1].append(named)
        else:
            replaced.setdefault(table.name, (table, []))[1].append(_stored(table, row))
    for table, rows in deleted.values():
        statement.delete(table, table.primary_key.columns.keys(), rows)
    for table, rows in replaced.values():
        statement.upsert(table, table.columns.keys(), table.primary_key.columns.keys(), rows)
    records: dict[str, tuple[sa.Table, list[Row]]] = {}
    for table, record in batch.records:
        records.setdefault(table.name, (table, []))[1].append(_stored(table, record))
    for table, rows in records.values():
        given = {name for row in rows for name in row}
        statement.insert(table, [name for name in table.columns.keys() if name in given], rows)  # noqa: SIM118  a collection of columns, not a dict
    for table, match in batch.deletions:
        wanted = _stored(table, match)
        _, new = records.get(table.name, (table, []))
        _, present = replaced.get(table.name, (table, []))
        keys = table.primary_key.columns.keys()
        if any(_is_like(row, wanted, wanted) for row in new) or any(_is_like(row, wanted, keys) for row in present):
            raise NotStorable(f"one batch cannot write a row of {table.name} that it deletes by what it holds")
        statement.delete(table, tuple(match), [wanted])


def _is_like(row: Row, match: Row, names: Iterable[str]) -> bool:
    """Whether a row may be among those that a deletion means, as far as these columns tell.

    A statement sees neither its own new rows nor which of two changes of one row counts.
    """
    return all(row.get(name) == match[name] for name in names if name in match)


def _stored(table: sa.Table, row: Row) -> Row:
    """A row in the form that PostgreSQL reads from JSON: bytes as hex."""
    if unknown := sorted(row.keys() - table.columns.keys()):
        raise NotStorable(f"{table.name} has no column {', '.join(unknown)}")
    return {name: bytea(value) if isinstance(value, bytes) else value for name, value in row.items()}


def _timers_and_work(statement: Statement, batch: Batch) -> None:
    if gone := [{"timer_id": timer_id} for timer_id, timer in sorted(batch.timers.items()) if timer is None]:
        statement.delete(TIMERS, ("timer_id",), gone)
    timers = [timer for _, timer in sorted(batch.timers.items()) if timer is not None]
    if timers:
        statement.upsert(TIMERS, TIMER_FIELDS, ("timer_id",), [msgspec.structs.asdict(timer) for timer in timers])
    if batch.work:
        statement.insert(WORK, WORK_FIELDS, [msgspec.structs.asdict(work) for work in batch.work])
    for claim in sorted(batch.work_claims, key=lambda work: work.work_id):
        _claim(statement, claim)
    updates = sorted(batch.work_updates, key=lambda work: work.work_id)
    if done := [{"work_id": work.work_id} for work in updates if work.state == "done"]:
        statement.delete(WORK, ("work_id",), done)
    if changed := [msgspec.structs.asdict(work) for work in updates if work.state != "done"]:
        statement.update(WORK, ("state", "attempts", "not_before"), "work_id", changed)
    if batch.work_delays:
        delays = [{"work_id": work_id, "not_before": not_before} for work_id, not_before in sorted(batch.work_delays)]
        statement.update(WORK, ("not_before",), "work_id", delays)


def _claim(statement: Statement, started: Work) -> None:
    columns = ("work_id", "state", "attempts")
    given = statement.rows_of(WORK, columns, [{name: getattr(started, name) for name in columns}])
    claimed = statement.part(
        f"UPDATE work w SET state = x.state, attempts = x.attempts FROM {given}"
        " WHERE w.work_id = x.work_id AND w.attempts = x.attempts - 1 RETURNING 1"
    )
    statement.check(f"EXISTS (SELECT 1 FROM {claimed})")


def _journal(statement: Statement, batch: Batch) -> None:
    if batch.received or batch.parked:
        statement.reads()
    if batch.received:
        rows = [
            {
                "stream_id": received.envelope.stream_id,
                "version": received.envelope.version,
                "topic": received.topic,
                "envelope": bytea(b"" if received.without_bytes else _packer.encode(received.envelope)),
                "discarded": received.discarded,
            }
            for received in batch.received
        ]
        statement.insert(RECEIVED, tuple(rows[0]), rows)
    new = [
        {
            "topic": parked.topic,
            "stream_id": parked.envelope.stream_id,
            "version": parked.envelope.version,
            "partition_key": parked.envelope.partition_key,
            "reason": parked.reason,
            "detail": parked.detail,
            "parked_at": parked.parked_at,
            "envelope": bytea(_packer.encode(parked.envelope)),
        }
        for parked in batch.parked
        if not parked.position
    ]
    if new:
        statement.insert(PARKED, tuple(new[0]), new, " ON CONFLICT (stream_id, version) DO NOTHING")
    stays = [
        {"position": parked.position, "reason": parked.reason, "detail": parked.detail}
        for parked in batch.parked
        if parked.position
    ]
    if stays:
        statement.update(PARKED, ("reason", "detail"), "position", stays)
    if batch.unparked:
        statement.delete(PARKED, ("position",), [{"position": position} for position in sorted(batch.unparked)])


def _places(statement: Statement, batch: Batch) -> None:
    if batch.offsets:
        positions = [
            {"topic": topic, "bus_partition": partition, "next_offset": position.offset, "topic_id": position.topic_id}
            for (topic, partition), position in sorted(batch.offsets.items())
        ]
        statement.upsert(OFFSETS, OFFSETS.columns.keys(), OFFSETS.primary_key.columns.keys(), positions)
    if batch.lost:
        rows = [lost_row(lost) for lost in batch.lost]
        statement.upsert(LOST_PLACES, LOST_PLACES.columns.keys(), LOST_PLACES.primary_key.columns.keys(), rows)
    if batch.said_again:
        said = [{"topic": topic, "found_at": at} for topic, at in sorted(batch.said_again.items())]
        statement.part(
            f"DELETE FROM lost_places t USING {statement.rows_of(LOST_PLACES, ('topic', 'found_at'), said)}"
            " WHERE t.topic = x.topic AND (t.now_offset = 0 OR t.found_at <= x.found_at)"
        )
