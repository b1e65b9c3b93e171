"""A data directory: which deployment it was made for, and which process owns it. Knows no service, so that it loads in no time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from services.chassis.errors import Misconfigured
from services.chassis.files import PRIVATE, meant_name, put_in_place, put_once
from services.contracts.services import SERVICES

DEPLOYMENT_FILE = "deployment.json"
KEYS_DIRECTORY = "keys"
FIRST_ACCOUNT = f"{KEYS_DIRECTORY}/first-account.json"
DEMO_ACCOUNTS = "demo-accounts.json"
LOCK_FILE = "owner.lock"
OWNER_FILE = "owner.json"
CLOCK_FILE = "clock.json"

OWN_FILES = frozenset(
    {
        DEPLOYMENT_FILE,
        LOCK_FILE,
        OWNER_FILE,
        CLOCK_FILE,
        DEMO_ACCOUNTS,
        *(f"{name}.sqlite{beside}" for name in ("bus", *SERVICES) for beside in ("", "-wal", "-shm", "-journal")),
    }
)
"""What Fuxue makes in a data directory itself, by exact names; its keys lie in a directory below."""

NO_DATA = "lost+found"
"""What a filesystem makes at its root, where a directory of its own was mounted for the data."""

NAMED_AT_MOST = 5

OTHERS = 0o077
"""What group and others may not do with children's data, should the directory ever be copied or opened to them."""


class NoSuchDeployment(Misconfigured):
    """The data directory holds no deployment yet."""


class NotANewDirectory(Misconfigured):
    """The directory holds something and no deployment: nobody is to write there, and nothing there to be called a demo's."""


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


def require_new(data: Path) -> None:
    """Raises NotANewDirectory where something lies there and nothing says that Fuxue has made it."""
    there = sorted(path.name for path in data.iterdir()) if data.exists() else []
    held = [name for name in there if name != NO_DATA and meant_name(name) != DEPLOYMENT_FILE]
    if not held or (data / DEPLOYMENT_FILE).exists():  # asked last: another process may have founded it since
        return
    names = ", ".join([*held[:NAMED_AT_MOST], *["…"][: len(held) - NAMED_AT_MOST]])
    raise NotANewDirectory(
        f"{data} 中已有内容（{names}），却没有 {DEPLOYMENT_FILE}。如果是复学的数据，请先从备份放回 {DEPLOYMENT_FILE}；"
        "否则请用 --data（或 FUXUE_DATA）指定新目录或空目录。\n"
        f"{data} is not empty ({names}) and has no {DEPLOYMENT_FILE}. If these are Fuxue's data, put that file back from its"
        " backup; else name a new directory, or an empty one, with --data (or FUXUE_DATA)."
    )


def found(data: Path, deployment: Deployment) -> Deployment:
    """Make a new or empty directory one for a deployment; one that is there already stays what it is. Raises NotANewDirectory.

    The file that says so is the first in it: whatever else lies there, Fuxue knows that it may be its own.
    """
    if not (data / DEPLOYMENT_FILE).exists():
        require_new(data)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.chmod(0o700)
        put_once(data / DEPLOYMENT_FILE, msgspec.json.encode(deployment))
    return deployment_in(data)


def own_files(data: Path) -> Iterator[Path]:
    """The files that Fuxue has made in the directory itself; a link is somebody else's, wherever it leads."""
    for path in sorted(data.iterdir()):
        if meant_name(path.name) in OWN_FILES and path.is_file() and not path.is_symlink():
            yield path


class Ownership:
    """The lock on a data directory; it falls with the process, whose files from then on are nobody else's to read."""

    def __init__(self, data: Path) -> None:
        self._data = data
        os.umask(OTHERS)
        descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)
        self._file = os.fdopen(descriptor, "r+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._file.close()
            raise DataOwnedElsewhere(f"{data} 正由另一个 Fuxue 进程使用。\n{data} is owned by another Fuxue process.") from taken
        for path in own_files(data):  # also what an earlier release made
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
