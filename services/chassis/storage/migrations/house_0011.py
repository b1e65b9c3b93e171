"""Epochs of the bus (`chassis.epochs`): a service of a former release has none, and is in the first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0011"
down_revision = "house_0010"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "bus_epochs",
        sa.Column("began_at", sa.Text(), nullable=False, primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("republished_at", sa.Text()),
        sa.UniqueConstraint("number"),
    )
