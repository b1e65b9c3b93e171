"""An anchor names what others outside were told (`chassis.checkpoints.Told`); those of a former release name none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oversight_0014"
down_revision = "oversight_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("anchors", sa.Column("publications", sa.JSON()))
