"""Who may know what was written of a child whose case is restricted (`registry.storage.tables.CASE_CIRCLES`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0010"
down_revision = "registry_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_circles",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("restricted", sa.Boolean, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
    )
    op.create_index("ix_case_circles_pupil_id", "case_circles", ["pupil_id"])
