"""A child's row says which absence nobody has made sure of yet (`registry.storage.tables.PUPILS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0006"
down_revision = "registry_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pupils", sa.Column("unconfirmed_on", sa.Text))
