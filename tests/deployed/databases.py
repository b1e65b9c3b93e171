"""Databases of a deployment for tests, under names of their own on the tests' server: made there by the test, or given to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql

from services.assembly import MIGRATIONS
from services.contracts.services import SERVICES
from services.deployed.bootstrap.databases import as_superuser, make_databases, upgrade_all
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings
from tests.postgres import PostgresServer


def settings_of(url: str) -> DatabaseSettings:
    parts = sa.make_url(url)
    assert parts.host
    assert parts.database
    return DatabaseSettings(parts.host, parts.port or 5432, parts.database, parts.username or "", str(parts.password or ""))


Wanted = tuple[ServiceDatabase, ...]
Connection = psycopg.Connection[Any]
Bring = Callable[[DatabaseSettings, Wanted], None]
"""Makes databases, given the server's superuser and what is wanted there."""


def wanted(server: PostgresServer) -> tuple[DatabaseSettings, Wanted]:
    """The server's superuser, and six databases that are wanted there."""
    superuser = settings_of(server.superuser_url)
    mark = uuid4().hex[:8]
    return superuser, tuple(named(superuser, f"fuxue_{service}_{mark}", service) for service in SERVICES)


@contextmanager
def wanted_on(server: PostgresServer) -> Iterator[tuple[DatabaseSettings, Wanted]]:
    """The same for a test that makes them itself; what was made of them is taken away again."""
    superuser, databases = wanted(server)
    yield superuser, databases
    with psycopg.connect(superuser.url, autocommit=True) as connection:
        _drop(connection, [database.migrator.name for database in databases])
        _drop_roles(connection, databases)


def bring(superuser: DatabaseSettings, databases: Wanted) -> None:
    """As the bootstrap does; nothing has happened in them."""
    with superuser_of(superuser) as connection:
        make_databases(connection, databases)
    upgrade_all(databases, MIGRATIONS)


class Brought:
    """Databases that were brought once, and of which each test is given copies: of the same names, for the same roles."""

    def __init__(self, server: PostgresServer, bring: Bring = bring) -> None:
        self.superuser, self.wanted = wanted(server)
        self._bring = bring
        self._kept: list[ServiceDatabase] = []
        self._passwords: dict[str, str] = {}

    @contextmanager
    def given(self, *services: str) -> Iterator[Wanted]:
        """Those of some services, or all: as they were brought, whatever an earlier test has done to its own."""
        databases = tuple(database for database in self.wanted if not services or database.service in services)
        if missing := tuple(database for database in databases if database not in self._kept):
            self._bring(self.superuser, missing)
        with psycopg.connect(self.superuser.url, autocommit=True) as connection:
            for database in missing:
                self._keep(connection, database)
            for database in databases:
                self._copy(connection, database)
            try:
                yield databases
            finally:
                _drop(connection, [database.migrator.name for database in databases])

    def clear(self) -> None:
        """Take all away."""
        with psycopg.connect(self.superuser.url, autocommit=True) as connection:
            _drop(connection, [_template(database) for database in self._kept])
            _drop_roles(connection, self.wanted)

    def _keep(self, connection: Connection, database: ServiceDatabase) -> None:
        """Under another name, with what its roles' passwords are known by."""
        name, template = sql.Identifier(database.migrator.name), sql.Identifier(_template(database))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, template))
        known = "SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN (%s, %s)"
        self._passwords.update(connection.execute(known, (database.migrator.user, database.application.user)).fetchall())
        self._kept.append(database)

    def _copy(self, connection: Connection, database: ServiceDatabase) -> None:
        """Its tables and their rights, then what PostgreSQL does not copy: who may enter; and the passwords, not hashed again."""
        name, template = sql.Identifier(database.migrator.name), sql.Identifier(_template(database))
        owner, application = sql.Identifier(database.migrator.user), sql.Identifier(database.application.user)
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(name, owner, template))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, application))
        for role in (database.migrator.user, database.application.user):
            password = sql.Literal(self._passwords[role])
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))


def _template(database: ServiceDatabase) -> str:
    return f"{database.migrator.name}_brought"


def _drop(connection: Connection, names: Sequence[str]) -> None:
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_roles(connection: Connection, databases: Sequence[ServiceDatabase]) -> None:
    for database in databases:
        for role in (database.migrator, database.application):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role.user)))


@contextmanager
def superuser_of(settings: DatabaseSettings) -> Iterator[Connection]:
    """One server as the bootstrap has it."""
    server = DatabaseServer(settings, ())
    with as_superuser([server]) as reached:
        yield reached[server.name]


def enters(role: DatabaseSettings) -> bool:
    """Whether a role gets in with its password."""
    try:
        psycopg.connect(role.url).close()
    except psycopg.OperationalError:
        return False
    return True


def other_name(host: str) -> str:
    """The same machine by another name, so that one server of the tests stands for two."""
    return "127.0.0.1" if host == "localhost" else "localhost"


def named(server: DatabaseSettings, name: str, service: str) -> ServiceDatabase:
    migrator = DatabaseSettings(server.host, server.port, name, f"{name}_migrator", "invented-migrator")
    return ServiceDatabase(service, migrator, DatabaseSettings(server.host, server.port, name, f"{name}_app", "invented-app"))
