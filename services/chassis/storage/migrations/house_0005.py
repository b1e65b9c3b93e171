"""What was told outside of an event, as it was told (`chassis.publication`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0005"
down_revision = "house_0004"
branch_labels = None
depends_on = None

TEXT = sa.Text()


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("topic", TEXT, nullable=False, primary_key=True),
        sa.Column("stream_id", TEXT, nullable=False, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False, primary_key=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
