"""The tables that every service's database has; read models and vaults come beside them, from the service's own page.

Instants are TEXT in the one written form (`envelope.stamp`), so that both databases sort and compare them alike.
"""

from __future__ import annotations

import sqlalchemy as sa

HOUSE = sa.MetaData()

PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A place in a log: it outgrows 32 bits, and SQLite numbers rows only in a column of the type INTEGER."""

EVENTS = sa.Table(
    "events",
    HOUSE,
    sa.Column("position", PLACE, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("county", sa.Text, nullable=False),
    sa.Column("partition_key", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("on_behalf_of", sa.Text),
    sa.Column("occurred_at", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("causation_id", sa.Text, nullable=False),
    sa.Column("traceparent", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("hash_suite", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.UniqueConstraint("stream_id", "version", name="events_stream_version"),
    sqlite_autoincrement=True,
)

OUTBOX = sa.Table(
    "outbox",
    HOUSE,
    sa.Column("number", PLACE, primary_key=True, autoincrement=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

PUBLICATIONS = sa.Table(
    "publications",
    HOUSE,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("stream_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("hash_suite", sa.Text),
    sa.Column("hash", sa.Text),
    sa.Index("publications_event", "stream_id", "version"),
)
"""A row of a former release has neither suite nor hash; it is signed all the same."""

RECEIVED = sa.Table(
    "received",
    HOUSE,
    sa.Column("position", PLACE, primary_key=True, autoincrement=True),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("discarded", sa.Boolean, nullable=False),
    sa.UniqueConstraint("stream_id", "version", name="received_stream_version"),
    sqlite_autoincrement=True,
)

PARKED = sa.Table(
    "parked",
    HOUSE,
    sa.Column("position", PLACE, primary_key=True, autoincrement=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("partition_key", sa.Text, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("parked_at", sa.Text, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("stream_id", "version", name="parked_stream_version"),
    sqlite_autoincrement=True,
)

OFFSETS = sa.Table(
    "bus_offsets",
    HOUSE,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("bus_partition", sa.Integer, primary_key=True),
    sa.Column("next_offset", PLACE, nullable=False),
    sa.Column("topic_id", sa.Text, nullable=False, server_default=""),
)

LOST_PLACES = sa.Table(
    "lost_places",
    HOUSE,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("bus_partition", sa.Integer, primary_key=True),
    sa.Column("loss", sa.Text, nullable=False),
    sa.Column("was_offset", PLACE, nullable=False),
    sa.Column("was_topic_id", sa.Text, nullable=False),
    sa.Column("now_offset", PLACE, nullable=False),
    sa.Column("now_topic_id", sa.Text, nullable=False),
    sa.Column("found_at", sa.Text, nullable=False),
)

BUS_EPOCHS = sa.Table(
    "bus_epochs",
    HOUSE,
    sa.Column("began_at", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("republished_at", sa.Text),
)

TIMERS = sa.Table(
    "timers",
    HOUSE,
    sa.Column("timer_id", sa.Text, primary_key=True),
    sa.Column("stream_id", sa.Text, nullable=False, index=True),
    sa.Column("due_at", sa.Text, nullable=False),
    sa.Column("not_before", sa.Text, nullable=False, index=True),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("causation_id", sa.Text, nullable=False),
    sa.Column("traceparent", sa.Text, nullable=False),
)

DEADLINE_EDITIONS = sa.Table(
    "deadline_editions",
    HOUSE,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("reached", sa.Text),
)
"""By which edition of a decider's pages its streams' timers were last looked over, and how far, while that is under way."""

WORK = sa.Table(
    "work",
    HOUSE,
    sa.Column("work_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index("work_waiting", "state", "not_before"),
)

ANSWERS = sa.Table(
    "answers",
    HOUSE,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False, index=True),
)

COUNTERS = sa.Table(
    "counters",
    HOUSE,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

CHECKED_BROKERS = sa.Table(
    "checked_brokers",
    HOUSE,
    sa.Column("broker", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
)
"""Which broker the bootstrap has found to be this deployment's, and for which state of the data."""

SCHEMA_ADDITIONS = sa.Table(
    "schema_additions",
    HOUSE,
    sa.Column("revision", sa.Text, primary_key=True),
    sa.Column("builds_on", sa.Text, nullable=False),
)
"""The revisions of this schema that only add: a release that knows what one builds on can work with it as well (`migrate`)."""

SUBJECT_KEYS = sa.Table(
    "subject_keys",
    HOUSE,
    sa.Column("subject_id", sa.Text, primary_key=True),
    sa.Column("suite", sa.Text, nullable=False),
    sa.Column("wrapping_key_id", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
)

INDEX_KEYS = sa.Table(
    "index_keys",
    HOUSE,
    sa.Column("suite", sa.Text, primary_key=True),
    sa.Column("wrapping_key_id", sa.Text, nullable=False),
)
"""By which wrapping key blind indexes are made."""

COUNTY_DAYS = sa.Table(
    "county_days",
    HOUSE,
    sa.Column("calendar_id", sa.Text, primary_key=True),
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("days", sa.JSON, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
)

COUNTY_POLICIES = sa.Table(
    "county_policies",
    HOUSE,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

SUBSTITUTIONS = sa.Table(
    "substitutions",
    HOUSE,
    sa.Column("substitution_id", sa.Text, primary_key=True),
    sa.Column("officer_id", sa.Text, nullable=False),
    sa.Column("appointment_id", sa.Text, nullable=False),
    sa.Column("substitute_id", sa.Text, nullable=False, index=True),
    sa.Column("office_id", sa.Text, nullable=False),
    sa.Column("from_on", sa.Text, nullable=False),
    sa.Column("until_on", sa.Text, nullable=False),
    sa.Column("withdrawn_on", sa.Text),
)

ENDED_SESSIONS = sa.Table(
    "ended_sessions",
    HOUSE,
    sa.Column("officer_id", sa.Text, primary_key=True),
    sa.Column("ended_at", sa.Text, nullable=False),
)

APPOINTMENTS = sa.Table(
    "appointments",
    HOUSE,
    sa.Column("appointment_id", sa.Text, primary_key=True),
    sa.Column("officer_id", sa.Text, nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("body_id", sa.Text, nullable=False),
    sa.Column("class_id", sa.Text),
    sa.Column("division", sa.Text),
    sa.Column("department", sa.Text),
    sa.Column("from_on", sa.Text, nullable=False),
    sa.Column("until_on", sa.Text),
)
