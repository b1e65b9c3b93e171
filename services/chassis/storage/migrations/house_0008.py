"""Since when an officer's tokens are good (`contracts.identity.SessionsEnded`), in every service beside the appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0008"
down_revision = "house_0007"
branch_labels = None
depends_on = None

TEXT = sa.Text()


def upgrade() -> None:
    op.create_table(
        "ended_sessions",
        sa.Column("officer_id", TEXT, nullable=False, primary_key=True),
        sa.Column("ended_at", TEXT, nullable=False),
    )
