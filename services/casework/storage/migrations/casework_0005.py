"""What the registry has said of children (`casework.storage.tables.CHILDREN`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0005"
down_revision = "casework_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "children",
        sa.Column("pupil_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("transferred_on", "under_16_on", "sixteen_on")),
    )
