"""Who went along on the visits of a case (`registry.storage.tables.CASE_COMPANIONS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0009"
down_revision = "registry_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_companions",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
        sa.Column("companions", sa.JSON, nullable=False),
    )
    op.create_index("ix_case_companions_pupil_id", "case_companions", ["pupil_id"])
