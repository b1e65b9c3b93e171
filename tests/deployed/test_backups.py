"""A backup is there as a whole or not at all; a restore puts a whole one into an empty place, however often it must be begun."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.chassis.errors import Misconfigured
from services.deployed import postgres_programs, restoring
from services.deployed.backups import BackupFailed, back_up, backups_in
from services.deployed.postgres_programs import ProgramKilled
from services.deployed.restoring import BackupDamaged, NotEmpty, NothingToRestore, OtherServers
from services.deployed.servers import DatabaseServer
from services.deployed.settings import DatabaseSettings

SERVER = DatabaseServer(DatabaseSettings("postgres", 5432, "postgres", "postgres", "invented-secret"), ())
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
OURSELVES = os.geteuid()
CLUSTER = {"PG_VERSION": "15", "base/1/1259": "rows", "global/pg_control": "control"}
WHOLE_COPY = 'for word; do [ "$last" = --pgdata ] && mkdir "$word" && echo {} >"$word/backup_manifest"; last=$word; done'


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL's two programs, as far as they are needed here; `says` makes them say something else."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    says(place, "pg_basebackup", WHOLE_COPY)
    says(place, "pg_verifybackup", "exit 0")
    return place


def says(programs: Path, program: str, script: str) -> None:
    (programs / program).write_text(f"#!/bin/sh\n{script}\n")
    (programs / program).chmod(0o755)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A directory with one backup of a small cluster."""
    made = tmp_path / "backups" / "20260901T020000Z"
    for archive, files in (("base", CLUSTER), ("pg_wal", {"000000010000000000000001": "log"})):
        packed = tmp_path / archive
        for name, content in files.items():
            (packed / name).parent.mkdir(parents=True, exist_ok=True)
            (packed / name).write_text(content)
        made.mkdir(parents=True, exist_ok=True)
        with tarfile.open(made / f"{archive}.tar.gz", "w:gz") as tar:
            tar.add(packed, arcname=".")
    (made / "backup_manifest").write_text("{}")
    return made.parent


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """An empty volume, as an engine makes it."""
    place = tmp_path / "cluster"
    (place / "lost+found").mkdir(parents=True)
    return place


def content(place: Path) -> dict[str, str]:
    return {str(path.relative_to(place)): path.read_text() for path in place.rglob("*") if path.is_file()}


def restore(kept: Path, name: str | None, *clusters: Path, part: bool = False) -> Path:
    return restoring.restore(kept, name, {place.name: place for place in clusters}, owner=OURSELVES, part=part)


RESTORED = {**CLUSTER, "pg_wal/000000010000000000000001": "log", "backup_manifest": "{}"}


def test_a_backup_that_fails_leaves_none_and_says_the_programs_last_word(tmp_path: Path, programs: Path) -> None:
    says(programs, "pg_basebackup", f"{WHOLE_COPY}\necho 'no space left on device' >&2; exit 1")
    with pytest.raises(BackupFailed, match="pg_basebackup: no space left on device"):
        back_up([SERVER], tmp_path / "kept", now=NOW)
    assert backups_in(tmp_path / "kept") == []
    says(programs, "pg_basebackup", WHOLE_COPY)
    assert back_up([SERVER], tmp_path / "kept", now=NOW).name == "20260901T020000Z"
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["20260901T020000Z"], "what was begun is cleared away"


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    back_up([SERVER], tmp_path / "kept", now=NOW)
    with pytest.raises(Misconfigured, match="is there already"):
        back_up([SERVER], tmp_path / "kept", now=NOW)


def test_the_password_travels_in_the_environment_and_not_in_the_command(tmp_path: Path, programs: Path) -> None:
    says(programs, "pg_basebackup", f'echo "$@" >{tmp_path}/words; echo "$PGPASSWORD" >{tmp_path}/password\n{WHOLE_COPY}')
    back_up([SERVER], tmp_path / "kept", now=NOW)
    assert (tmp_path / "password").read_text().strip() == SERVER.superuser.password
    assert SERVER.superuser.password not in (tmp_path / "words").read_text()


def test_the_newest_whole_backup_is_restored_and_the_server_alone_may_enter(kept: Path, cluster: Path) -> None:
    (kept / "20260902T020000Z").mkdir()  # without its manifest it is no backup
    assert restore(kept, None, cluster).name == "20260901T020000Z"
    assert content(cluster) == RESTORED
    assert cluster.stat().st_mode & 0o777 == 0o700
    assert not (cluster / "restoring").exists()


@pytest.mark.parametrize("moves", range(len({name.partition("/")[0] for name in RESTORED})))
def test_a_restore_that_was_cut_short_is_simply_begun_again(
    kept: Path, cluster: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    left = iter(range(moves))
    rename = Path.rename

    def until_the_power_goes(path: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", until_the_power_goes)
    with pytest.raises(KeyboardInterrupt):
        restore(kept, None, cluster)
    assert not (cluster / "PG_VERSION").exists(), "no server takes it for a cluster"
    monkeypatch.undo()
    monkeypatch.setattr(restoring, "_verify", lambda _place: None)
    restore(kept, None, cluster)
    assert content(cluster) == RESTORED


@pytest.mark.parametrize("there", ["PG_VERSION", "somebody-elses"])
def test_nothing_is_restored_over_what_is_there(kept: Path, cluster: Path, there: str) -> None:
    (cluster / there).write_text("15")
    with pytest.raises(NotEmpty, match="the volumes of its databases and of Kafka"):
        restore(kept, None, cluster)
    assert content(cluster) == {there: "15"}


def test_a_backup_that_is_not_there_is_told_with_those_that_are(kept: Path, cluster: Path) -> None:
    with pytest.raises(NothingToRestore, match="there are: 20260901T020000Z"):
        restore(kept, "20250101T000000Z", cluster)


def cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:60])


