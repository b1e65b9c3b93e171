"""Identity's tables: four read models, and the credentials and client secrets, which are sources."""

from __future__ import annotations

import sqlalchemy as sa

IDENTITY = sa.MetaData()

BODIES = sa.Table(
    "bodies",
    IDENTITY,
    sa.Column("body_id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("division", sa.Text, nullable=False),
    sa.Column("department", sa.Text),
    sa.Column("parent_id", sa.Text),
)

OFFICERS = sa.Table(
    "officers",
    IDENTITY,
    sa.Column("officer_id", sa.Text, primary_key=True),
    sa.Column("staff_number", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("body_id", sa.Text, nullable=False),
)

ACCOUNTS = sa.Table(
    "accounts",
    IDENTITY,
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("officer_id", sa.Text, nullable=False),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("credential_version", sa.Integer, nullable=False),
)

CREDENTIALS = sa.Table(
    "credentials",
    IDENTITY,
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("credential_version", sa.Integer, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("one_time", sa.Boolean, nullable=False),
)

CLIENTS = sa.Table(
    "clients",
    IDENTITY,
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("officer_id", sa.Text, nullable=False),
    sa.Column("body_id", sa.Text, nullable=False),
    sa.Column("secret_versions", sa.JSON, nullable=False),
)

CLIENT_SECRETS = sa.Table(
    "client_secrets",
    IDENTITY,
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("secret_version", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
)
