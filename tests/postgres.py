"""A PostgreSQL server for tests, and databases in it: each a copy of one that was migrated once.

The server is the container of `tests/engine.py`, or the one that FUXUE_TEST_POSTGRES names (a superuser's URL).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql

from services.chassis.storage.migrate import migrate
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.roles import grant_application

APPLICATION = "fuxue_test_app"
PASSWORD = "invented"


def lightly_hashed(password: str) -> str:
    """A password as PostgreSQL keeps it, hashed once instead of 4096 times: each of thousands of sign-ins hashes as often."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    client_key, server_key = (hmac.digest(salted, whose, "sha256") for whose in (b"Client Key", b"Server Key"))
    kept = (b64encode(each).decode() for each in (salt, hashlib.sha256(client_key).digest(), server_key))
    return "SCRAM-SHA-256$1:{}${}:{}".format(*kept)


class PostgresServer:
    """A server on which tests may do what they like."""

    def __init__(self, admin_url: str) -> None:
        self._admin = sa.make_url(admin_url).set(drivername="postgresql")
        self._templates: dict[Path, str] = {}
        self._made: list[str] = []
        self._do(
            sql.SQL("DO $$ BEGIN CREATE ROLE {} LOGIN PASSWORD {}; EXCEPTION WHEN duplicate_object THEN NULL; END $$").format(
                sql.Identifier(APPLICATION), sql.Literal(lightly_hashed(PASSWORD))
            )
        )

    def database(self, migrations: Path) -> str:
        """A new database with the schema of a service; the URL is the application's."""
        if migrations not in self._templates:
            self._templates[migrations] = self._template(migrations)
        name = self._create(self._templates[migrations])
        return self._url(self._admin.set(database=name, username=APPLICATION, password=PASSWORD))

    def empty(self) -> str:
        """A new database without tables."""
        return self._url(self._admin.set(database=self._create("template0"), username=APPLICATION, password=PASSWORD))

    def owner_url(self, application_url: str) -> str:
        """The same database, as its owner."""
        return self._url(self._admin.set(database=sa.make_url(application_url).database))

    @property
    def superuser_url(self) -> str:
        """The server's own database, as the one who may do everything."""
        return self._url(self._admin)

    def clear(self) -> None:
        """Take away what was made; a container takes it along."""
        for name in (*self._made, *self._templates.values()):
            self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _template(self, migrations: Path) -> str:
        name = self._create("template0")
        self._made.remove(name)
        engine = engine_for(self._url(self._admin.set(database=name)), 1)
        try:
            migrate(engine, migrations)
            with engine.begin() as connection:
                grant_application(connection, APPLICATION)
        finally:
            engine.dispose()
        return name

    def _create(self, template: str) -> str:
        name = f"fuxue_test_{uuid4().hex[:12]}"
        # file by file: less work than by the log, page by page, which spares checkpoints of no weight here
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), sql.Identifier(template))
        )
        self._made.append(name)
        return name

    def _do(self, statement: sql.Composable) -> None:
        with psycopg.connect(self._url(self._admin), autocommit=True) as connection:
            connection.execute(statement)

    @staticmethod
    def _url(url: sa.URL) -> str:
        return url.render_as_string(hide_password=False)
