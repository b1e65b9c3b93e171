"""Who was erased stays erased, whatever copy is put back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import psycopg
import pytest

from services.chassis.errors import Misconfigured, StoreBusy
from services.deployed.backups import BackupFailed, back_up
from services.deployed.erasures import FILE_NAME, note, noted, reapply
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings
from services.identity.service import MIGRATIONS as IDENTITY
from services.registry.service import MIGRATIONS as REGISTRY
from tests.deployed.databases import settings_of
from tests.postgres import PostgresServer

KEY = "INSERT INTO subject_keys (subject_id, suite, wrapping_key_id, wrapped_key) VALUES (%s, 'v1', 'k1', %s)"


@pytest.fixture
def databases(postgres: PostgresServer) -> dict[str, DatabaseSettings]:
    """Of two services, as their owner."""
    made = {"identity": postgres.database(IDENTITY), "registry": postgres.database(REGISTRY)}
    return {service: settings_of(postgres.owner_url(url)) for service, url in made.items()}


def give_key(database: DatabaseSettings, subject: str, key: bytes) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute(KEY, (subject, key))


def keys(database: DatabaseSettings) -> dict[str, bytes]:
    with psycopg.connect(database.url) as connection:
        rows = connection.execute("SELECT subject_id, wrapped_key FROM subject_keys").fetchall()
    return {subject: bytes(key) for subject, key in rows}


def test_the_list_names_the_erased_of_each_service_and_nobody_else(tmp_path: Path, databases: dict[str, DatabaseSettings]) -> None:
    give_key(databases["registry"], "p1", b"")
    give_key(databases["registry"], "p2", b"wrapped")
    assert note(tmp_path, databases) == {"identity": frozenset(), "registry": {"p1"}}
    assert noted(tmp_path) == note(tmp_path, databases)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert "p2" not in (tmp_path / FILE_NAME).read_text()


def test_the_list_only_grows_also_where_a_database_has_forgotten(tmp_path: Path, databases: dict[str, DatabaseSettings]) -> None:
    give_key(databases["registry"], "p1", b"")
    note(tmp_path, databases)
    with psycopg.connect(databases["registry"].url) as connection:
        connection.execute("DELETE FROM subject_keys")
    give_key(databases["registry"], "p2", b"")
    assert note(tmp_path, databases)["registry"] == {"p1", "p2"}


def test_a_backup_without_its_database_says_where_why_and_what_to_do(
    tmp_path: Path, databases: dict[str, DatabaseSettings]
) -> None:
    away = msgspec.structs.replace(databases["registry"], port=1)
    here = DatabaseServer(away, (ServiceDatabase("registry", away, away),))
    with pytest.raises(StoreBusy, match=f"PostgreSQL at {away.host}:1 cannot be reached: is the server up"):
        back_up([here], tmp_path)


def test_a_database_before_its_first_migration_has_erased_nobody(tmp_path: Path, postgres: PostgresServer) -> None:
    assert note(tmp_path, {"registry": settings_of(postgres.owner_url(postgres.empty()))}) == {"registry": frozenset()}


def test_a_key_that_a_copy_brought_back_is_destroyed_again(databases: dict[str, DatabaseSettings]) -> None:
    give_key(databases["registry"], "p1", b"wrapped")
    give_key(databases["registry"], "p2", b"wrapped")
    erased = {"registry": frozenset({"p1"})}
    assert reapply(erased, databases) == 1
    assert keys(databases["registry"]) == {"p1": b"", "p2": b"wrapped"}
    assert reapply(erased, databases) == 0, "the second time there is nothing left to destroy"


def test_a_key_that_was_made_after_the_copy_is_not_made_again(databases: dict[str, DatabaseSettings]) -> None:
    assert reapply({"registry": frozenset({"p9"})}, databases) == 0
    assert keys(databases["registry"]) == {"p9": b""}, "its row stands in the way of a new one"


def test_a_list_of_a_service_that_is_not_there_any_more_hurts_nobody(databases: dict[str, DatabaseSettings]) -> None:
    assert reapply({"abolished": frozenset({"p1"})}, databases) == 0


def test_lists_of_several_places_count_together(tmp_path: Path, databases: dict[str, DatabaseSettings]) -> None:
    beside_the_backups, own, nowhere = tmp_path / "backups", tmp_path / "registry", tmp_path / "nowhere"
    beside_the_backups.mkdir()
    give_key(databases["registry"], "p1", b"")
    note(beside_the_backups, databases)
    give_key(databases["registry"], "p2", b"")
    note(own, {"registry": databases["registry"]})
    assert noted(beside_the_backups, own, nowhere) == {"identity": frozenset(), "registry": {"p1", "p2"}}
    assert noted(beside_the_backups)["registry"] == {"p1"}


def test_a_list_that_cannot_be_written_is_told_with_what_that_means(tmp_path: Path, databases: dict[str, DatabaseSettings]) -> None:
    (tmp_path / "taken").write_text("no directory")
    give_key(databases["registry"], "p1", b"")
    with pytest.raises(Misconfigured, match="is on no list, and a restore would bring them back"):
        note(tmp_path / "taken", databases)


def test_a_broken_list_is_refused_for_nothing_may_be_served_then(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"registry": ')
    with pytest.raises(Misconfigured, match="or is broken"):
        noted(tmp_path)


def test_without_a_list_nobody_was_erased(tmp_path: Path) -> None:
    assert noted(tmp_path) == {}


def test_the_list_is_written_before_a_copy_is_begun(
    tmp_path: Path, databases: dict[str, DatabaseSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_key(databases["registry"], "p1", b"")
    program = tmp_path / "pg_basebackup"
    program.write_text("#!/bin/sh\necho 'the copy has begun' >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    server = DatabaseServer(
        databases["identity"], tuple(ServiceDatabase(service, owner, owner) for service, owner in databases.items())
    )
    with pytest.raises(BackupFailed, match="the copy has begun"):
        back_up([server], tmp_path / "backups")
    assert noted(tmp_path / "backups")["registry"] == {"p1"}
