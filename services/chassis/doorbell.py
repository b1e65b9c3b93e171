"""The doorbell: who has committed wakes the workers of its service in other processes, by a datagram that says nothing.

PostgreSQL's NOTIFY would take a lock of the whole server with each commit. A ring that is lost, or comes twice, does no harm:
workers look again by themselves a little later.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

log = structlog.get_logger()

RING = b"\x01"
RESOLVE_AGAIN_SECONDS = 5.0
"""How long a worker that has come to a name since may wait for its first ring."""

LARGEST_RING = 16

Address = tuple[str, int]
"""Host and port; behind the name of a host there may be several workers, and each is rung."""


class Ringer:
    """The button: wakes whoever listens at an address. Make it in the process that commits, after it has forked.

    A thread of its own looks up where they are, so that a commit never waits for a name that does not resolve; as long as that is
    known whoever commits sends, for to wake a thread costs more than a datagram.
    """

    def __init__(self, address: Address, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._monotonic = monotonic
        self._look_at = float("-inf")
        self._targets: Sequence[tuple[socket.socket, Any]] = ()
        self._sockets: dict[int, socket.socket] = {}
        self._wanted = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._find_and_send, name="ringer", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Wake them; `EventStore.on_commit` takes it."""
        if self._monotonic() < self._look_at:
            self._send()
        else:
            self._wanted.set()

    def close(self) -> None:
        """Send what is still to be sent, and end."""
        self._closed = True
        self._wanted.set()
        self._thread.join()
        for each in self._sockets.values():
            each.close()

    def _send(self) -> None:
        for wire, target in self._targets:
            try:
                wire.sendto(RING, target)
            except OSError as trouble:  # they look again by themselves
                log.debug("not_rung", trouble=type(trouble).__name__)

    def _find_and_send(self) -> None:
        while not self._closed:
            self._wanted.wait()
            self._wanted.clear()
            if self._monotonic() >= self._look_at:
                self._look_at = self._monotonic() + RESOLVE_AGAIN_SECONDS
                self._find()
            self._send()

    def _find(self) -> None:
        """Where they are now; while the name does not resolve, where they were last."""
        try:
            found = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)
        except OSError as trouble:
            log.debug("workers_not_found", host=self._address[0], trouble=type(trouble).__name__)
        else:
            self._targets = [(self._wire(family), target) for family, target in dict.fromkeys((each[0], each[4]) for each in found)]

    def _wire(self, family: int) -> socket.socket:
        if family not in self._sockets:
            self._sockets[family] = socket.socket(family, socket.SOCK_DGRAM)
            self._sockets[family].setblocking(False)  # noqa: FBT003  the standard library's own way
        return self._sockets[family]


class Doorbell:
    """The bell: calls its wakers when somebody rings. `Hands` takes `on_ring`; port 0 takes a free one."""

    def __init__(self, address: Address) -> None:
        self._wakers: list[Callable[[], None]] = []
        family, _, _, _, place = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)[0]
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind(place)
        self._closed = False
        self._thread = threading.Thread(target=self._listen, name="doorbell", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def on_ring(self, wake: Callable[[], None]) -> None:
        """Call `wake` at each ring; several rings at once may be one call."""
        self._wakers.append(wake)

    def close(self) -> None:
        """Hang it off."""
        self._closed = True
        host, port = self._socket.getsockname()[:2]
        with socket.socket(self._socket.family, socket.SOCK_DGRAM) as own:  # the one way to end a wait for a datagram
            own.sendto(RING, (_reachable(host), port))
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            self._socket.recv(LARGEST_RING)
            if self._closed:
                return
            for wake in self._wakers:
                wake()


def _reachable(host: str) -> str:
    """An address at which this process reaches a socket that is bound to all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
