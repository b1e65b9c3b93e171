"""Since when a case is hard and a child is missing again (`oversight.storage.tables.CASES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0005"
down_revision = "oversight_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("hard_since", sa.Text))
    op.add_column("cases", sa.Column("relapsed_on", sa.Text))
    op.drop_column("cases", "hard")
