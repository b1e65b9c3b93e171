"""A child's row says for which term it has registered last, and since when no school has it, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0005"
down_revision = "registry_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pupils", sa.Column("registered_term", sa.Text, nullable=False, server_default=""))
    op.add_column("pupils", sa.Column("leaver_since", sa.Text))
