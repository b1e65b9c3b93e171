"""A room without a network, for tests: an engine of its own with nothing but a loopback, and a way in for the thread that asks."""

from __future__ import annotations

import ctypes
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engine import cannot_run

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41
INTERFACE_REQUEST = "16sh22x"
"""struct ifreq with flags: name, flags, the rest of its union."""

CHOSEN_HERE = re.compile(r"FUXUE_|COMPOSE_|DOCKER_(?!CONFIG)|[A-Z]+_IMAGE$")
"""What names an engine, a deployment or its images; the directory of the client's plugins is the room's too."""

CONTROL_GROUPS = Path("/sys/fs/cgroup")
ENGINE_SECONDS = 60
LIBC = ctypes.CDLL(None, use_errno=True)

BEGINS = 'mount -t tmpfs room /run && exec dockerd "$@"'
"""With a /run of its own it finds no other engine and no containerd, and starts its own."""


@dataclass(frozen=True)
class Room:
    """Its engine's socket, the namespace of its network, and what the engine has said."""

    socket: Path
    namespace: Path
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """For commands that speak to its engine; nothing of what this machine has chosen for other deployments."""
        kept = {name: value for name, value in os.environ.items() if not CHOSEN_HERE.match(name)}
        return {**kept, "DOCKER_HOST": f"unix://{self.socket}"}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This thread, and whatever it starts, stands in the room until it leaves."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            inside = os.open(self.namespace, os.O_RDONLY)
            try:
                _stand_in(inside)
                yield
            finally:
                os.close(inside)
                _stand_in(before)
        finally:
            os.close(before)

    def answers(self) -> bool:
        asked = ["docker", "version", "--format", "{{.Server.Version}}"]
        return subprocess.run(asked, env=self.environment, capture_output=True, check=False).returncode == 0  # noqa: S603  fixed words


@contextmanager
def room_without_network(folder: Path) -> Iterator[Room]:
    """A room whose engine runs, and is taken away with everything in it: its processes, its networks, its data."""
    if os.geteuid() != 0:
        cannot_run("only root gives an engine a network of its own")
    if not all(shutil.which(program) for program in ("dockerd", "unshare")):
        cannot_run("a second engine needs dockerd and unshare; deploy/engine.sh brings the engine")
    group = f"fuxue-room-{os.getpid()}"
    data = folder / "engine"
    data.mkdir()
    log = folder / "engine.log"
    options = [
        *("--host", f"unix://{folder / 'docker.sock'}", "--data-root", str(data), "--storage-driver", "overlay2"),
        *("--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{group}"),
    ]
    apart = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with log.open("w") as told:
        running = subprocess.Popen([*apart, "sh", "-c", BEGINS, "sh", *options], stdout=told, stderr=told)  # noqa: S603  fixed words
    try:
        room = Room(folder / "docker.sock", Path(f"/proc/{running.pid}/ns/net"), log)
        _wait_for(room, running)
        with room.entered():
            _raise_loopback()
        yield room
    finally:
        _end(running)
        _take_away(data, group)


def _wait_for(room: Room, running: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + ENGINE_SECONDS
    while not room.answers():
        if running.poll() is not None or time.monotonic() > patience:
            last = room.log.read_text().splitlines()[-3:]
            cannot_run(f"a second engine does not start in a network of its own: {' '.join(last)}")
        time.sleep(0.2)


def _stand_in(namespace: int) -> None:
    """Raises OSError."""
    if LIBC.setns(namespace, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        fcntl.ioctl(asked, SIOCSIFFLAGS, struct.pack(INTERFACE_REQUEST, b"lo", UP_AND_RUNNING))


def _end(running: subprocess.Popen[bytes]) -> None:
    """The engine is the first process of a namespace: with it ends all that it began, and whoever waits for it waits for all."""
    if running.poll() is None:
        for number in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split():
            os.kill(int(number), signal.SIGKILL)
        running.wait()


def _take_away(data: Path, group: str) -> None:
    """What outlives processes: files, and the control groups that they were in."""
    shutil.rmtree(data)
    for top in (*CONTROL_GROUPS.glob(group), *CONTROL_GROUPS.glob(f"*/{group}")):  # one hierarchy, or one for each controller
        for place in sorted(top.glob("**/"), reverse=True):
            place.rmdir()
