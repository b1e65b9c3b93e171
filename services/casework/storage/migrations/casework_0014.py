"""Whom the lead named in a mandatory report and shut out, and since when it waits (`casework.storage.tables`), release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0014"
down_revision = "casework_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("chosen", "released"):
        op.add_column("mandatory_reports", sa.Column(name, sa.JSON, nullable=False, server_default="[]"))
    op.add_column("mandatory_reports", sa.Column("waits_since", sa.Text))
    op.add_column("mandatory_reports", sa.Column("recalls", sa.Integer, nullable=False, server_default="0"))
