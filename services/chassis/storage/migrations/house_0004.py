"""Which life of its topic a position counts in, and the places that were lost and are not settled yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0004"
down_revision = "house_0003"
branch_labels = None
depends_on = None

TEXT = sa.Text()
PLACE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("bus_offsets", sa.Column("topic_id", TEXT, nullable=False, server_default=""))
    op.create_table(
        "lost_places",
        sa.Column("topic", TEXT, nullable=False, primary_key=True),
        sa.Column("bus_partition", sa.Integer(), nullable=False, primary_key=True),
        sa.Column("loss", TEXT, nullable=False),
        sa.Column("was_offset", PLACE, nullable=False),
        sa.Column("was_topic_id", TEXT, nullable=False),
        sa.Column("now_offset", PLACE, nullable=False),
        sa.Column("now_topic_id", TEXT, nullable=False),
        sa.Column("found_at", TEXT, nullable=False),
    )
