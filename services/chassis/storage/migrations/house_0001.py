"""The tables of the house (`chassis.storage.tables`), as of release 0.1."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "house_0001"
down_revision = None
branch_labels = ("house",)
depends_on = None

TEXT, INTEGER, BYTES, JSON = sa.Text(), sa.Integer(), sa.LargeBinary(), sa.JSON()
PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _required(name: str, kind: sa.types.TypeEngine[Any], *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, primary_key=key)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", PLACE, primary_key=True, autoincrement=True),
        *(_required(name, TEXT) for name in ("event_id", "stream_id")),
        _required("version", INTEGER),
        _required("type", TEXT),
        _required("schema", INTEGER),
        *(_required(name, TEXT) for name in ("county", "partition_key", "actor")),
        sa.Column("on_behalf_of", TEXT),
        *(_required(name, TEXT) for name in ("occurred_at", "recorded_at", "correlation_id", "causation_id", "traceparent")),
        _required("data", BYTES),
        *(_required(name, TEXT) for name in ("hash_suite", "prev_hash", "hash")),
        sa.UniqueConstraint("stream_id", "version", name="events_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("number", PLACE, primary_key=True, autoincrement=True),
        _required("topic", TEXT),
        _required("stream_id", TEXT),
        _required("version", INTEGER),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "received",
        sa.Column("position", PLACE, primary_key=True, autoincrement=True),
        _required("stream_id", TEXT),
        _required("version", INTEGER),
        _required("topic", TEXT),
        _required("envelope", BYTES),
        _required("discarded", sa.Boolean()),
        sa.UniqueConstraint("stream_id", "version", name="received_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "parked",
        sa.Column("position", PLACE, primary_key=True, autoincrement=True),
        _required("topic", TEXT),
        _required("stream_id", TEXT),
        _required("version", INTEGER),
        *(_required(name, TEXT) for name in ("partition_key", "reason", "detail", "parked_at")),
        _required("envelope", BYTES),
        sa.UniqueConstraint("stream_id", "version", name="parked_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parked_partition_key", "parked", ["partition_key"])
    op.create_table(
        "bus_offsets",
        _required("topic", TEXT, key=True),
        _required("bus_partition", INTEGER, key=True),
        _required("next_offset", PLACE),
    )
    op.create_table(
        "timers",
        _required("timer_id", TEXT, key=True),
        _required("stream_id", TEXT),
        _required("due_at", TEXT),
        _required("not_before", TEXT),
        _required("since", TEXT),
        _required("term", BYTES),
        _required("policy", TEXT),
        sa.Column("school_id", TEXT),
        _required("command", TEXT),
        _required("body", BYTES),
        _required("correlation_id", TEXT),
        _required("causation_id", TEXT),
        _required("traceparent", TEXT),
    )
    op.create_index("ix_timers_not_before", "timers", ["not_before"])
    op.create_table(
        "work",
        _required("work_id", TEXT, key=True),
        _required("kind", TEXT),
        _required("stream_id", TEXT),
        _required("version", INTEGER),
        _required("not_before", TEXT),
        _required("state", TEXT),
        _required("attempts", INTEGER),
    )
    op.create_index("work_waiting", "work", ["state", "not_before"])
    op.create_table(
        "answers",
        _required("scope", TEXT, key=True),
        _required("digest", TEXT),
        _required("status", INTEGER),
        _required("body", BYTES),
        _required("headers", TEXT),
        _required("kept_at", TEXT),
    )
    op.create_index("ix_answers_kept_at", "answers", ["kept_at"])
    op.create_table("counters", _required("name", TEXT, key=True), _required("last", INTEGER))
    op.create_table(
        "subject_keys",
        _required("subject_id", TEXT, key=True),
        _required("suite", TEXT),
        _required("wrapping_key_id", TEXT),
        _required("wrapped_key", BYTES),
    )
    op.create_table(
        "county_days",
        _required("calendar_id", TEXT, key=True),
        _required("edition", TEXT, key=True),
        _required("days", JSON),
        _required("sequence", INTEGER),
    )
    op.create_table("county_policies", _required("code", TEXT, key=True), _required("value", JSON))
    op.create_table(
        "appointments",
        _required("appointment_id", TEXT, key=True),
        _required("officer_id", TEXT),
        _required("role", TEXT),
        _required("body_id", TEXT),
        *(sa.Column(name, TEXT) for name in ("class_id", "division", "department")),
        _required("from_on", TEXT),
        sa.Column("until_on", TEXT),
    )
    op.create_index("ix_appointments_officer_id", "appointments", ["officer_id"])
