"""Whether a case whose companions are known has ended (`registry.storage.tables.CASE_COMPANIONS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0012"
down_revision = "registry_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_companions", sa.Column("ended", sa.Boolean, nullable=False, server_default=sa.false()))
