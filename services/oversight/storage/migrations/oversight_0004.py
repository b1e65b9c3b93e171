"""A child's row says which absence nobody has made sure of yet (`oversight.storage.tables.PUPILS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0004"
down_revision = "oversight_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pupils", sa.Column("unconfirmed_on", sa.Text))
