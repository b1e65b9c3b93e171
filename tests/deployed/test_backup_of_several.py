"""Of several servers a backup is of one moment between the services: readers held, what was told sent, copied in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from services.chassis.errors import ReadingPaused
from services.chassis.storage.port import Batch, Received
from services.chassis.storage.postgres import PostgresStore
from services.chassis.storage.postgres_lead import LOCKS, READERS
from services.deployed import backups, pausing
from services.deployed.backups import back_up, backups_in
from services.deployed.erasures import FILE_NAME
from services.deployed.pausing import ReadersNotHeld
from services.deployed.servers import DatabaseServer, ServiceDatabase, in_order
from services.deployed.settings import DatabaseSettings
from tests.chassis.storage.adapters import appended, commit, event
from tests.deployed.databases import Brought, named, other_name

Copying = Callable[[Sequence[str]], None]


@pytest.fixture
def servers(brought: Brought) -> Iterator[tuple[DatabaseServer, ...]]:
    """Identity's server, and registry's: the tests' one by two names."""
    with brought.given("identity", "registry") as (identity, registry):
        elsewhere = msgspec.structs.replace(brought.superuser, host=other_name(brought.superuser.host))
        moved = named(elsewhere, registry.migrator.name, "registry")
        yield in_order([DatabaseServer(brought.superuser, (identity,)), DatabaseServer(elsewhere, (moved,))])


@pytest.fixture
def copying(monkeypatch: pytest.MonkeyPatch) -> list[Copying]:
    """What happens while a server is copied, in place of PostgreSQL's program."""
    meanwhile: list[Copying] = []

    def copied(command: Sequence[str], _password: str = "", *, seconds: float | None = None) -> None:
        assert seconds is not None, "a copy that stands still would hold the readers for ever"
        place = Path(command[command.index("--pgdata") + 1])
        place.mkdir()
        for each in meanwhile:
            each(command)

    monkeypatch.setattr(backups, "run", copied)
    return meanwhile


def reads(database: ServiceDatabase, stream_id: str = "body-1") -> bool:
    """Whether the service may keep what it reads."""
    store = PostgresStore(database.application.url)
    try:
        commit(store, Batch(received=[Received(envelope=event(stream_id, 1), topic="elsewhere")]))
    except ReadingPaused:
        return False
    finally:
        store.close()
    return True


def databases(servers: Sequence[DatabaseServer]) -> list[ServiceDatabase]:
    return [each for server in servers for each in server.databases]


def test_while_any_server_is_copied_no_service_keeps_what_it_reads_and_afterwards_all_do(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    kept: list[bool] = []
    copying.append(lambda _command: kept.extend(reads(each) for each in databases(servers)))
    made = back_up(servers, tmp_path)
    assert kept == [False] * 4
    assert [reads(each) for each in databases(servers)] == [True, True]
    assert backups_in(tmp_path) == [made]
    assert msgspec.json.decode((made / "servers.json").read_bytes()) == {
        servers[0].name: ["registry"], servers[1].name: ["identity"],
    }  # fmt: skip
    assert (tmp_path / FILE_NAME).exists(), "who is erased is noted beside it"


def test_who_is_asked_over_http_is_copied_after_those_who_ask(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    order: list[str] = []
    copying.append(lambda command: order.append(command[command.index("--host") + 1]))
    back_up(servers, tmp_path)
    assert order == [server.superuser.host for server in servers]
    assert [each.service for each in databases(servers)] == ["registry", "identity"]


def test_a_backup_that_fails_lets_the_readers_go_on_and_leaves_none(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    def fails(_command: Sequence[str]) -> None:
        raise KeyboardInterrupt

    copying.append(fails)
    with pytest.raises(KeyboardInterrupt):
        back_up(servers, tmp_path)
    assert [reads(each) for each in databases(servers)] == [True, True]
    assert backups_in(tmp_path) == []


def test_a_backup_whose_hold_is_lost_in_between_is_none(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    def let_go(_command: Sequence[str]) -> None:
        with psycopg.connect(servers[0].superuser.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s",
                (LOCKS, READERS),
            )

    copying.append(let_go)
    with pytest.raises(ReadersNotHeld, match="went on before everything was copied"):
        back_up(servers, tmp_path)
    assert backups_in(tmp_path) == []


def test_the_server_itself_lets_go_of_readers_that_nobody_has_spoken_for_in_time(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    registry = databases(servers)[0]

    def hangs(_command: Sequence[str]) -> None:
        with psycopg.connect(registry.migrator.url) as waiting:  # granted when the hold is over, whoever still sleeps
            waiting.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCKS, READERS))

    copying.append(hangs)
    with pytest.raises(ReadersNotHeld):
        back_up(servers, tmp_path, one_copy_seconds=0.3)
    assert reads(registry)


def test_two_backups_at_once_are_refused(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pausing, "BATCH_SECONDS", 0.1)
    refused: list[str] = []

    def another(_command: Sequence[str]) -> None:
        with pytest.raises(ReadersNotHeld) as told:
            back_up(servers, tmp_path / "another")
        refused.append(str(told.value))

    copying.append(another)
    back_up(servers, tmp_path)
    assert all("another backup may be under way" in each for each in refused)
    assert len(refused) == 2


def test_what_was_told_before_goes_out_before_the_first_copy(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = databases(servers)[0]
    tell(registry)
    looks = iter(("still there", "gone"))

    def relay(_seconds: float) -> None:
        if next(looks) == "gone":
            drain(registry)

    monkeypatch.setattr(pausing.time, "sleep", relay)
    waiting: list[Any] = []
    copying.append(lambda _command: waiting.append(unsent(registry)))
    said: list[str] = []
    back_up(servers, tmp_path, tell=said.append)
    assert waiting == [0, 0]
    assert not [line for line in said if "have not gone to the bus" in line]


def test_with_a_bus_that_is_away_the_backup_is_made_all_the_same_and_says_what_was_not_sent(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    tell(databases(servers)[0])
    said: list[str] = []
    made = back_up(servers, tmp_path, tell=said.append, drain_seconds=0)
    assert backups_in(tmp_path) == [made]
    assert [line for line in said if "1 events of registry have not gone to the bus" in line]


def tell(database: ServiceDatabase) -> None:
    store = PostgresStore(database.application.url)
    commit(store, appended(event("school-1", 1)))
    store.close()


def drain(database: ServiceDatabase) -> None:
    with psycopg.connect(database.migrator.url) as connection:
        connection.execute("DELETE FROM outbox")


def unsent(database: ServiceDatabase) -> int:
    with psycopg.connect(database.migrator.url) as connection:
        row = connection.execute("SELECT count(*) FROM outbox").fetchone()
    return row[0] if row else 0


def test_a_database_that_cannot_be_reached_is_told_and_nothing_copied(
    servers: tuple[DatabaseServer, ...], copying: list[Copying], tmp_path: Path
) -> None:
    with (
        pytest.raises(ReadersNotHeld, match="database of registry cannot be reached"),
        pausing.readers_held({"registry": DatabaseSettings("127.0.0.1", 1, "nobody", "nobody", "invented")}),
    ):
        pass
