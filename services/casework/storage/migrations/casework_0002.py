"""Who went along on the visits of a case or witnessed one, as of release 0.1.

Cases that stood before are filled by a rebuild of the read models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "casework_0002"
down_revision = "casework_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("companions", sa.JSON, nullable=False, server_default="[]"))
