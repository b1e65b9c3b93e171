"""The first tables of identity, as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "identity_0001"
down_revision = None
branch_labels = ("identity",)
depends_on = ("house_0001",)


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("body_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("parent_id", sa.Text),
    )
    op.create_table(
        "officers",
        sa.Column("officer_id", sa.Text, primary_key=True),
        sa.Column("staff_number", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body_id", sa.Text, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("credential_version", sa.Integer, nullable=False),
    )
    op.create_table(
        "credentials",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("credential_version", sa.Integer, primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("one_time", sa.Boolean, nullable=False),
    )
