"""Mandatory reports 强制报告 (`oversight.storage.tables.MANDATORY_REPORTS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0013"
down_revision = "oversight_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mandatory_reports",
        sa.Column("report_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("pupil_id", "number", "division")),
        *(sa.Column(name, sa.Text) for name in ("case_id", "waits_since")),
        sa.Column("officers", sa.JSON, nullable=False),
    )
    op.create_index("ix_mandatory_reports_number", "mandatory_reports", ["number"])
