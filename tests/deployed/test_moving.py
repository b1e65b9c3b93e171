"""What a move refuses, and that a former database is open again where a move has failed; the move itself: test_two_servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from services.deployed import moving
from services.deployed.bootstrap.databases import OneServerTwice
from services.deployed.moving import MoveFailed, NotToBeMoved, move
from services.deployed.postgres_programs import ProgramFailed
from services.deployed.servers import DatabaseServer, ServiceDatabase
from tests.deployed.databases import Brought, named, other_name, superuser_of


@pytest.fixture
def servers(brought: Brought) -> Iterator[tuple[DatabaseServer, DatabaseServer]]:
    """The former server with registry's database, and the one that the settings name: in truth the same one."""
    with brought.given("registry") as (registry,):
        elsewhere = msgspec.structs.replace(brought.superuser, host=other_name(brought.superuser.host))
        moved = named(elsewhere, registry.migrator.name, "registry")
        yield DatabaseServer(brought.superuser, ()), DatabaseServer(elsewhere, (moved,))


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees that it is one server, whose only database nothing takes away."""

    @contextmanager
    def unlocked(servers: Iterable[DatabaseServer]) -> Iterator[dict[str, Any]]:
        with ExitStack() as opened:
            yield {each.name: opened.enter_context(psycopg.connect(each.superuser.url, autocommit=True)) for each in servers}

    monkeypatch.setattr(moving, "as_superuser", unlocked)
    monkeypatch.setattr(moving, "holds_events", lambda _database: False)
    monkeypatch.setattr(moving, "_gone_on_failure", lambda *_given: nullcontext())


def lets_in(database: ServiceDatabase) -> bool:
    try:
        psycopg.connect(database.application.url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_server_is_not_moved_onto_itself_by_whatever_name(servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path) -> None:
    former, own = servers
    with pytest.raises(NotToBeMoved, match=r"registry stands on .*: first name the new one by FUXUE_REGISTRY_DATABASE_SERVER"):
        move("registry", own, own, tmp_path)
    with pytest.raises(OneServerTwice, match="are one PostgreSQL server"):
        move("registry", former, own, tmp_path)
    assert lets_in(own.databases[0])


@pytest.mark.usefixtures("two")
def test_nothing_is_moved_while_somebody_is_connected(servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path) -> None:
    former, own = servers
    with psycopg.connect(own.databases[0].application.url), pytest.raises(NotToBeMoved, match="Somebody is connected"):
        move("registry", former, own, tmp_path)
    assert lets_in(own.databases[0])


@pytest.mark.usefixtures("two")
def test_a_database_that_holds_data_is_not_written_over(
    servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, own = servers
    monkeypatch.setattr(moving, "holds_events", lambda _database: True)
    with pytest.raises(NotToBeMoved, match="holds data, which nothing is written over"):
        move("registry", former, own, tmp_path)
    assert lets_in(own.databases[0])


@pytest.mark.usefixtures("two")
def test_where_the_copy_fails_the_former_database_is_open_again_and_nothing_lies_about(
    servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, own = servers
    closed: list[bool] = []

    def fails(_command: object, _password: str) -> None:
        closed.append(not lets_in(own.databases[0]))
        raise ProgramFailed("pg_dump: no space left on device")

    monkeypatch.setattr(moving, "run", fails)
    with pytest.raises(MoveFailed, match="no space left on device"):
        move("registry", former, own, tmp_path)
    assert closed == [True], "while it is copied nobody may write to it"
    assert lets_in(own.databases[0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("two")
def test_a_database_that_is_not_on_the_named_server_is_told(servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path) -> None:
    former, own = servers
    absent = DatabaseServer(own.superuser, (named(own.superuser, "fuxue_nowhere", "registry"),))
    with pytest.raises(NotToBeMoved, match="no database fuxue_nowhere"):
        move("registry", former, absent, tmp_path)


def test_what_was_begun_on_the_new_server_goes_where_the_move_fails(
    servers: tuple[DatabaseServer, DatabaseServer], tmp_path: Path
) -> None:
    _, own = servers
    (begun,) = own.databases
    with superuser_of(own.superuser) as connection, pytest.raises(KeyboardInterrupt), moving._gone_on_failure(connection, begun):
        raise KeyboardInterrupt
    assert not lets_in(begun)
