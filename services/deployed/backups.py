"""Backups of the PostgreSQL cluster while it runs, and their way back into an empty one.

A backup is one consistent copy of all databases at one moment: a directory with PostgreSQL's own tar files and manifest. Keys are
no part of it: `deploy/secrets/` is kept apart, and a copy without them opens no child's data.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.errors import Fault, Misconfigured
from services.deployed import erasures
from services.deployed.settings import DatabaseSettings

BASEBACKUP, VERIFY, TAR = "pg_basebackup", "pg_verifybackup", "tar"
DEBIANS = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each release; not all of them are on the path."""

MANIFEST = "backup_manifest"
UNFINISHED = ".unfinished"
RESTORING = "restoring"
"""The directory of a restore under way, in the cluster's own: it is there until the last file has been moved."""

A_CLUSTER = "PG_VERSION"
A_VOLUMES_OWN = "lost+found"


class NothingToRestore(Misconfigured):
    """There is no such backup."""


class NotEmpty(Misconfigured):
    """The place holds a cluster already, which a backup must not be mixed with."""


class BackupDamaged(Misconfigured):
    """A file of the backup is not as it was written."""


class BackupFailed(Fault):
    """PostgreSQL's program did not copy the cluster to its end; there is no new backup."""


class ProgramKilled(Fault):
    """One of PostgreSQL's programs was ended from outside: what it was to do is not done, and nothing is said of the backup."""


class _ProgramFailed(Exception):
    """One of PostgreSQL's programs ended with an error; holds its last word."""


def back_up(
    superuser: DatabaseSettings, databases: Mapping[str, DatabaseSettings], into: Path, *, now: datetime | None = None
) -> Path:
    """Copy the cluster into a new directory, which is there as a whole or not at all; raises BackupFailed, Misconfigured.

    Who is erased in the services' databases is noted beside it before: no copy is there without the list that it needs.
    """
    name = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    finished, unfinished = into / name, into / f"{name}{UNFINISHED}"
    if finished.exists():
        raise Misconfigured(f"{finished} is there already; a backup is never written over")
    into.mkdir(parents=True, exist_ok=True)
    for left in into.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left)  # of a backup that was cut short
    erasures.note(into, databases)
    command = [
        _found(BASEBACKUP), "--host", superuser.host, "--port", str(superuser.port), "--username", superuser.user,
        "--no-password", "--pgdata", str(unfinished), "--format", "tar", "--gzip", "--wal-method", "stream",
        "--checkpoint", "fast", "--manifest-checksums", "SHA256",
    ]  # fmt: skip
    try:
        _run(command, superuser.password)
    except _ProgramFailed as failed:
        raise BackupFailed(f"备份未完成。\nThe backup was not made: {failed}") from failed
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
    _clear_what_was_begun(cluster)
    cluster.chmod(0o700)  # the server refuses one that others may enter
    beside = cluster / RESTORING
    beside.mkdir(mode=0o700)
    for archive, place in (("base.tar.gz", beside), ("pg_wal.tar.gz", beside / "pg_wal")):
        _unpack(backup / archive, place)
    shutil.copyfile(backup / MANIFEST, beside / MANIFEST)
    _verify(beside)
    _give(beside, owner)
    for each in sorted(beside.iterdir(), key=lambda path: path.name == A_CLUSTER):  # what makes it a cluster comes last
        each.rename(cluster / each.name)
    beside.rmdir()
    return backup


def _clear_what_was_begun(cluster: Path) -> None:
    """Take away what a restore that was cut short has moved already; raises NotEmpty for anything else that is there."""
    there = [path for path in cluster.iterdir() if path.name != A_VOLUMES_OWN]
    begun = (cluster / RESTORING).exists() and not (cluster / A_CLUSTER).exists()
    if there and not begun:
        raise NotEmpty(
            f"{cluster} 中已有数据库；请恢复到空的部署（docker compose down --volumes 会删除现有数据）。\n"
            f"{cluster} holds a cluster already; restore into an empty deployment"
            " (docker compose down --volumes takes away what is there)."
        )
    # the sign that something was begun goes last: clearing, too, may be cut short
    for path in sorted(there, key=lambda path: path.name == RESTORING):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


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
    """By the system's own program, which lets nothing out of the place; tarfile learned that after Debian 12's Python."""
    place.mkdir(mode=0o700, exist_ok=True)
    command = [_found(TAR), "--extract", "--gzip", "--no-same-owner", "--file", str(archive), "--directory", str(place)]
    try:
        _run(command, "")
    except _ProgramFailed as broken:
        raise BackupDamaged(f"{archive} 已损坏。\n{archive} is damaged: {broken}") from broken


def _verify(directory: Path) -> None:
    """Every file's checksum against PostgreSQL's manifest; the log is not among them, the server checks it by itself."""
    try:
        _run([_found(VERIFY), "--no-parse-wal", "--exit-on-error", str(directory)], "")
    except _ProgramFailed as wrong:
        raise BackupDamaged(f"备份校验不符。\nThe backup is not as its manifest says: {wrong}") from wrong


def _run(command: list[str], password: str) -> None:
    """Run one of PostgreSQL's programs; raises _ProgramFailed, ProgramKilled."""
    done = subprocess.run(  # noqa: S603  our own command, no shell
        command, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True, check=False
    )
    program = Path(command[0]).name
    if done.returncode < 0:
        raise ProgramKilled(
            f"{program} 被信号 {-done.returncode} 终止，可能内存不足。\n"
            f"{program} was ended by signal {-done.returncode}; there may not be memory enough."
        )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise _ProgramFailed(f"{program}: {last[0]}")


def _found(program: str) -> str:
    beside_the_path = os.pathsep.join(map(str, sorted(DEBIANS.glob("*/bin"), reverse=True)))
    path = shutil.which(program) or shutil.which(program, path=beside_the_path)
    if path is None:
        raise Misconfigured(
            f"缺少 {program}，它属于 PostgreSQL 客户端程序，我们的镜像中有。\n"
            f"{program} is missing: it comes with PostgreSQL's client programs, which our image has."
        )
    return path
