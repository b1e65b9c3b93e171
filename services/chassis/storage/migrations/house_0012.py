"""Which broker has been found to be this deployment's, and for which state of the data: by the bootstrap, for the workers.

Empty on SQLite, whose bus is a file of the same process.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0012"
down_revision = "house_0011"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "checked_brokers",
        sa.Column("broker", sa.Text(), nullable=False, primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
    )
