"""The toy's care: its read models."""

from __future__ import annotations

from alembic import op

from tests.chassis.toy_care import TABLES

revision = "care_0001"
down_revision = None
branch_labels = ("care",)
depends_on = "house_0001"


def upgrade() -> None:
    """A toy has no history: its tables as they are today."""
    TABLES.create_all(op.get_bind())
