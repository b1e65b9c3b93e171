"""The first tables of oversight, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0001"
down_revision = None
branch_labels = ("oversight",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "trace_events",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("partition_key", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("on_behalf_of", sa.Text),
        sa.Column("occurred_at", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("causation_id", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index("trace_events_correlation", "trace_events", ["correlation_id"])
    op.create_index("trace_events_causation", "trace_events", ["causation_id"])
    op.create_table(
        "trace_subjects",
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schools",
        sa.Column("school_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
    )
    op.create_table(
        "bodies",
        sa.Column("body_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
    )
    op.create_index("bodies_division", "bodies", ["division"])
    op.create_table(
        "officers",
        sa.Column("officer_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body_id", sa.Text, nullable=False),
    )
    op.create_table(
        "pupils",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("sex", sa.Text),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("under_observation", sa.Boolean, nullable=False),
        sa.Column("episode_id", sa.Text),
        sa.Column("enrolled_on", sa.Text),
        sa.Column("left_on", sa.Text),
        sa.Column("contact_due_on", sa.Text),
        sa.Column("visit_due_on", sa.Text),
        sa.Column("record_written_at", sa.Text, nullable=False),
    )
    op.create_index("pupils_school", "pupils", ["school_id"])
    op.create_index("pupils_division", "pupils", ["division"])
    op.create_index("pupils_ledger", "pupils", ["ledger"])
    op.create_table(
        "episodes",
        sa.Column("episode_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("suspected_on", sa.Text),
        sa.Column("lifted_on", sa.Text),
        sa.Column("dropout_on", sa.Text),
        sa.Column("returned_on", sa.Text),
        sa.Column("relapses", sa.Integer, nullable=False),
        sa.Column("struck_off_on", sa.Text),
        sa.Column("outcome", sa.Text),
    )
    op.create_index("episodes_pupil", "episodes", ["pupil_id"])
    op.create_index("episodes_dropout", "episodes", ["dropout_on"])
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_on", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("restricted", sa.Boolean, nullable=False),
        sa.Column("officers", sa.JSON, nullable=False),
        sa.Column("missing_lines", sa.Text, nullable=False),
        sa.Column("missing_since", sa.Text),
        sa.Column("hard", sa.Boolean, nullable=False),
        sa.Column("follow_ups_due", sa.JSON, nullable=False),
        sa.Column("follow_up_due_on", sa.Text),
        sa.Column("recheck_due_on", sa.Text),
        sa.Column("last_visit_on", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("closed_on", sa.Text),
    )
    op.create_index("cases_pupil", "cases", ["pupil_id"])
    op.create_index("cases_episode", "cases", ["episode_id"])
    op.create_index("cases_number", "cases", ["number"])
    op.create_table(
        "duties",
        sa.Column("duty_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("assigned_on", sa.Text, nullable=False),
        sa.Column("overdue_since", sa.Text),
        sa.Column("level", sa.Integer, nullable=False),
    )
    op.create_index("duties_case", "duties", ["case_id"])
    op.create_index("duties_number", "duties", ["number"])
    op.create_index("duties_department", "duties", ["department", "state"])
    op.create_table(
        "texts",
        sa.Column("notification_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("guardian_id", sa.Text),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("unreachable_at", sa.Text),
    )
    op.create_index("texts_pupil", "texts", ["pupil_id"])
    op.create_index("texts_state", "texts", ["state"])
    op.create_table(
        "aid",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("programme_code", sa.Text, nullable=False),
        sa.Column("school_year", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("overdue_on", sa.Text),
    )
    op.create_index("aid_pupil", "aid", ["pupil_id"])
    op.create_table(
        "silent_classes",
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
    )
    op.create_table(
        "anchors",
        sa.Column("anchor_id", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("heads", sa.JSON, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("suite", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("covered_until", sa.Text, nullable=False),
    )
    op.create_index("anchors_service", "anchors", ["service", "number"])
