"""Measures that are overdue, and what a household has promised (`casework.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0004"
down_revision = "casework_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("measure_overdue_on", sa.Text))
    op.add_column("cases", sa.Column("promises", sa.JSON, nullable=False, server_default="[]"))
