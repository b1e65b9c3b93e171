"""When a child was past the upper age of school (`oversight.storage.tables.PUPILS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0010"
down_revision = "oversight_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pupils", sa.Column("upper_age_on", sa.Text))
