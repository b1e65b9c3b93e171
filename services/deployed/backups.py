"""Backups of the PostgreSQL cluster while it runs, and their way back into an empty one.

A backup is one consistent copy of all databases at one moment: a directory with PostgreSQL's own tar files and manifest. Keys are
no part of it: `deploy/secrets/` is kept apart, and a copy without them opens no child's data.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.errors import Misconfigured, StoreBusy
from services.deployed.settings import DatabaseSettings

BASEBACKUP, VERIFY = "pg_basebackup", "pg_verifybackup"
MANIFEST = "backup_manifest"
UNFINISHED = ".unfinished"


class NothingToRestore(Misconfigured):
    """There is no such backup."""


class NotEmpty(Misconfigured):
    """The place holds a cluster already, which a backup must not be mixed with."""


class BackupDamaged(Misconfigured):
    """A file of the backup is not as it was written."""


def back_up(superuser: DatabaseSettings, into: Path, *, now: datetime | None = None) -> Path:
    """Copy the cluster into a new directory, which is there as a whole or not at all; raises StoreBusy, Misconfigured."""
    name = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    finished, unfinished = into / name, into / f"{name}{UNFINISHED}"
    if finished.exists():
        raise Misconfigured(f"{finished} is there already; a backup is never written over")
    into.mkdir(parents=True, exist_ok=True)
    for left in into.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left)  # of a backup that was cut short
    _run(
        [
            _found(BASEBACKUP), "--host", superuser.host, "--port", str(superuser.port), "--username", superuser.user,
            "--no-password", "--pgdata", str(unfinished), "--format", "tar", "--gzip", "--wal-method", "stream",
            "--checkpoint", "fast", "--manifest-checksums", "SHA256",
        ],
        superuser.password,
    )  # fmt: skip
    unfinished.rename(finished)
    return finished


def backups_in(directory: Path) -> list[Path]:
    """The whole backups of a directory, the newest last."""
    return sorted(path.parent for path in directory.glob(f"*Z/{MANIFEST}"))


def restore(backups: Path, name: str | None, cluster: Path, *, owner: int) -> Path:
    """Put a backup, by default the newest, into an empty cluster directory, and check every file; answers which it was.

    `owner` is the user as which the server will run.

    Raises NothingToRestore, NotEmpty, BackupDamaged. What was begun and not finished is no cluster: simply begin again.
    """
    backup = _chosen(backups, name)
    if (cluster / "PG_VERSION").exists():
        raise NotEmpty(
            f"{cluster} 中已有数据库；请恢复到空的部署（docker compose down --volumes 会删除现有数据）。\n"
            f"{cluster} holds a cluster already; restore into an empty deployment"
            " (docker compose down --volumes takes away what is there)."
        )
    beside = cluster / "restoring"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    for archive, place in (("base.tar.gz", beside), ("pg_wal.tar.gz", beside / "pg_wal")):
        _unpack(backup / archive, place)
    shutil.copyfile(backup / MANIFEST, beside / MANIFEST)
    _verify(beside)
    _give(beside, owner)
    for each in sorted(beside.iterdir(), key=lambda path: path.name == "PG_VERSION"):  # what makes it a cluster comes last
        each.rename(cluster / each.name)
    beside.rmdir()
    cluster.chmod(0o700)  # the server refuses one that others may enter
    return backup


def _give(directory: Path, owner: int) -> None:
    if os.geteuid() == owner:
        return
    for place in (directory.parent, directory, *directory.rglob("*")):
        os.chown(place, owner, owner, follow_symlinks=False)


def _chosen(backups: Path, name: str | None) -> Path:
    whole = backups_in(backups)
    chosen = [path for path in whole if name in (None, path.name)]
    if not chosen:
        there = ", ".join(path.name for path in whole) or "–"
        raise NothingToRestore(f"没有这个备份，现有：{there}。\nThere is no such backup under {backups}; there are: {there}.")
    return chosen[-1]


def _unpack(archive: Path, place: Path) -> None:
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(place, filter="data")
    except (tarfile.TarError, EOFError, OSError) as broken:
        raise BackupDamaged(f"{archive} 已损坏。\n{archive} is damaged ({type(broken).__name__}).") from broken


def _verify(directory: Path) -> None:
    """Every file's checksum against PostgreSQL's manifest; the log is not among them, the server checks it by itself."""
    try:
        _run([_found(VERIFY), "--no-parse-wal", "--exit-on-error", str(directory)], "")
    except StoreBusy as wrong:
        raise BackupDamaged(f"备份校验不符。\nThe backup is not as its manifest says: {wrong}") from wrong


def _run(command: list[str], password: str) -> None:
    done = subprocess.run(  # noqa: S603  our own command, no shell
        command, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise StoreBusy(f"{Path(command[0]).name} failed: {last[0]}")


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Misconfigured(f"{program} is missing: it comes with PostgreSQL's client programs, which our image has")
    return path
