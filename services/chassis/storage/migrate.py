"""Brings a service's database to the schema of this release, by Alembic: the house's own history and the service's beside it.

An upgrade comes before the release that needs it, and an image may go back. So a revision that takes nothing from the release
before says `additive = True`, and the database keeps that: a release works on whatever its own schema was only added to. Of a
revision that says nothing it is not believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from services.chassis.errors import Misconfigured
from services.chassis.storage.tables import SCHEMA_ADDITIONS

HOUSE_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNew(Misconfigured):
    """A newer release has changed this database in what this one works with."""


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
    """Upgrade a database to all heads; one to which a newer release has added stays as it is. Raises SchemaTooNew."""
    script = scripts(migrations)
    with engine.connect() as connection:
        upgrade(connection, script, _name(engine))


def must_be_current(engine: sa.Engine, migrations: Path) -> None:
    """Raises SchemaTooNew and SchemaTooOld where the database has not the schema of this release, be it with additions."""
    if missing := _missing(engine, migrations):
        name, revisions = _name(engine), ", ".join(sorted(missing))
        raise SchemaTooOld(
            f"{name} 尚未升级到本版本（缺 {revisions}）：请先运行 `docker compose run --rm bootstrap`。\n"
            f"{name} has not been upgraded to this release (revision {revisions} is missing): first run"
            " `docker compose run --rm bootstrap`."
        )


def is_current(engine: sa.Engine, migrations: Path) -> bool:
    """Whether a database has the schema of this release, be it with additions of a newer one; raises SchemaTooNew."""
    return not _missing(engine, migrations)


def _missing(engine: sa.Engine, migrations: Path) -> set[str]:
    """The heads of this release that a database has not reached; raises SchemaTooNew."""
    script = scripts(migrations)
    with engine.connect() as connection:
        return set(script.get_heads()) - _reached(connection, script, _name(engine))


def _reached(connection: sa.Connection, script: ScriptDirectory, name: str) -> set[str]:
    """The heads of a database; of one that a newer release has only added to, those of ours on which it builds.

    Raises SchemaTooNew.
    """
    current = set(MigrationContext.configure(connection).get_current_heads())
    known = {revision.revision for revision in script.walk_revisions()}
    unknown = current - known
    if not unknown:
        return current
    builds_on = _additions(connection)
    below = {head: _first_known(head, builds_on, known) for head in unknown}
    if too_new := {head for head, base in below.items() if base not in script.get_heads()}:
        raise SchemaTooNew(_too_new(name, too_new))
    return (current & known) | {base for base in below.values() if base is not None}


def _first_known(revision: str, builds_on: Mapping[str, str], known: Collection[str]) -> str | None:
    """The revision of ours to which only additions lead from a newer one."""
    below = builds_on.get(revision)
    while below is not None and below not in known:
        below = builds_on.get(below)
    return below


def _additions(connection: sa.Connection) -> dict[str, str]:
    """Each revision that only adds, with the one that it builds on."""
    if not sa.inspect(connection).has_table(SCHEMA_ADDITIONS.name):
        return {}
    found = connection.execute(sa.select(SCHEMA_ADDITIONS.c.revision, SCHEMA_ADDITIONS.c.builds_on))
    return {row.revision: row.builds_on for row in found}


def _keep_additions(connection: sa.Connection, steps: Sequence[RevisionStep]) -> list[str]:
    """Write down which of these revisions only add, for whoever does not know them; answers the others."""
    adding = {
        step.revision.revision: step.revision.down_revision
        for step in steps
        if getattr(step.revision.module, "additive", False) and isinstance(step.revision.down_revision, str)
    }
    if adding:
        rows = [{"revision": revision, "builds_on": builds_on} for revision, builds_on in adding.items()]
        connection.execute(sa.insert(SCHEMA_ADDITIONS), rows)
    return [step.revision.revision for step in steps if step.revision.revision not in adding]


def _name(engine: sa.Engine) -> str:
    """What a person calls the database: a file's or a database's name, never its address with a password."""
    return Path(engine.url.database or "").name


def _too_new(name: str, unknown: set[str]) -> str:
    revisions = ", ".join(sorted(unknown))
    return (
        f"{name} 由更新的版本写成（{revisions}）：请使用该版本或更新的；容器部署则取得其镜像，再运行 `docker compose up --wait`。\n"
        f"{name} was written by a newer release (revision {revisions}): use that release or a newer one; where it runs in"
        " containers get its image, then run `docker compose up --wait`."
    )


def upgrade(connection: sa.Connection, script: ScriptDirectory, name: str) -> None:
    """Run the missing revisions in one transaction, and commit."""
    run_missing(connection, script, name)
    connection.commit()


def run_missing(connection: sa.Connection, script: ScriptDirectory, name: str) -> list[str]:
    """Run the missing revisions in a transaction that the caller commits; raises SchemaTooNew and MigrationFailed.

    Answers those upon which the release before cannot open the database any more; of an empty one there is none before.
    """
    context = EnvironmentContext(Config(), script)
    begun: list[RevisionStep] = []
    before: list[str] = []

    def missing(current: tuple[str, ...], _context: object) -> object:
        before.extend(current)
        reached = tuple(_reached(connection, script, name)) if current else current
        return noting(script._upgrade_revs("heads", reached))  # type: ignore[arg-type]  # noqa: SLF001  as alembic.command.upgrade calls it, with a tuple

    def noting(steps: Iterable[RevisionStep]) -> Iterator[RevisionStep]:
        for step in steps:
            begun.append(step)
            yield step

    if connection.dialect.name == "sqlite":
        # sqlite3 begins no transaction for DDL by itself: without this each statement is a commit, and a crash leaves a half schema
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, fn=missing, target_metadata=None, transactional_ddl=True)
    try:
        with context.begin_transaction():
            context.run_migrations()
            changing = _keep_additions(connection, begun)
    except (sa.exc.DBAPIError, CommandError) as trouble:
        at = begun[-1].revision.revision if begun else ", ".join(script.get_heads())
        raise MigrationFailed(name, at, _reason(trouble)) from trouble
    return changing if before else []


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