def flip(archive: Path) -> None:
    packed = bytearray(archive.read_bytes())
    packed[40:60] = bytes(byte ^ 0xFF for byte in packed[40:60])
    archive.write_bytes(packed)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_a_broken_archive_is_damage_and_no_cluster_comes_of_it(kept: Path, cluster: Path, damage: Callable[[Path], None]) -> None:
    damage(kept / "20260901T020000Z" / "base.tar.gz")
    with pytest.raises(BackupDamaged, match=r"base\.tar\.gz is damaged"):
        restore(kept, None, cluster)
    assert not (cluster / "PG_VERSION").exists()


def test_a_file_that_is_not_as_the_manifest_says_is_damage(kept: Path, cluster: Path, programs: Path) -> None:
    says(programs, "pg_verifybackup", "echo 'checksum mismatch for file \"base/1/1259\"' >&2; exit 1")
    with pytest.raises(BackupDamaged, match="checksum mismatch"):
        restore(kept, None, cluster)
    assert not (cluster / "PG_VERSION").exists()


def test_a_verification_that_was_killed_says_nothing_of_the_backup(kept: Path, cluster: Path, programs: Path) -> None:
    says(programs, "pg_verifybackup", "kill -9 $$")
    with pytest.raises(ProgramKilled, match="ended by signal 9"):
        restore(kept, None, cluster)


def test_a_program_that_debian_keeps_off_the_path_is_found(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for release in ("15", "17"):
        place = tmp_path / "debian" / release / "bin"
        place.mkdir(parents=True)
        says(place, "pg_verifybackup", "exit 0")
    monkeypatch.setattr(postgres_programs, "DEBIANS", tmp_path / "debian")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgres_programs._found("pg_verifybackup") == str(tmp_path / "debian" / "17" / "bin" / "pg_verifybackup")
    with pytest.raises(Misconfigured, match="pg_basebackup is missing"):
        postgres_programs._found("pg_basebackup")


# --- several servers ------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path) -> list[Path]:
    """Two empty volumes, named as their servers."""
    places = [tmp_path / name for name in ("postgres", "postgres-registry")]
    for place in places:
        (place / "lost+found").mkdir(parents=True)
    return places


@pytest.fixture
def kept_set(kept: Path) -> Path:
    """A directory with one backup of two servers, alike as the copies are here."""
    whole = kept / "20260901T020000Z"
    whole.rename(kept / "one")
    whole.mkdir()
    for name in ("postgres", "postgres-registry"):
        shutil.copytree(kept / "one", whole / name)
    shutil.rmtree(kept / "one")
    (whole / "servers.json").write_text('{"postgres": ["identity"], "postgres-registry": ["registry"]}')
    return kept


def test_each_server_gets_its_own_copy_back(kept_set: Path, several: list[Path]) -> None:
    assert restore(kept_set, None, *several).name == "20260901T020000Z"
    assert [content(place) for place in several] == [RESTORED, RESTORED]
    assert not [place for place in several if (place / "restoring").exists()]


@pytest.mark.parametrize("moves", range(2 * len({name.partition("/")[0] for name in RESTORED})))
def test_a_restore_of_several_that_was_cut_short_anywhere_is_simply_begun_again(
    kept_set: Path, several: list[Path], monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    left = iter(range(moves))
    rename = Path.rename

    def until_the_power_goes(path: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", until_the_power_goes)
    with pytest.raises(KeyboardInterrupt):
        restore(kept_set, None, *several)
    monkeypatch.undo()
    assert not all((place / "PG_VERSION").exists() for place in several), "not every server finds a cluster"
    monkeypatch.setattr(restoring, "_verify", lambda _place: None)
    restore(kept_set, None, *several)
    assert [content(place) for place in several] == [RESTORED, RESTORED]


def test_where_one_of_several_is_not_empty_none_is_touched(kept_set: Path, several: list[Path]) -> None:
    (several[1] / "PG_VERSION").write_text("15")
    with pytest.raises(NotEmpty, match="postgres-registry holds a cluster"):
        restore(kept_set, None, *several)
    assert [content(place) for place in several] == [{}, {"PG_VERSION": "15"}]


def test_where_one_copy_is_damaged_no_server_becomes_a_cluster(kept_set: Path, several: list[Path]) -> None:
    cut(kept_set / "20260901T020000Z" / "postgres-registry" / "base.tar.gz")
    with pytest.raises(BackupDamaged):
        restore(kept_set, None, *several)
    assert not any((place / "PG_VERSION").exists() for place in several)


def test_servers_that_the_backup_does_not_have_or_that_are_left_out_are_told(kept_set: Path, several: list[Path]) -> None:
    with pytest.raises(OtherServers, match="is of postgres, postgres-registry, to be put into postgres:"):
        restore(kept_set, None, several[0])
    other = several[0].with_name("postgres-casework")
    other.mkdir()
    with pytest.raises(OtherServers):
        restore(kept_set, None, *several, other)
    assert content(several[0]) == {}


def test_on_a_machine_of_its_own_one_server_gets_its_part(kept_set: Path, several: list[Path]) -> None:
    restore(kept_set, None, several[1], part=True)
    assert [content(place) for place in several] == [{}, RESTORED]


def test_a_backup_of_one_server_does_not_go_into_several(kept: Path, several: list[Path]) -> None:
    with pytest.raises(OtherServers, match="is of 1, to be put into postgres, postgres-registry"):
        restore(kept, None, *several)
