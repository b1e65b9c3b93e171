"""By which wrapping key blind indexes are made: data of a former release take over the oldest that they are first opened with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0013"
down_revision = "house_0012"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "index_keys",
        sa.Column("suite", sa.Text(), nullable=False, primary_key=True),
        sa.Column("wrapping_key_id", sa.Text(), nullable=False),
    )
