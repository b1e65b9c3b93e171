"""What the application may do in a service's database: everything but change the schema, or what happened."""

from __future__ import annotations

import sqlalchemy as sa

from services.chassis.storage.tables import CHECKED_BROKERS, EVENTS, INDEX_KEYS, PUBLICATIONS, RECEIVED, SCHEMA_ADDITIONS

UNCHANGEABLE = (EVENTS.name, RECEIVED.name, PUBLICATIONS.name, INDEX_KEYS.name)
"""Log, journal, what was told outside, and which key indexes rest on: rows are added, never changed or taken away."""

ONLY_READ = ("alembic_version", SCHEMA_ADDITIONS.name, CHECKED_BROKERS.name)
"""What says how far the schema is, and what the bootstrap has found out."""

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE ALL ON FUNCTION fuxue_barrier(), fuxue_hold_writers() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION fuxue_barrier(), fuxue_hold_writers(), fuxue_moved(), fuxue_reading_paused() TO {role}",
    *(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}" for table in ONLY_READ),
    *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}" for table in UNCHANGEABLE),
)


def grant_application(connection: sa.Connection, role: str) -> None:
    """Give the application's role its rights on the present tables; run by their owner after each upgrade."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    for statement in _GRANTS:
        connection.exec_driver_sql(statement.format(role=quoted))
