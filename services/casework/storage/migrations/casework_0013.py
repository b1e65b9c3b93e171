"""Mandatory reports 强制报告, and who opened their words (`casework.storage.tables`, `.log_tables`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0013"
down_revision = "casework_0012"
branch_labels = None
depends_on = None

_TEXTS = ("number", "pupil_id", "division", "sign", "noticed_on", "opened_at", "by_officer_id", "status")


def upgrade() -> None:
    op.create_table(
        "mandatory_reports",
        sa.Column("report_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.Text) for name in ("case_id", "acknowledged_at", "answered_at", "told")),
        sa.Column("officers", sa.JSON, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
    )
    for name in ("number", "pupil_id"):
        op.create_index(f"ix_mandatory_reports_{name}", "mandatory_reports", [name])
    with op.batch_alter_table("reveal_log") as log:
        log.alter_column("case_id", existing_type=sa.Text, nullable=True)
        log.add_column(sa.Column("report_id", sa.Text))
        log.add_column(sa.Column("on_behalf_of", sa.Text))
