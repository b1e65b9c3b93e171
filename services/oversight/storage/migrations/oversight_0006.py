"""Since when a declined duty waits for the bureau (`oversight.storage.tables.DUTIES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0006"
down_revision = "oversight_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duties", sa.Column("declined_since", sa.Text))
