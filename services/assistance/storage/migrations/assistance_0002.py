"""Who sat on the school's panel of an application, and its sealed minutes, as of release 0.1.

Applications that were judged before are filled by a rebuild of the read models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "assistance_0002"
down_revision = "assistance_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("panel_member_ids", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("applications", sa.Column("panel_minutes", sa.JSON))
