"""Backups of the PostgreSQL cluster while it runs: one consistent copy of all databases at one moment, checked after writing.

A backup is a directory with PostgreSQL's own tar files and manifest. Keys are no part of it: `deploy/secrets/` is kept apart.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.errors import Misconfigured, StoreBusy
from services.deployed.settings import DatabaseSettings

BASEBACKUP = "pg_basebackup"
UNFINISHED = ".unfinished"


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


def newest(into: Path) -> Path | None:
    """The latest whole backup in a directory."""
    whole = sorted(path for path in into.glob("*Z") if (path / "backup_manifest").exists())
    return whole[-1] if whole else None


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
