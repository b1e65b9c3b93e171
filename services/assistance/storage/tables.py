"""Assistance's read models: programmes, schools, the children it serves, aid measures of plans, applications, objections."""

from __future__ import annotations

import sqlalchemy as sa

ASSISTANCE = sa.MetaData()

PROGRAMMES = sa.Table(
    "programmes",
    ASSISTANCE,
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

SCHOOLS = sa.Table(
    "schools",
    ASSISTANCE,
    sa.Column("school_id", sa.Text, primary_key=True),
    sa.Column("central_school_id", sa.Text, index=True),
)

PUPILS = sa.Table(
    "pupils",
    ASSISTANCE,
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

CASE_MEASURES = sa.Table(
    "case_measures",
    ASSISTANCE,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("episode_id", sa.Text, nullable=False),
    sa.Column("measure_ids", sa.JSON, nullable=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    sa.Index("case_measures_pupil", "pupil_id"),
)

APPLICATIONS = sa.Table(
    "applications",
    ASSISTANCE,
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
    sa.Column("panel_member_ids", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("panel_minutes", sa.JSON),
    sa.Index("applications_pupil", "pupil_id"),
    sa.Index("applications_case", "case_id"),
    sa.Index("applications_school", "school_id", "status"),
    sa.Index("applications_status", "status"),
)

OBJECTIONS = sa.Table(
    "objections",
    ASSISTANCE,
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
