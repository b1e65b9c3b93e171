"""When a recheck found a change (`oversight.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0011"
down_revision = "oversight_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("recheck_changed_on", sa.Text))
