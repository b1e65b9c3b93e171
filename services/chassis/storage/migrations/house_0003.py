"""What the store needs of PostgreSQL beside its tables: three functions of the migrator's. SQLite needs none."""

from __future__ import annotations

from alembic import op

revision = "house_0003"
down_revision = "house_0002"
branch_labels = None
depends_on = None

MOVED = """
CREATE FUNCTION fuxue_moved() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION 'something that the batch rests on has moved' USING ERRCODE = 'FX001';
END $$
"""
"""Called by the statement that commits a batch, where a check of it fails."""

BARRIER = """
CREATE FUNCTION fuxue_barrier(OUT own bigint, OUT journalled bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE events, received IN SHARE MODE;
    SELECT coalesce(max(position), 0) INTO own FROM events;
    SELECT coalesce(max(position), 0) INTO journalled FROM received;
END $$
"""
"""How far log and journal reach once every commit that has taken a number has ended."""

HOLD_WRITERS = """
CREATE FUNCTION fuxue_hold_writers() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE events, received IN SHARE ROW EXCLUSIVE MODE;
END $$
"""
"""Nobody else writes to log and journal until the caller's transaction ends."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for function in (MOVED, BARRIER, HOLD_WRITERS):
            op.execute(function)
