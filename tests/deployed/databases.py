"""Databases of a deployment for tests, under names of their own on the tests' server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from psycopg import sql

from services.contracts.services import SERVICES
from services.deployed.bootstrap.databases import as_superuser
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings
from tests.postgres import PostgresServer


def settings_of(url: str) -> DatabaseSettings:
    parts = sa.make_url(url)
    assert parts.host
    assert parts.database
    return DatabaseSettings(parts.host, parts.port or 5432, parts.database, parts.username or "", str(parts.password or ""))


@contextmanager
def wanted_on(server: PostgresServer) -> Iterator[tuple[DatabaseSettings, tuple[ServiceDatabase, ...]]]:
    """The server's superuser, and six databases that are wanted there; what was made of them is taken away again."""
    superuser = settings_of(server.owner_url(server.empty()))
    mark = uuid4().hex[:8]
    wanted = tuple(named(superuser, f"fuxue_{service}_{mark}", service) for service in SERVICES)
    yield superuser, wanted
    with psycopg.connect(superuser.url, autocommit=True) as connection:
        for database in wanted:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.migrator.name)))
            for role in (database.migrator, database.application):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role.user)))


@contextmanager
def superuser_of(settings: DatabaseSettings) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
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
