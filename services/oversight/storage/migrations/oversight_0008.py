"""Since when a school owes the report of an absence (`oversight.storage.tables.PUPILS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0008"
down_revision = "oversight_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pupils", sa.Column("report_due_on", sa.Text))
