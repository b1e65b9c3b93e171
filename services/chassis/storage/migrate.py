"""Brings a service's database to the schema of this release, by Alembic: the house's own history and the service's beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from services.chassis.errors import Misconfigured

HOUSE_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNew(Misconfigured):
    """A newer release has written this database."""


class SchemaTooOld(Misconfigured):
    """The database has not been upgraded to this release."""


class MigrationFailed(Misconfigured):
    """The database does not take a revision; its transaction has changed nothing."""

    def __init__(self, database: str, revision: str, reason: str) -> None:
        super().__init__(
            f"{database} 不接受迁移 {revision}：{reason}。\n{database} does not take revision {revision} of its schema: {reason}."
        )


def scripts(migrations: Path) -> ScriptDirectory:
    """The revisions of the house and of one service."""
    config = Config()
    config.set_main_option("script_location", str(HOUSE_MIGRATIONS))
    config.set_main_option("version_locations", f"{HOUSE_MIGRATIONS}\n{migrations}")
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


def migrate(engine: sa.Engine, migrations: Path) -> None:
    """Upgrade a database to all heads; raises SchemaTooNew for one that a newer release wrote."""
    script = scripts(migrations)
    with engine.connect() as connection:
        upgrade(connection, script, _name(engine))


def must_be_current(engine: sa.Engine, migrations: Path) -> None:
    """Raises SchemaTooNew and SchemaTooOld where the database has not the schema of this release."""
    if missing := _missing(engine, migrations):
        name, revisions = _name(engine), ", ".join(sorted(missing))
        raise SchemaTooOld(
            f"{name} 尚未升级到本版本（缺 {revisions}），请先运行升级。\n"
            f"{name} has not been upgraded to this release (revision {revisions} is missing); run the upgrade first."
        )


def is_current(engine: sa.Engine, migrations: Path) -> bool:
    """Whether a database has the schema of this release; raises SchemaTooNew."""
    return not _missing(engine, migrations)


def _missing(engine: sa.Engine, migrations: Path) -> set[str]:
    """The heads of this release that a database has not reached; raises SchemaTooNew."""
    script = scripts(migrations)
    with engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := current - {revision.revision for revision in script.walk_revisions()}:
        raise SchemaTooNew(_too_new(_name(engine), unknown))
    return set(script.get_heads()) - current


def _name(engine: sa.Engine) -> str:
    """What a person calls the database: a file's or a database's name, never its address with a password."""
    return Path(engine.url.database or "").name


def _too_new(name: str, unknown: set[str]) -> str:
    revisions = ", ".join(sorted(unknown))
    return f"{name} 由更新的版本写成（{revisions}），请使用新版本。\n{name} was written by a newer release (revision {revisions})."


def upgrade(connection: sa.Connection, script: ScriptDirectory, name: str) -> None:
    """Run the missing revisions in one transaction, and commit."""
    run_missing(connection, script, name)
    connection.commit()


def run_missing(connection: sa.Connection, script: ScriptDirectory, name: str) -> None:
    """Run the missing revisions in a transaction that the caller commits; raises SchemaTooNew and MigrationFailed."""
    context = EnvironmentContext(Config(), script)
    known = {revision.revision for revision in script.walk_revisions()}
    begun: list[str] = []

    def missing(current: tuple[str, ...], _context: object) -> object:
        if unknown := set(current) - known:
            raise SchemaTooNew(_too_new(name, unknown))
        return noting(script._upgrade_revs("heads", current))  # type: ignore[arg-type]  # noqa: SLF001  as alembic.command.upgrade calls it, with a tuple

    def noting(steps: Iterable[RevisionStep]) -> Iterator[RevisionStep]:
        for step in steps:
            begun.append(step.revision.revision)
            yield step

    if connection.dialect.name == "sqlite":
        # sqlite3 begins no transaction for DDL by itself: without this each statement is a commit, and a crash leaves a half schema
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, fn=missing, target_metadata=None, transactional_ddl=True)
    try:
        with context.begin_transaction():
            context.run_migrations()
    except (sa.exc.DBAPIError, CommandError) as trouble:
        raise MigrationFailed(name, begun[-1] if begun else ", ".join(script.get_heads()), _reason(trouble)) from trouble


def _reason(trouble: sa.exc.DBAPIError | CommandError) -> str:
    """The first sentence of the database, or of Alembic; of data that do not do only the kind, for that sentence quotes them."""
    if isinstance(trouble, CommandError):
        return str(trouble)
    said = trouble.orig
    kind = type(said).__name__
    if isinstance(trouble, sa.exc.DataError):
        return kind
    diagnosis = getattr(said, "diag", None)  # PostgreSQL's; SQLite says one sentence, and no value
    return f"{said if diagnosis is None else diagnosis.message_primary} ({kind})"
