"""For whom a substitute saw what the access log names (`registry.storage.vault_tables.REVEAL_LOG`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0013"
down_revision = "registry_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reveal_log", sa.Column("on_behalf_of", sa.Text))
