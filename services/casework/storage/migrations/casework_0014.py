"""Whom the lead named in a mandatory report and whom they shut out (`casework.storage.tables`), as of release 0.1."""

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
