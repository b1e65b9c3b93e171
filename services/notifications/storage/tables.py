"""The tables of notifications: read models, and what the local gateway took, which is a source."""

from __future__ import annotations

import sqlalchemy as sa

NOTIFICATIONS_SCHEMA = sa.MetaData()

SCHOOLS = sa.Table(
    "schools",
    NOTIFICATIONS_SCHEMA,
    sa.Column("school_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
)

HOUSEHOLDS = sa.Table(
    "households",
    NOTIFICATIONS_SCHEMA,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("school_id", sa.Text, nullable=False),
    sa.Column("class_id", sa.Text, nullable=False),
    sa.Column("second_language", sa.Text),
    sa.Column("guardians", sa.JSON, nullable=False),
    sa.Column("absence", sa.JSON, nullable=False),
)

HOLDS = sa.Table(
    "holds",
    NOTIFICATIONS_SCHEMA,
    sa.Column("report_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
)

TEMPLATES = sa.Table(
    "templates",
    NOTIFICATIONS_SCHEMA,
    sa.Column("template", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("filings", sa.JSON, nullable=False),
)

NOTIFICATIONS = sa.Table(
    "notifications",
    NOTIFICATIONS_SCHEMA,
    sa.Column("notification_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("guardian_id", sa.Text, index=True),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("template_version", sa.Integer),
    sa.Column("reason_event_id", sa.Text, nullable=False),
    sa.Column("episode_id", sa.Text),
    sa.Column("day", sa.Text),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("created_at", sa.Text, nullable=False, index=True),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.Column("stream_version", sa.Integer, nullable=False),
    sa.Column("sent_at", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("named", sa.Boolean),
    sa.Column("segments", sa.Integer),
    sa.Column("digest", sa.Text),
    sa.Column("gateway", sa.Text),
    sa.Column("receipt", sa.Text),
    sa.Column("record_version", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("decision", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("calling", sa.Boolean, nullable=False, index=True),
    sa.Column("call_reason", sa.Text),
    sa.Column("call_result", sa.Text),
    sa.Column("called_by", sa.Text),
)

OUTBOX_MESSAGES = sa.Table(
    "outbox_messages",
    NOTIFICATIONS_SCHEMA,
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("notification_id", sa.Text, nullable=False, index=True),
    sa.Column("guardian_id", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("named", sa.Boolean, nullable=False),
    sa.Column("segments", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("taken_at", sa.Text, nullable=False, index=True),
)
