"""An officer's day in the access log is found by one index (`registry.storage.vault_tables.REVEAL_LOG`), as of release 0.1."""

from __future__ import annotations

from alembic import op

revision = "registry_0004"
down_revision = "registry_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("reveal_log_of_caller", "reveal_log", ["caller", "revealed_at"])
    op.drop_index("ix_reveal_log_caller", "reveal_log")
