"""Children whose families are left alone for now (`registry.storage.tables.HOLDS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0014"
down_revision = "registry_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("report_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
    )
    op.create_index("ix_holds_pupil_id", "holds", ["pupil_id"])
