"""Which child a department's duty is about (`registry.storage.tables.DUTY_SUBJECTS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0003"
down_revision = "registry_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_subjects",
        sa.Column("duty_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("number", "pupil_id", "department", "division")),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index("ix_duty_subjects_number", "duty_subjects", ["number"])
