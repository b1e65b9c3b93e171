"""Whom nobody can reach, of a duty to find the new number (`casework.storage.tables.DUTIES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0003"
down_revision = "casework_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("guardian_id", sa.Text))
