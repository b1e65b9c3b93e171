"""The read models of schools, classes, roll calls and ledgers (vault and imports are on a page of their own)."""

from __future__ import annotations

import sqlalchemy as sa

REGISTRY = sa.MetaData()

SCHOOLS = sa.Table(
    "schools",
    REGISTRY,
    sa.Column("school_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("boarding", sa.Boolean, nullable=False),
    sa.Column("central_school_id", sa.Text),
    sa.Column("sessions", sa.JSON, nullable=False),
)
"""The schools as last described."""

CLASSES = sa.Table(
    "classes",
    REGISTRY,
    sa.Column("class_id", sa.Text, primary_key=True),
    sa.Column("school_id", sa.Text, nullable=False, index=True),
    sa.Column("cohort", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("opened_on", sa.Text, nullable=False),
)
"""The classes; `cohort` is the year in which they were grade 1."""

ROLL_CALLS = sa.Table(
    "roll_calls",
    REGISTRY,
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
    sa.Index("roll_calls_of_day", "day", "school_id"),
    sa.Index("roll_calls_missing", "status", "day"),
)
"""Every roll call that was taken, or missed; `excused` is pupil → kind."""

PUPILS = sa.Table(
    "pupils",
    REGISTRY,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("school_id", sa.Text, nullable=False),
    sa.Column("class_id", sa.Text, nullable=False, index=True),
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
    sa.Column("registered_term", sa.Text, nullable=False, server_default=""),
    sa.Column("leaver_since", sa.Text),
    sa.Column("unconfirmed_on", sa.Text),
    sa.Column("report_due_on", sa.Text),
    sa.Index("pupils_of_ledger", "ledger", "school_id"),
    sa.Index("pupils_of_school", "school_id", "class_id"),
    sa.Index("pupils_of_division", "residence_division"),
)
"""Each child's place, ledger and present absence; nothing that names it."""

SESSIONS_AWAY = sa.Table(
    "sessions_away",
    REGISTRY,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("episode_id", sa.Text),
)
"""The sessions at which a child was missing or excused, or said to be."""

CONTACTS = sa.Table(
    "contacts",
    REGISTRY,
    sa.Column("contact_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("episode_id", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("means", sa.Text, nullable=False),
    sa.Column("reached", sa.Boolean, nullable=False),
    sa.Column("by_officer_id", sa.Text, nullable=False),
    sa.Column("note", sa.JSON, nullable=False),
)
"""Who reached, or tried to reach, which household; the note is sealed."""

SCHOOL_VISITS = sa.Table(
    "school_visits",
    REGISTRY,
    sa.Column("visit_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("episode_id", sa.Text, nullable=False),
    sa.Column("visited_on", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("met_child", sa.Boolean),
    sa.Column("by_officer_id", sa.Text, nullable=False),
    sa.Column("visitors", sa.JSON, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
)
"""Which of the principal's team went to which household, and what came of it; the words are sealed."""

ABSENCE_REPORTS = sa.Table(
    "absence_reports",
    REGISTRY,
    sa.Column("report_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("episode_id", sa.Text, nullable=False),
    sa.Column("school_id", sa.Text, nullable=False, index=True),
    sa.Column("class_id", sa.Text, nullable=False),
    sa.Column("township", sa.Text, nullable=False, index=True),
    sa.Column("written_on", sa.Text, nullable=False),
    sa.Column("by_officer_id", sa.Text, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
)
"""Which school reported whose absence to the bureau and to which township; what it says is sealed."""

CASE_NUMBERS = sa.Table(
    "case_numbers",
    REGISTRY,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("number", sa.Text, nullable=False, index=True),
    sa.Column("dropout_on", sa.Text, nullable=False),
)
"""The number that a dropout's entry bears, given by its case and never used again."""

DUTY_SUBJECTS = sa.Table(
    "duty_subjects",
    REGISTRY,
    sa.Column("duty_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, index=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
)
"""About which child a department's duty is, and whether it is still to be done."""

HOLDS = sa.Table(
    "holds",
    REGISTRY,
    sa.Column("report_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
)
"""Children whose families are left alone for now."""

CASE_COMPANIONS = sa.Table(
    "case_companions",
    REGISTRY,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("companions", sa.JSON, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
)
"""Who went along on the visits of which child's case."""

CASE_CIRCLES = sa.Table(
    "case_circles",
    REGISTRY,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("lines", sa.JSON, nullable=False),
)
"""Whether a restricted cause was ever recorded of which child's case, and who is named in it."""

AID_SUBJECTS = sa.Table(
    "aid_subjects",
    REGISTRY,
    sa.Column("application_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
)
"""For which child an application for aid was drafted."""
