"""Who of a case may know a restricted cause (`oversight.storage.tables.CASES`), as of release 0.1: nobody until it is rebuilt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0009"
down_revision = "oversight_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("privy", sa.JSON, nullable=False, server_default="{}"))
