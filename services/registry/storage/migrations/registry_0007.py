"""The visits by the principal's team, before there is a case (`registry.storage.tables.SCHOOL_VISITS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0007"
down_revision = "registry_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_visits",
        sa.Column("visit_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("pupil_id", "episode_id", "visited_on", "result")),
        sa.Column("met_child", sa.Boolean),
        sa.Column("by_officer_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("visitors", "words")),
    )
    op.create_index("ix_school_visits_pupil_id", "school_visits", ["pupil_id"])
