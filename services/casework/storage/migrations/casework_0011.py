"""The access log (`casework.storage.log_tables`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0011"
down_revision = "casework_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reveal_log",
        sa.Column("reveal_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("revealed_at", "caller", "purpose", "person_id")),
        sa.Column("plain", sa.JSON, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("duty_id", "trace_id")),
    )
    for column in ("caller", "person_id"):
        op.create_index(f"ix_reveal_log_{column}", "reveal_log", [column])
