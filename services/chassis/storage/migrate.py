"""Brings a service's database to the schema of this release, by Alembic: the house's own history and the service's beside it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from services.chassis.errors import Misconfigured
from services.chassis.storage.sqlite import engine_for

HOUSE_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNew(Misconfigured):
    """A newer release has written this database."""


def scripts(migrations: Path) -> ScriptDirectory:
    """The revisions of the house and of one service."""
    config = Config()
    config.set_main_option("script_location", str(HOUSE_MIGRATIONS))
    config.set_main_option("version_locations", f"{HOUSE_MIGRATIONS}\n{migrations}")
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


def migrate(path: Path, migrations: Path) -> None:
    """Upgrade the file to all heads; raises SchemaTooNew for a file that a newer release wrote."""
    script = scripts(migrations)
    engine = engine_for(path)
    try:
        with engine.connect() as connection:
            upgrade(connection, script, path.name)
    finally:
        engine.dispose()


def upgrade(connection: sa.Connection, script: ScriptDirectory, name: str) -> None:
    """Run the missing revisions in one transaction."""
    context = EnvironmentContext(Config(), script)
    known = {revision.revision for revision in script.walk_revisions()}

    def missing(current: tuple[str, ...], _context: object) -> object:
        if unknown := set(current) - known:
            revisions = ", ".join(sorted(unknown))
            raise SchemaTooNew(
                f"{name} 由更新的版本写成（{revisions}），请使用新版本。\n"
                f"{name} was written by a newer release (revision {revisions})."
            )
        return script._upgrade_revs("heads", current)  # type: ignore[arg-type]  # noqa: SLF001  as alembic.command.upgrade calls it, with a tuple

    # sqlite3 begins no transaction for DDL by itself: without this each statement is a commit, and a crash leaves a half schema
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, fn=missing, target_metadata=None, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
