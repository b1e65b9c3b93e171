"""The first tables of assistance, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "assistance_0001"
down_revision = None
branch_labels = ("assistance",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("programme_id", sa.Text, primary_key=True),
        sa.Column("effective_from", sa.Text, primary_key=True),
        sa.Column("effective_until", sa.Text),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("amount_fen", sa.Integer, nullable=False),
        sa.Column("cadence", sa.Text, nullable=False),
        sa.Column("in_kind", sa.Boolean, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("stages", sa.JSON, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("boarding", sa.Boolean),
        sa.Column("excludes", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("by_application", sa.Boolean, nullable=False),
        sa.Column("fallback", sa.Boolean, nullable=False),
    )
    op.create_table(
        "pupils",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("boarding", sa.Boolean, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("guardian_ids", sa.JSON, nullable=False),
        sa.Column("episode_id", sa.Text),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("away", sa.Text),
    )
    op.create_table(
        "case_measures",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text, nullable=False),
        sa.Column("measure_ids", sa.JSON, nullable=False),
        sa.Column("standing", sa.Boolean, nullable=False),
    )
    op.create_index("case_measures_pupil", "case_measures", ["pupil_id"])
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("programme_id", sa.Text, nullable=False),
        sa.Column("programme_code", sa.Text, nullable=False),
        sa.Column("school_year", sa.Integer, nullable=False),
        sa.Column("amount_fen", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text),
        sa.Column("measure_id", sa.Text),
        sa.Column("drafted_on", sa.Text, nullable=False),
        sa.Column("guardian_id", sa.Text),
        sa.Column("signed_on", sa.Text),
        sa.Column("hardship_recognised_on", sa.Text),
        sa.Column("panel_officer_id", sa.Text),
        sa.Column("recommended", sa.Boolean),
        sa.Column("posted_on", sa.Text),
        sa.Column("ended_on", sa.Text),
        sa.Column("overdue_on", sa.Text),
        sa.Column("decided_on", sa.Text),
        sa.Column("decided_by_id", sa.Text),
        sa.Column("refused_by", sa.Text),
        sa.Column("refused_for", sa.Text),
        sa.Column("paused_on", sa.Text),
        sa.Column("paused_for", sa.Text),
        sa.Column("withdrawn_for", sa.Text),
    )
    op.create_index("applications_pupil", "applications", ["pupil_id"])
    op.create_index("applications_case", "applications", ["case_id"])
    op.create_index("applications_school", "applications", ["school_id", "status"])
    op.create_index("applications_status", "applications", ["status"])
    op.create_table(
        "objections",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("objection_id", sa.Text, primary_key=True),
        sa.Column("raised_on", sa.Text, nullable=False),
        sa.Column("raised_by_id", sa.Text, nullable=False),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("upheld", sa.Boolean),
        sa.Column("answered_on", sa.Text),
        sa.Column("answered_by_id", sa.Text),
        sa.Column("answer", sa.JSON),
    )
