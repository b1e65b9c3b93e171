"""Who acts for whom on which days (`contracts.identity.SubstituteNamed`), in every service beside the appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0006"
down_revision = "house_0005"
branch_labels = None
depends_on = None

TEXT = sa.Text()


def upgrade() -> None:
    op.create_table(
        "substitutions",
        sa.Column("substitution_id", TEXT, nullable=False, primary_key=True),
        sa.Column("officer_id", TEXT, nullable=False),
        sa.Column("appointment_id", TEXT, nullable=False),
        sa.Column("substitute_id", TEXT, nullable=False),
        sa.Column("office_id", TEXT, nullable=False),
        sa.Column("from_on", TEXT, nullable=False),
        sa.Column("until_on", TEXT, nullable=False),
        sa.Column("withdrawn_on", TEXT),
    )
    op.create_index("ix_substitutions_substitute_id", "substitutions", ["substitute_id"])
