"""Until when an answered duty was due (`casework.storage.tables.DUTIES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0009"
down_revision = "casework_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("due_on", sa.Text))
