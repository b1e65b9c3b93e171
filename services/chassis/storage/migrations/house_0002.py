"""Timers keep when to look, no command and no term; how far a new edition of deadlines has come is kept beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0002"
down_revision = "house_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("since", "term", "policy", "school_id", "command", "body"):
        op.drop_column("timers", column)
    op.create_index("ix_timers_stream_id", "timers", ["stream_id"])
    op.create_table(
        "deadline_editions",
        sa.Column("kind", sa.Text(), nullable=False, primary_key=True),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("reached", sa.Text()),
    )
