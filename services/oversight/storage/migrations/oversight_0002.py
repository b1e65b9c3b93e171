"""What the county's aid programmes are called, and how far each case is, as of release 0.1.

Cases that stood before are filled by a rebuild of the read models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0002"
down_revision = "oversight_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("programme_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "name_zh", "name_en")),
    )
    op.add_column("cases", sa.Column("stage", sa.Text, nullable=False, server_default="suspected"))
    op.add_column("cases", sa.Column("stage_before", sa.Text))
