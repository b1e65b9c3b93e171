"""Whether a child is on a roll of the county (`casework.storage.tables.CHILDREN`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0006"
down_revision = "casework_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("children", sa.Column("enrolled", sa.Boolean, nullable=False, server_default=sa.false()))
