"""Since when an absence is to be reported, and the reports (`registry.storage.tables.ABSENCE_REPORTS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0008"
down_revision = "registry_0007"
branch_labels = None
depends_on = None

NAMED = ("pupil_id", "episode_id", "school_id", "class_id", "township", "written_on", "by_officer_id")


def upgrade() -> None:
    op.add_column("pupils", sa.Column("report_due_on", sa.Text))
    op.create_table(
        "absence_reports",
        sa.Column("report_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in NAMED),
        sa.Column("report", sa.JSON, nullable=False),
    )
    for name in ("pupil_id", "school_id", "township"):
        op.create_index(f"ix_absence_reports_{name}", "absence_reports", [name])
