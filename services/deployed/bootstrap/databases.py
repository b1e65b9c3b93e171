"""The databases: made where they are not there, each with its two roles; brought to this release all together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from services.chassis.errors import Fault, Misconfigured, StoreBusy
from services.chassis.storage.migrate import MigrationFailed, is_current, run_missing, scripts
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.postgres_trouble import NoDatabase
from services.chassis.storage.roles import grant_application
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.sessions import begun, session
from services.deployed.settings import DatabaseSettings

ONE_AT_A_TIME = 0x46555842
"""The advisory lock of whoever bootstraps."""


class HalfUpgraded(Fault):
    """A server went away between the commits of an upgrade: some databases have the new schema, others still the old."""


class NotUpgraded(Misconfigured):
    """A migration failed in one database, so that all are what they were."""


class OneServerTwice(Misconfigured):
    """Two names in the settings are of one server."""


@contextmanager
def as_superuser(servers: Iterable[DatabaseServer]) -> Iterator[Mapping[str, psycopg.Connection[tuple[object, ...]]]]:
    """The servers by name, for one bootstrap at a time; raises StoreBusy, and OneServerTwice before it would wait for itself."""
    with ExitStack() as opened:
        reached = {server.name: opened.enter_context(begun(server.superuser)) for server in servers}
        known: dict[object, str] = {}
        for name, connection in reached.items():
            # also a server that began as another's copy, and so has its identifier, has started at a moment of its own
            which = connection.execute("SELECT system_identifier, pg_postmaster_start_time() FROM pg_control_system()").fetchone()
            if (before := known.setdefault(which, name)) != name:
                raise OneServerTwice(
                    f"{before} 与 {name} 是同一台 PostgreSQL；请在设置中只用一个名称。\n"
                    f"{before} and {name} are one PostgreSQL server: let the settings call it by one name."
                )
        for connection in reached.values():
            connection.execute("SELECT pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        yield reached


def make_databases(connection: psycopg.Connection[tuple[object, ...]], wanted: Sequence[ServiceDatabase]) -> list[str]:
    """Roles with their passwords, and databases that nobody else may enter; answers what was made or changed."""
    changed: list[str] = []
    for database in wanted:
        roles = (database.migrator, database.application)
        changed += [f"角色 role {role.user}" for role in roles if _bring_role(connection, role)]
        if not has_database(connection, database):
            name = sql.Identifier(database.migrator.name)
            owner, application = sql.Identifier(database.migrator.user), sql.Identifier(database.application.user)
            for statement in (
                sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(name, owner),
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, application),
            ):
                connection.execute(statement)
            changed.append(f"数据库 database {database.migrator.name}")
    return changed


def _bring_role(connection: psycopg.Connection[tuple[object, ...]], role: DatabaseSettings) -> bool:
    """Whether the role was made, or given the password that it could not sign in with."""
    name, password = sql.Identifier(role.user), sql.Literal(role.password)
    if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role.user):
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(name, password))
        return True
    if _signs_in(role):
        return False
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, password))
    return True


def _signs_in(role: DatabaseSettings) -> bool:
    try:
        with session(role):
            return True
    except NoDatabase:  # told only to who has signed in
        return True
    except StoreBusy:
        return False


def has_database(connection: psycopg.Connection[tuple[object, ...]], database: ServiceDatabase) -> bool:
    """Whether the server has a database of this name."""
    return _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", database.migrator.name)


def _exists(connection: psycopg.Connection[tuple[object, ...]], question: str, name: str) -> bool:
    return connection.execute(question, (name,)).fetchone() is not None


def outdated(wanted: Sequence[ServiceDatabase], migrations: Mapping[str, Path]) -> list[ServiceDatabase]:
    """The databases whose schema is older than this release; raises SchemaTooNew."""
    return [database for database in wanted if not _current(database, migrations[database.service])]


def holds_events(database: ServiceDatabase) -> bool:
    """Whether anything has happened in it."""
    with engine_of(database.migrator) as engine, engine.connect() as connection:
        if not sa.inspect(connection).has_table("events"):
            return False
        return connection.execute(sa.text("SELECT EXISTS (SELECT 1 FROM events)")).scalar_one() is True


def upgrade_all(databases: Sequence[ServiceDatabase], migrations: Mapping[str, Path]) -> list[str]:
    """Run what is missing in each, and commit when all have succeeded: where one fails, all stay what they were.

    Answers the revisions upon which the release before cannot start again. Raises NotUpgraded, which names the database and
    the revision. Whether every server is still there is asked before the first commit; one that goes away after it leaves
    HalfUpgraded.
    """
    with ExitStack() as opened:
        begun: list[tuple[ServiceDatabase, sa.RootTransaction]] = []
        changing: list[str] = []
        for database in databases:
            engine = opened.enter_context(engine_of(database.migrator))
            connection = opened.enter_context(engine.connect())
            begun.append((database, connection.begin()))
            try:
                changing += run_missing(connection, scripts(migrations[database.service]), database.migrator.name)
            except MigrationFailed as failed:
                raise _nothing_changed(failed) from failed
            grant_application(connection, database.application.user)
        for _, transaction in begun:
            transaction.connection.exec_driver_sql("SELECT 1")
        _commit_all(begun, changing)
    return changing


def _nothing_changed(failed: MigrationFailed) -> NotUpgraded:
    zh, en = str(failed).split("\n")
    return NotUpgraded(
        f"{zh}所有数据库都保持原样，旧版本继续运行：请不要运行 docker compose up，并报告此信息；"
        "若上面有一行写着“备份 backup”，那是升级前的备份。\n"
        f"{en} All databases are what they were, and the release before runs on: do not run docker compose up, and report this."
        " Where a line above names a backup, that is the one from before."
    )


_OLD_RELEASE = {
    False: ("旧版本可在两者上继续运行，也可重新启动。", "The release before works on both, also when it starts again."),
    True: (
        "旧版本继续运行，但已升级的数据库上无法再启动：请不要重启容器。",
        "The release before runs on, but cannot start again on what is upgraded: restart nothing.",
    ),
}
"""What holds for the release before, by whether its schema was changed or only added to."""


def _commit_all(begun: Sequence[tuple[ServiceDatabase, sa.RootTransaction]], changing: Sequence[str]) -> None:
    """One after another, until one does not answer; what has not been committed then is rolled back."""
    services = [database.service for database, _ in begun]
    for number, (_, transaction) in enumerate(begun):
        try:
            transaction.commit()
        except (StoreBusy, sa.exc.DBAPIError) as lost:
            if number == 0:
                raise
            done, left = ", ".join(services[:number]), ", ".join(services[number:])
            raise HalfUpgraded(
                f"{done} 已升级，{left} 的数据库服务器在提交时失去响应。"
                f"{_OLD_RELEASE[bool(changing)][0]}服务器恢复后再次运行 bootstrap 即可补齐。\n"
                f"{done} have been upgraded; then a server went away ({type(lost).__name__}), and {left} have not."
                f" {_OLD_RELEASE[bool(changing)][1]} Once the server is back run the bootstrap again, which does the rest."
            ) from lost


def _current(database: ServiceDatabase, migrations: Path) -> bool:
    with engine_of(database.migrator) as engine:
        return is_current(engine, migrations)


@contextmanager
def engine_of(settings: DatabaseSettings) -> Iterator[sa.Engine]:
    """An engine on a database, for a few statements."""
    engine = engine_for(settings.url, 1)
    try:
        yield engine
    finally:
        engine.dispose()
