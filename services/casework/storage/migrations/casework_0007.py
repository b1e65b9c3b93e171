"""When a child was past the upper age of school (`casework.storage.tables.CHILDREN`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0007"
down_revision = "casework_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("children", sa.Column("upper_age_on", sa.Text))
