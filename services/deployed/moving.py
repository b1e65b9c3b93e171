"""A service's database carried over to a server of its own, while the service stands still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from services.chassis.errors import Fault, Misconfigured
from services.deployed.bootstrap.databases import as_superuser, has_database, holds_events, make_databases
from services.deployed.postgres_programs import ProgramFailed, run
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.sessions import session
from services.deployed.settings import DatabaseSettings

DUMP, RESTORE = "pg_dump", "pg_restore"

Connection = psycopg.Connection[Any]


class NotToBeMoved(Misconfigured):
    """The move rests on something that is not so; nothing was changed."""


class MoveFailed(Fault):
    """The copy did not come to its end, or is not like the original, which is where it was; nothing was taken over."""


def move(service: str, former: DatabaseServer, own: DatabaseServer, folder: Path) -> Mapping[str, int]:
    """Copy a service's database from its former server to the one that is its own now; answers the rows of each table.

    `folder` has room for the copy on its way. The former database stays, closed to the service. Raises NotToBeMoved, MoveFailed,
    OneServerTwice, StoreBusy.
    """
    database = next(each for each in own.databases if each.service == service)
    if former.name == own.name:
        raise _already_there(service, own)
    with as_superuser((former, own)) as reached:
        there, here = reached[former.name], reached[own.name]
        _must_stand_on_one_only(database, former, own, there, here)
        with _closed(there, database, former), _gone_on_failure(here, database):
            make_databases(here, [database])
            _carry(database, former.superuser, own.superuser, folder)
            return _like_the_original(database, former.superuser, own.superuser)


def _must_stand_on_one_only(
    database: ServiceDatabase, former: DatabaseServer, own: DatabaseServer, there: Connection, here: Connection
) -> None:
    name = database.migrator.name
    if not has_database(there, database):
        raise NotToBeMoved(f"{former.name} 上没有数据库 {name}。\nThere is no database {name} on {former.name}.")
    if has_database(here, database) and holds_events(database):
        raise NotToBeMoved(
            f"{own.name} 上的 {name} 已有数据，不会覆盖。\n"
            f"The database {name} on {own.name} holds data, which nothing is written over."
        )


def _already_there(service: str, own: DatabaseServer) -> NotToBeMoved:
    return NotToBeMoved(
        f"设置中 {service} 的服务器就是 {own.name}，请先用 FUXUE_{service.upper()}_DATABASE_SERVER 指定新的服务器。\n"
        f"The settings say that {service} stands on {own.name}: first name the new one by FUXUE_{service.upper()}_DATABASE_SERVER."
    )


@contextmanager
def _closed(there: Connection, database: ServiceDatabase, former: DatabaseServer) -> Iterator[None]:
    """Nobody but superusers comes into the former database: for good, or until the move has failed. Raises NotToBeMoved."""
    name = sql.Identifier(database.migrator.name)
    there.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(name))
    try:
        _must_be_left(there, database, former)
        yield
    except BaseException:
        there.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT -1").format(name))
        raise


def _must_be_left(there: Connection, database: ServiceDatabase, former: DatabaseServer) -> None:
    name = database.migrator.name
    inside = there.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", (name,)
    ).fetchone()
    if inside != (0,):
        raise NotToBeMoved(
            f"{former.name} 上的 {name} 仍有连接；请先停止该服务的 web 与 worker 容器。\n"
            f"Somebody is connected to {name} on {former.name}: first stop the service's two containers."
        )


@contextmanager
def _gone_on_failure(here: Connection, database: ServiceDatabase) -> Iterator[None]:
    """What was begun on the new server is taken away, where it does not come to its end."""
    try:
        yield
    except BaseException:
        here.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.migrator.name)))
        raise


def _carry(database: ServiceDatabase, former: DatabaseSettings, own: DatabaseSettings, folder: Path) -> None:
    """All of it in one transaction, owners and rights as they were."""
    copy, name = folder / f"{database.migrator.name}.moving", database.migrator.name
    copy.touch(mode=0o600)
    try:
        run([DUMP, *_at(former), "--dbname", name, "--format", "custom", "--file", str(copy)], former.variables)
        run([RESTORE, *_at(own), "--dbname", name, "--single-transaction", "--exit-on-error", str(copy)], own.variables)
    except ProgramFailed as failed:
        raise MoveFailed(f"{database.service} 未能迁移。\n{database.service} was not moved: {failed}") from failed
    finally:
        copy.unlink()


def _at(superuser: DatabaseSettings) -> tuple[str, ...]:
    return ("--host", superuser.host, "--port", str(superuser.port), "--username", superuser.user, "--no-password")


def _like_the_original(database: ServiceDatabase, former: DatabaseSettings, own: DatabaseSettings) -> Mapping[str, int]:
    original, copied = (_rows(server, database.migrator.name) for server in (former, own))
    if original != copied:
        differ = ", ".join(sorted(table for table in original.keys() | copied.keys() if original.get(table) != copied.get(table)))
        raise MoveFailed(f"副本与原库不一致：{differ}。\nThe copy is not like the original: {differ}.")
    return copied


def _rows(server: DatabaseSettings, name: str) -> Mapping[str, int]:
    inside = msgspec.structs.replace(server, name=name)
    with session(inside) as connection:
        tables = [table for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        counted = (
            connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone() for table in tables
        )
        return {table: row[0] for table, row in zip(tables, counted, strict=True) if row}
