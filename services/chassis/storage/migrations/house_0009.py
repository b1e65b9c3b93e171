"""What was told outside keeps its hash (`chassis.publication`), and is found by the event that it tells of.

Rows of a former release have none, and so have those that it still writes while it runs on in an upgrade.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0009"
down_revision = "house_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hash_suite", "hash"):
        op.add_column("publications", sa.Column(name, sa.Text()))
    op.create_index("publications_event", "publications", ["stream_id", "version"])
