"""Which central school a teaching point is under, as of release 0.1.

Schools that were registered before are filled by a rebuild of the read models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "assistance_0003"
down_revision = "assistance_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("school_id", sa.Text, primary_key=True),
        sa.Column("central_school_id", sa.Text),
    )
    op.create_index("ix_schools_central_school_id", "schools", ["central_school_id"])
