"""Oversight's read models: the index of every event, what stands now for each child, case, duty, text and application, anchors."""

from __future__ import annotations

import sqlalchemy as sa

OVERSIGHT = sa.MetaData()

TRACE_EVENTS = sa.Table(
    "trace_events",
    OVERSIGHT,
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
    sa.Index("trace_events_correlation", "correlation_id"),
    sa.Index("trace_events_causation", "causation_id"),
)

TRACE_SUBJECTS = sa.Table(
    "trace_subjects",
    OVERSIGHT,
    sa.Column("subject_id", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)

SCHOOLS = sa.Table(
    "schools",
    OVERSIGHT,
    sa.Column("school_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
)

BODIES = sa.Table(
    "bodies",
    OVERSIGHT,
    sa.Column("body_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("department", sa.Text),
    sa.Index("bodies_division", "division"),
)

OFFICERS = sa.Table(
    "officers",
    OVERSIGHT,
    sa.Column("officer_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("body_id", sa.Text, nullable=False),
)

PUPILS = sa.Table(
    "pupils",
    OVERSIGHT,
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
    sa.Column("leaver_since", sa.Text),
    sa.Column("unconfirmed_on", sa.Text),
    sa.Column("report_due_on", sa.Text),
    sa.Column("upper_age_on", sa.Text),
    sa.Index("pupils_school", "school_id"),
    sa.Index("pupils_division", "division"),
    sa.Index("pupils_ledger", "ledger"),
)

EPISODES = sa.Table(
    "episodes",
    OVERSIGHT,
    sa.Column("episode_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("suspected_on", sa.Text),
    sa.Column("lifted_on", sa.Text),
    sa.Column("dropout_on", sa.Text),
    sa.Column("returned_on", sa.Text),
    sa.Column("relapses", sa.Integer, nullable=False),
    sa.Column("struck_off_on", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Index("episodes_pupil", "pupil_id"),
    sa.Index("episodes_dropout", "dropout_on"),
)

CASES = sa.Table(
    "cases",
    OVERSIGHT,
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
    sa.Column("follow_ups_due", sa.JSON, nullable=False),
    sa.Column("follow_up_due_on", sa.Text),
    sa.Column("recheck_due_on", sa.Text),
    sa.Column("last_visit_on", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("closed_on", sa.Text),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("stage_before", sa.Text),
    sa.Column("hard_since", sa.Text),
    sa.Column("relapsed_on", sa.Text),
    sa.Column("measures", sa.JSON, nullable=False),
    sa.Column("measures_overdue", sa.JSON, nullable=False),
    sa.Column("measure_overdue_on", sa.Text),
    sa.Column("recheck_changed_on", sa.Text),
    sa.Column("privy", sa.JSON, nullable=False),
    sa.Index("cases_pupil", "pupil_id"),
    sa.Index("cases_episode", "episode_id"),
    sa.Index("cases_number", "number"),
)

DUTIES = sa.Table(
    "duties",
    OVERSIGHT,
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
    sa.Column("declined_since", sa.Text),
    sa.Column("told_officer_id", sa.Text),
    sa.Index("duties_case", "case_id"),
    sa.Index("duties_number", "number"),
    sa.Index("duties_department", "department", "state"),
)

TEXTS = sa.Table(
    "texts",
    OVERSIGHT,
    sa.Column("notification_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("guardian_id", sa.Text),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.Column("unreachable_at", sa.Text),
    sa.Index("texts_pupil", "pupil_id"),
    sa.Index("texts_state", "state"),
)

AID = sa.Table(
    "aid",
    OVERSIGHT,
    sa.Column("application_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("programme_code", sa.Text, nullable=False),
    sa.Column("school_year", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("overdue_on", sa.Text),
    sa.Index("aid_pupil", "pupil_id"),
)

PROGRAMMES = sa.Table(
    "programmes",
    OVERSIGHT,
    sa.Column("programme_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
)

MANDATORY_REPORTS = sa.Table(
    "mandatory_reports",
    OVERSIGHT,
    sa.Column("report_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("number", sa.Text, nullable=False, index=True),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("officers", sa.JSON, nullable=False),
    sa.Column("waits_since", sa.Text),
)

SILENT_CLASSES = sa.Table(
    "silent_classes",
    OVERSIGHT,
    sa.Column("class_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("school_id", sa.Text, nullable=False),
)

ANCHORS = sa.Table(
    "anchors",
    OVERSIGHT,
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
    sa.Column("publications", sa.JSON),
    sa.Index("anchors_service", "service", "number"),
)
