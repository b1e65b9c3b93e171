"""The days of a plan's measures, and which have passed (`oversight.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0007"
down_revision = "oversight_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("measures", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("cases", sa.Column("measures_overdue", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("cases", sa.Column("measure_overdue_on", sa.Text))
