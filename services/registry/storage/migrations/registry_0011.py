"""For whom aid is applied for (`registry.storage.tables.AID_SUBJECTS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0011"
down_revision = "registry_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aid_subjects",
        sa.Column("application_id", sa.Text, primary_key=True),
        sa.Column("pupil_id", sa.Text, nullable=False),
    )
    op.create_index("ix_aid_subjects_pupil_id", "aid_subjects", ["pupil_id"])
