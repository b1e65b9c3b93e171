"""Department systems and the digests of their secrets (`identity.storage.tables.CLIENTS`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("body_id", sa.Text, nullable=False),
        sa.Column("secret_versions", sa.JSON, nullable=False),
    )
    op.create_table(
        "client_secrets",
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("secret_version", sa.Integer, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
    )
