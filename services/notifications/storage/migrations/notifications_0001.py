"""The first tables of notifications, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("school_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
    )
    op.create_table(
        "households",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("second_language", sa.Text),
        sa.Column("guardians", sa.JSON, nullable=False),
        sa.Column("absence", sa.JSON, nullable=False),
    )
    op.create_table(
        "templates",
        sa.Column("template", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("filings", sa.JSON, nullable=False),
    )
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("guardian_id", sa.Text),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("template_version", sa.Integer),
        sa.Column("reason_event_id", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text),
        sa.Column("day", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
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
        sa.Column("calling", sa.Boolean, nullable=False),
        sa.Column("call_reason", sa.Text),
        sa.Column("call_result", sa.Text),
        sa.Column("called_by", sa.Text),
    )
    for column in ("pupil_id", "guardian_id", "status", "created_at", "calling"):
        op.create_index(f"ix_notifications_{column}", "notifications", [column])
    op.create_table(
        "outbox_messages",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("notification_id", sa.Text, nullable=False),
        sa.Column("guardian_id", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("taken_at", sa.Text, nullable=False),
    )
    for column in ("notification_id", "taken_at"):
        op.create_index(f"ix_outbox_messages_{column}", "outbox_messages", [column])
