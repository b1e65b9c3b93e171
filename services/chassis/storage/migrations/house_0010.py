"""Which revisions only add, and on what each builds: by that an earlier release knows that it can work on a later schema.

A revision that only adds says so itself, by a line `additive = True` beside its name (`storage.migrate`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "house_0010"
down_revision = "house_0009"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    op.create_table(
        "schema_additions",
        sa.Column("revision", sa.Text(), nullable=False, primary_key=True),
        sa.Column("builds_on", sa.Text(), nullable=False),
    )
