"""A data directory: which deployment it was made for, and which process owns it. Knows no service, so that it loads in no time."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from services.chassis.errors import Misconfigured
from services.chassis.files import PRIVATE, put_in_place, put_once

DEPLOYMENT_FILE = "deployment.json"
FIRST_ACCOUNT = "keys/first-account.json"
DEMO_ACCOUNTS = "demo-accounts.json"
LOCK_FILE = "owner.lock"
OWNER_FILE = "owner.json"

PARTS = (
    DEPLOYMENT_FILE,
    LOCK_FILE,
    OWNER_FILE,
    "*.sqlite",
    "*.sqlite-*",
    ".*.new",
    "clock.json",
    DEMO_ACCOUNTS,
    "keys",
    "county",
)
"""What Fuxue makes in a data directory: names and patterns."""

OTHERS = 0o077
"""What group and others may not do with children's data, should the directory ever be copied or opened to them."""


class NoSuchDeployment(Misconfigured):
    """The data directory holds no deployment yet."""


class DataOwnedElsewhere(Misconfigured):
    """Another process owns the data directory: speak to it over HTTP."""


class OwnerDoesNotListen(DataOwnedElsewhere):
    """The owner of the directory is busy and serves nobody: try again when it is done."""


class Deployment(msgspec.Struct, frozen=True):
    """What a data directory was made for: a county's division code; `demo_from` is set for a demo only."""

    county: str
    demo_from: datetime | None = None


class Owner(msgspec.Struct, frozen=True):
    """Where the process that owns a data directory listens."""

    url: str
    pid: int


def deployment_in(data: Path) -> Deployment:
    """What the directory was made for; raises NoSuchDeployment, Misconfigured."""
    path = data / DEPLOYMENT_FILE
    if not path.exists():
        raise NoSuchDeployment(
            f"{data} 中还没有数据，请先运行 `fuxue demo`，或 `fuxue serve --county 六位区划代码`。\n"
            f"{data} holds no deployment yet; `fuxue demo` or `fuxue serve --county CODE` makes one."
        )
    try:
        return msgspec.json.decode(path.read_bytes(), type=Deployment)
    except msgspec.MsgspecError as broken:
        raise Misconfigured(f"{path} 已损坏，请从备份恢复。\n{path} is broken; put it back from its backup.") from broken


def found(data: Path, deployment: Deployment) -> Deployment:
    """Make a data directory for a deployment; one that is there already stays what it is."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    put_once(data / DEPLOYMENT_FILE, msgspec.json.encode(deployment))
    return deployment_in(data)


def parts_of(data: Path) -> list[Path]:
    """What Fuxue has made in the directory; whatever else somebody keeps there is not its own."""
    return sorted(path for path in data.iterdir() if any(path.match(part) for part in PARTS))


class Ownership:
    """The lock on a data directory; it falls with the process, whose files from then on are nobody else's to read."""

    def __init__(self, data: Path) -> None:
        self._data = data
        os.umask(OTHERS)
        self._file: IO[str] = (data / LOCK_FILE).open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._file.close()
            raise DataOwnedElsewhere(f"{data} 正由另一个 Fuxue 进程使用。\n{data} is owned by another Fuxue process.") from taken
        for path in data.iterdir():  # also what an earlier release made
            if path.is_file():
                path.chmod(PRIVATE)
        (data / OWNER_FILE).unlink(missing_ok=True)  # what a killed owner had announced

    def announce(self, url: str) -> None:
        """Tell others where the owner listens."""
        put_in_place(self._data / OWNER_FILE, msgspec.json.encode(Owner(url, os.getpid())))

    def release(self) -> None:
        """Take the announcement back and let go."""
        (self._data / OWNER_FILE).unlink(missing_ok=True)
        self._file.close()


def owner_of(data: Path) -> Owner | None:
    """Where the owner of the directory listens; nothing where nobody owns it. Raises OwnerDoesNotListen."""
    if not (data / LOCK_FILE).exists():
        return None
    with (data / LOCK_FILE).open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            path = data / OWNER_FILE
            if path.exists():
                return msgspec.json.decode(path.read_bytes(), type=Owner)
            raise OwnerDoesNotListen(
                f"{data} 正由一个尚未开放服务的 Fuxue 进程使用（正在演示，或正在启动），请稍后再试。\n"
                f"{data} is owned by a Fuxue process that does not serve (a demo at play, or one that starts); try again later."
            ) from None
    return None
