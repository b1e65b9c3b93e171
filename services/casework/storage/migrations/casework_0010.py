"""Which leader was told of an overdue duty (`casework.storage.tables.DUTIES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0010"
down_revision = "casework_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("told_officer_id", sa.Text))
