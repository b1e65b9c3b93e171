"""When a recheck found a change (`casework.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0008"
down_revision = "casework_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("recheck_changed_on", sa.Text))
