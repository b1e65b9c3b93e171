"""How PostgreSQL says that nobody may handle messages just now: a function of the migrator's. SQLite needs none."""

from __future__ import annotations

from alembic import op

revision = "house_0007"
down_revision = "house_0006"
branch_labels = None
depends_on = None

READING_PAUSED = """
CREATE FUNCTION fuxue_reading_paused() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION 'a backup holds the readers' USING ERRCODE = 'FX002';
END $$
"""
"""Called by the statement that commits what was read, where somebody holds the readers' lock."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(READING_PAUSED)
