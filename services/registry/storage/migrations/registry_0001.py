"""The read models of the registry, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0001"
down_revision = None
branch_labels = ("registry",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("school_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("boarding", sa.Boolean, nullable=False),
        sa.Column("central_school_id", sa.Text),
        sa.Column("sessions", sa.JSON, nullable=False),
    )
    op.create_index("ix_schools_code", "schools", ["code"])
    op.create_table(
        "classes",
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("cohort", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("opened_on", sa.Text, nullable=False),
    )
    op.create_index("ix_classes_school_id", "classes", ["school_id"])
    op.create_table(
        "roll_calls",
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("absent", sa.JSON, nullable=False),
        sa.Column("excused", sa.JSON, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
        sa.Column("missing_since", sa.Text),
        sa.Column("taken_at", sa.Text),
        sa.Column("taken_by", sa.Text),
        sa.Column("corrected_at", sa.Text),
    )
    op.create_index("roll_calls_of_day", "roll_calls", ["day", "school_id"])
    op.create_index("roll_calls_missing", "roll_calls", ["status", "day"])
    op.create_table(
        "pupils",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("sex", sa.Text),
        sa.Column("boarding", sa.Boolean, nullable=False),
        sa.Column("residence_division", sa.Text, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("enrolment", sa.Text, nullable=False),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("ledger_since", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text),
        sa.Column("case_id", sa.Text),
        sa.Column("missing_since", sa.Text),
        sa.Column("absent_days", sa.Integer, nullable=False),
        sa.Column("last_absent_on", sa.Text),
        sa.Column("last_attended_on", sa.Text),
        sa.Column("absence_confirmed_on", sa.Text),
        sa.Column("contacted_on", sa.Text),
        sa.Column("contact_due_on", sa.Text),
        sa.Column("visit_due_on", sa.Text),
        sa.Column("suspected_on", sa.Text),
        sa.Column("suspected_for", sa.Text),
        sa.Column("dropout_on", sa.Text),
        sa.Column("confirmed_by", sa.Text),
        sa.Column("returned_on", sa.Text),
        sa.Column("placement", sa.Text),
        sa.Column("lost_on", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("struck_off_on", sa.Text),
    )
    op.create_index("ix_pupils_class_id", "pupils", ["class_id"])
    op.create_index("pupils_of_ledger", "pupils", ["ledger", "school_id"])
    op.create_index("pupils_of_school", "pupils", ["school_id", "class_id"])
    op.create_index("pupils_of_division", "pupils", ["residence_division"])
    op.create_table(
        "sessions_away",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("episode_id", sa.Text),
    )
    op.create_table(
        "contacts",
        sa.Column("contact_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("means", sa.Text, nullable=False),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.Column("by_officer_id", sa.Text, nullable=False),
        sa.Column("note", sa.JSON, nullable=False),
    )
    op.create_index("ix_contacts_pupil_id", "contacts", ["pupil_id"])
    op.create_table(
        "case_numbers",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("dropout_on", sa.Text, nullable=False),
    )
    op.create_index("ix_case_numbers_pupil_id", "case_numbers", ["pupil_id"])
    op.create_index("ix_case_numbers_number", "case_numbers", ["number"])
