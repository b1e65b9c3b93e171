"""Casework's read models: the schools of the county, the cases, the duties; all can be thrown away and rebuilt."""

from __future__ import annotations

import sqlalchemy as sa

CASEWORK = sa.MetaData()

SCHOOLS = sa.Table(
    "schools",
    CASEWORK,
    sa.Column("school_id", sa.Text, primary_key=True),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("central_school_id", sa.Text),
)

CHILDREN = sa.Table(
    "children",
    CASEWORK,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("transferred_on", sa.Text),
    sa.Column("under_16_on", sa.Text),
    sa.Column("sixteen_on", sa.Text),
)

CASES = sa.Table(
    "cases",
    CASEWORK,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, index=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("episode_id", sa.Text, nullable=False),
    sa.Column("school_id", sa.Text, nullable=False, index=True),
    sa.Column("class_id", sa.Text, nullable=False, index=True),
    sa.Column("grade", sa.Integer, nullable=False),
    sa.Column("division", sa.Text, nullable=False, index=True),
    sa.Column("groups", sa.JSON, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False, index=True),
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
    sa.Column("measure_overdue_on", sa.Text),
    sa.Column("promises", sa.JSON, nullable=False),
)

DUTIES = sa.Table(
    "duties",
    CASEWORK,
    sa.Column("duty_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, nullable=False, index=True),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False, index=True),
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
    sa.Column("guardian_id", sa.Text),
)
