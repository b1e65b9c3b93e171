"""Which leader was told of an overdue duty (`oversight.storage.tables.DUTIES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0012"
down_revision = "oversight_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("told_officer_id", sa.Text))
