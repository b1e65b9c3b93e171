"""The bootstrap's steps: databases that only their own may enter, brought to a release all together or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import psycopg
import pytest
import sqlalchemy as sa

from services.assembly import MIGRATIONS
from services.chassis.errors import StoreBusy
from services.chassis.storage.migrate import SchemaTooNew
from services.deployed.bootstrap import databases
from services.deployed.bootstrap.databases import HalfUpgraded, NotUpgraded, holds_events, make_databases, outdated, upgrade_all
from services.deployed.bootstrap.elsewhere import DatabaseElsewhere, must_stand_where_looked_for
from services.deployed.bootstrap.first_account import open_where_none_is
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings
from tests.deployed.databases import enters, settings_of, superuser_of, wanted_on
from tests.deployed.told import pem, told
from tests.postgres import PostgresServer

Wanted = tuple[ServiceDatabase, ...]

BROKEN = '''
"""A migration that makes a table and fails."""

import sqlalchemy as sa
from alembic import op

revision = "broken_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("half_made", sa.Column("id", sa.Text, primary_key=True))
    op.execute("SELECT 1 / 0")
'''


LATER = '''
"""A migration of a later release."""

import sqlalchemy as sa
from alembic import op

revision = "later_0001"
down_revision = "{builds_on}"
branch_labels = None
depends_on = None
{says}


def upgrade():
    op.create_table("later_things", sa.Column("id", sa.Text, primary_key=True))
'''


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[tuple[DatabaseSettings, Wanted]]:
    with wanted_on(postgres) as named:
        yield named


@pytest.fixture
def made(server: tuple[DatabaseSettings, Wanted]) -> tuple[DatabaseSettings, Wanted]:
    """The six databases, still without a table."""
    superuser, wanted = server
    with superuser_of(superuser) as connection:
        make_databases(connection, wanted)
    return superuser, wanted


def tables(database: ServiceDatabase) -> set[str]:
    with psycopg.connect(database.migrator.url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_databases_and_roles_are_made_and_made_again_they_stay_what_they_are(server: tuple[DatabaseSettings, Wanted]) -> None:
    superuser, wanted = server
    with superuser_of(superuser) as connection:
        assert len(make_databases(connection, wanted)) == 3 * len(wanted), "two roles and a database each"
        assert make_databases(connection, wanted) == []
    assert all(enters(role) for database in wanted for role in (database.migrator, database.application))


def test_a_service_cannot_enter_anothers_database(made: tuple[DatabaseSettings, Wanted]) -> None:
    _, (first, second, *_) = made
    for role in (first.application, first.migrator):
        assert not enters(msgspec.structs.replace(role, name=second.migrator.name))


def test_a_role_that_cannot_sign_in_is_given_its_password_again(made: tuple[DatabaseSettings, Wanted]) -> None:
    superuser, (first, *_) = made
    with superuser_of(superuser) as connection:
        connection.execute(f"ALTER ROLE {first.application.user} PASSWORD 'another'")
        assert not enters(first.application)
        assert make_databases(connection, [first]) == [f"角色 role {first.application.user}"]
    assert enters(first.application)


def test_who_cannot_sign_in_as_superuser_is_told_that_the_secrets_are_of_another_deployment(
    made: tuple[DatabaseSettings, Wanted],
) -> None:
    superuser, _ = made
    with (
        pytest.raises(StoreBusy, match="are not of one deployment"),
        superuser_of(msgspec.structs.replace(superuser, password="x")),
    ):
        pass
    nobody = msgspec.structs.replace(superuser, port=1)
    with pytest.raises(StoreBusy, match="cannot be reached"), superuser_of(nobody):
        pass


def test_where_the_fourth_of_six_migrations_fails_all_six_stay_what_they_were(
    made: tuple[DatabaseSettings, Wanted], tmp_path: Path
) -> None:
    _, wanted = made
    (tmp_path / "broken_0001.py").write_text(BROKEN)
    failing = {**MIGRATIONS, wanted[3].service: tmp_path}
    with pytest.raises(NotUpgraded) as failed:
        upgrade_all(wanted, failing)
    zh, en = str(failed.value).split("\n")
    for words in (wanted[3].migrator.name, "broken_0001", "DivisionByZero"):
        assert words in zh
        assert words in en
    assert "do not run docker compose up" in en
    assert {database.service: tables(database) for database in wanted} == {database.service: set() for database in wanted}
    assert outdated(wanted, MIGRATIONS) == list(wanted)


@pytest.mark.parametrize(
    ("says", "told"),
    [("oversight_0011", r"revision oversight_0012 of its schema: .+ already exists"), ("house_0001", r"revision .+ overlaps")],
    ids=["the database refuses", "the revisions do not go together"],
)
def test_a_schema_that_is_not_what_its_revision_says_is_named_with_the_reason(
    made: tuple[DatabaseSettings, Wanted], says: str, told: str
) -> None:
    _, (*_, last) = made
    upgrade_all([last], MIGRATIONS)
    with psycopg.connect(last.migrator.url) as connection:
        kind = says.partition("_")[0]
        connection.execute("UPDATE alembic_version SET version_num = %s WHERE version_num LIKE %s", (says, f"{kind}%"))
    before = tables(last)
    with pytest.raises(NotUpgraded, match=rf"{last.migrator.name} does not take {told}"):
        upgrade_all([last], MIGRATIONS)
    assert tables(last) == before


def test_data_that_a_migration_cannot_read_are_not_quoted(made: tuple[DatabaseSettings, Wanted], tmp_path: Path) -> None:
    _, (first, *_) = made
    (tmp_path / "broken_0001.py").write_text(BROKEN.replace("1 / 0", "CAST('一个孩子的姓名' AS int)"))
    with pytest.raises(NotUpgraded, match="InvalidTextRepresentation") as failed:
        upgrade_all([first], {first.service: tmp_path})
    assert "姓名" not in str(failed.value)


def test_an_upgrade_brings_all_six_to_this_release_and_lets_the_application_read(made: tuple[DatabaseSettings, Wanted]) -> None:
    _, wanted = made
    assert upgrade_all(wanted, MIGRATIONS) == [], "of an empty database there is no release before"
    assert outdated(wanted, MIGRATIONS) == []
    assert not any(holds_events(database) for database in wanted)
    for database in wanted:
        with psycopg.connect(database.application.url) as connection:
            connection.execute("SELECT * FROM events")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DROP TABLE events")


def test_the_first_account_is_opened_once_and_never_again(postgres: PostgresServer) -> None:
    identity = told("identity", settings_of(postgres.database(MIGRATIONS["identity"])), token_key=pem())
    assert open_where_none_is(identity, lambda: "invented-one-time-code")
    assert not open_where_none_is(identity, lambda: "another-code")


# --- several servers ------------------------------------------------------------------------------------------------------


def test_a_service_does_not_begin_anew_on_an_empty_server_while_its_data_stand_on_another(
    made: tuple[DatabaseSettings, Wanted],
) -> None:
    superuser, (identity, registry, *_) = made
    here = DatabaseServer(superuser, (identity,))
    new = DatabaseServer(msgspec.structs.replace(superuser, host="postgres-registry"), (registry,))
    with superuser_of(superuser) as connection:
        empty = msgspec.structs.replace(registry.migrator, name=f"{registry.migrator.name}_not_made")
        unmade = DatabaseServer(new.superuser, (msgspec.structs.replace(registry, migrator=empty),))
        must_stand_where_looked_for([here, unmade], {here.name: connection, new.name: connection})
        must_stand_where_looked_for([here, new], {here.name: connection, new.name: connection})
        nothing_there = cast("psycopg.Connection[Any]", Empty())
        with pytest.raises(DatabaseElsewhere, match=f"move registry --from {here.name}"):
            must_stand_where_looked_for([here, new], {here.name: connection, new.name: nothing_there})


class Empty:
    """The connection of a server without a database."""

    def execute(self, _statement: str, _values: object) -> Empty:
        return self

    def fetchone(self) -> None:
        return None


@pytest.mark.parametrize(("says", "changing"), [("", ["later_0001"]), ("additive = True", [])])
def test_an_upgrade_names_what_the_release_before_cannot_start_on_and_that_one_sees_what_only_adds(
    made: tuple[DatabaseSettings, Wanted], tmp_path: Path, says: str, changing: list[str]
) -> None:
    _, (first, *_) = made
    upgrade_all([first], MIGRATIONS)
    later = tmp_path / "later"
    shutil.copytree(MIGRATIONS[first.service], later, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(later.glob("*.py")).stem
    (later / "later_0001.py").write_text(LATER.format(builds_on=newest, says=says))
    assert upgrade_all([first], {first.service: later}) == changing
    if changing:
        with pytest.raises(SchemaTooNew, match="later_0001"):
            outdated([first], MIGRATIONS)
    else:
        assert outdated([first], MIGRATIONS) == []


@pytest.mark.parametrize("gone_at", [1, 2])
def test_a_server_that_goes_away_between_commits_leaves_word_of_what_is_done_and_a_second_run_does_the_rest(
    made: tuple[DatabaseSettings, Wanted], monkeypatch: pytest.MonkeyPatch, gone_at: int
) -> None:
    _, wanted = made
    three = wanted[:3]
    commits = iter(range(len(three)))
    commit = sa.RootTransaction.commit

    def until_the_server_goes(transaction: sa.RootTransaction) -> None:
        if next(commits) == gone_at:
            raise StoreBusy("OperationalError")
        commit(transaction)

    monkeypatch.setattr(sa.RootTransaction, "commit", until_the_server_goes)
    with pytest.raises(HalfUpgraded) as told:
        upgrade_all(three, MIGRATIONS)
    monkeypatch.undo()
    left = [each.service for each in three[gone_at:]]
    assert f"and {', '.join(left)} have not" in str(told.value)
    assert [each.service for each in outdated(three, MIGRATIONS)] == left
    upgrade_all(outdated(three, MIGRATIONS), MIGRATIONS)
    assert outdated(three, MIGRATIONS) == []


def test_a_server_that_has_gone_before_the_first_commit_leaves_all_as_they_were(
    made: tuple[DatabaseSettings, Wanted], monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser, wanted = made
    granted = databases.grant_application

    def the_second_goes_while_the_third_is_migrated(connection: sa.Connection, role: str) -> None:
        granted(connection, role)
        if role == wanted[2].application.user:
            with psycopg.connect(superuser.url, autocommit=True) as server:
                name = wanted[1].migrator.name
                server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    monkeypatch.setattr(databases, "grant_application", the_second_goes_while_the_third_is_migrated)
    with pytest.raises(StoreBusy):
        upgrade_all(wanted[:3], MIGRATIONS)
    monkeypatch.undo()
    assert outdated(wanted[:3], MIGRATIONS) == list(wanted[:3])
