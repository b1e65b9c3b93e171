"""The second level of the causes (`casework.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0012"
down_revision = "casework_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("cause_details", sa.JSON, nullable=False, server_default="[]"))
