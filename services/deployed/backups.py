"""Backups of the PostgreSQL servers while they run; `restoring` has the way back.

A backup is a directory: of one server its consistent copy at one moment, PostgreSQL's own tar files and manifest; of several, such
a directory for each, and a list of them, copied one after another while all readers are held (`pausing`). Keys are no part of it:
`deploy/secrets/` is kept apart, and a copy without them opens no child's data.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from services.chassis.errors import Fault, Misconfigured
from services.deployed import erasures, pausing
from services.deployed.postgres_programs import ProgramFailed, run
from services.deployed.servers import DatabaseServer, owners
from services.deployed.settings import DatabaseSettings

BASEBACKUP = "pg_basebackup"
MANIFEST = "backup_manifest"
SERVERS = "servers.json"
"""Of a backup of several servers: which they are, and whose databases each holds. It is written when all have been copied."""

UNFINISHED = ".unfinished"

Tell = Callable[[str], None]


class BackupFailed(Fault):
    """PostgreSQL's program did not copy a server to its end; there is no new backup."""


def back_up(
    servers: Sequence[DatabaseServer],
    into: Path,
    *,
    now: datetime | None = None,
    tell: Tell = lambda _said: None,
    one_copy_seconds: float = pausing.ONE_COPY_SECONDS,
    drain_seconds: float = pausing.DRAIN_SECONDS,
) -> Path:
    """Copy the servers, in this order, into a new directory, which is there as a whole or not at all.

    Who is erased in the services' databases is noted beside it before: no copy is there without the list that it needs. Raises
    BackupFailed, Misconfigured, and of several servers ReadersNotHeld; the two last arguments count for several only.
    """
    name = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    finished, unfinished = into / name, into / f"{name}{UNFINISHED}"
    if finished.exists():
        raise Misconfigured(
            f"{finished} 已存在，备份从不覆盖：请稍后再运行一次。\n"
            f"{finished} is there already, and a backup is never written over: run it again in a moment."
        )
    into.mkdir(parents=True, exist_ok=True)
    for left in into.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left)  # of a backup that was cut short
    erasures.note(into, owners(servers))
    if len(servers) == 1:
        _copy(servers[0].superuser, unfinished)
    else:
        unfinished.mkdir()
        with pausing.readers_held(owners(servers), longest=one_copy_seconds) as hold:
            _tell_of_the_drain(hold.drained(drain_seconds), tell)
            for server in servers:
                hold.must_still_be()
                _copy(server.superuser, unfinished / server.name, seconds=one_copy_seconds)
            hold.must_still_be()
        held = {server.name: [each.service for each in server.databases] for server in servers}
        (unfinished / SERVERS).write_bytes(msgspec.json.encode(held))
    unfinished.rename(finished)
    return finished


def backups_in(directory: Path) -> list[Path]:
    """The whole backups of a directory, the newest last."""
    return sorted(path.parent for sign in (MANIFEST, SERVERS) for path in directory.glob(f"*Z/{sign}"))


def _tell_of_the_drain(waits: Mapping[str, int], tell: Tell) -> None:
    tell("消息处理已暂停，开始逐台复制。\nThe readers are held; the servers are copied one after another.")
    for service, number in waits.items():
        tell(
            f"{service} 还有 {number} 个事件未发出，已含在备份中。\n"
            f"{number} events of {service} have not gone to the bus; they are in the copy, and are sent after a restore."
        )


def _copy(superuser: DatabaseSettings, into: Path, *, seconds: float | None = None) -> None:
    command = [
        BASEBACKUP, "--host", superuser.host, "--port", str(superuser.port), "--username", superuser.user,
        "--no-password", "--pgdata", str(into), "--format", "tar", "--gzip", "--wal-method", "stream",
        "--checkpoint", "fast", "--manifest-checksums", "SHA256",
    ]  # fmt: skip
    try:
        run(command, superuser.variables, seconds=seconds)
    except ProgramFailed as failed:
        where = f"{superuser.host}:{superuser.port}"
        raise BackupFailed(f"备份未完成（{where}）。\nThe backup was not made ({where}): {failed}") from failed
