"""The toy's roll: its read model."""

from __future__ import annotations

from alembic import op

from tests.chassis.toy_roll import TABLES

revision = "roll_0001"
down_revision = None
branch_labels = ("roll",)
depends_on = "house_0001"


def upgrade() -> None:
    """A toy has no history: its tables as they are today."""
    TABLES.create_all(op.get_bind())
