"""The first tables of casework, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0001"
down_revision = None
branch_labels = ("casework",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("school_id", sa.Text, primary_key=True),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("central_school_id", sa.Text),
    )
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text, nullable=False),
        sa.Column("school_id", sa.Text, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("opened_on", sa.Text, nullable=False),
        sa.Column("dropout_on", sa.Text),
        sa.Column("ended_on", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("officers", sa.JSON, nullable=False),
        sa.Column("primary_cause", sa.Text),
        sa.Column("other_causes", sa.JSON, nullable=False),
        sa.Column("restricted", sa.Boolean, nullable=False),
        sa.Column("child_labour", sa.Boolean, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("lead_id", sa.Text),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.Column("failed_visits", sa.Integer, nullable=False),
        sa.Column("first_visit_on", sa.Text),
        sa.Column("last_visit_on", sa.Text),
        sa.Column("hard", sa.Boolean, nullable=False),
        sa.Column("hard_on", sa.Text),
        sa.Column("spell", sa.Integer, nullable=False),
        sa.Column("agreed_on", sa.Text),
        sa.Column("returned_on", sa.Text),
        sa.Column("placement", sa.Text),
        sa.Column("term_ends_on", sa.Text),
        sa.Column("observed_on", sa.Text),
        sa.Column("relapsed_on", sa.Text),
        sa.Column("before_relapse", sa.JSON, nullable=False),
        sa.Column("follow_ups", sa.Integer, nullable=False),
        sa.Column("follow_up_due", sa.Integer, nullable=False),
        sa.Column("follow_up_due_on", sa.Text),
        sa.Column("recheck_reason", sa.Text),
        sa.Column("recheck_due_on", sa.Text),
        sa.Column("vacant_from", sa.Text),
        sa.Column("proposed_outcome", sa.Text),
        sa.Column("confirmed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_cases_number", "cases", ["number"])
    op.create_index("ix_cases_pupil_id", "cases", ["pupil_id"])
    op.create_index("ix_cases_school_id", "cases", ["school_id"])
    op.create_index("ix_cases_class_id", "cases", ["class_id"])
    op.create_index("ix_cases_division", "cases", ["division"])
    op.create_index("ix_cases_standing", "cases", ["standing"])
    op.create_table(
        "duties",
        sa.Column("duty_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("school_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("assigned_on", sa.Text, nullable=False),
        sa.Column("finding", sa.Text),
        sa.Column("answered_at", sa.Text),
        sa.Column("overdue_on", sa.Text),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("told", sa.Text),
    )
    op.create_index("ix_duties_number", "duties", ["number"])
    op.create_index("ix_duties_case_id", "duties", ["case_id"])
    op.create_index("ix_duties_department", "duties", ["department"])
