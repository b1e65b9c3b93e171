"""The doorbell: a ring reaches every worker behind a name, and nobody who commits waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from services.chassis import doorbell
from services.chassis.doorbell import LARGEST_RING, RESOLVE_AGAIN_SECONDS, Doorbell, Ringer
from tests.patience import eventually

HERE = ("127.0.0.1", 0)


class Rung:
    """A bell, and how often it rang."""

    def __init__(self) -> None:
        self.bell = Doorbell(HERE)
        self.times = 0
        self.bell.on_ring(self._count)

    def _count(self) -> None:
        self.times += 1


@pytest.fixture
def rung() -> Iterator[Rung]:
    rung = Rung()
    yield rung
    rung.bell.close()


def test_a_ring_wakes_who_listens(rung: Rung) -> None:
    ringer = Ringer(("127.0.0.1", rung.bell.port))
    ringer.ring()
    eventually(lambda: rung.times)
    before = rung.times
    ringer.ring()
    eventually(lambda: rung.times > before)
    ringer.close()


def test_every_worker_behind_a_name_is_rung_and_one_that_came_later_too(monkeypatch: pytest.MonkeyPatch, rung: Rung) -> None:
    other, now = Rung(), 0.0
    ports = [rung.bell.port]

    def resolved(_host: str, _port: int, **_asked: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", port)) for port in ports]

    monkeypatch.setattr(doorbell.socket, "getaddrinfo", resolved)
    ringer = Ringer(("roll-worker", 7070), monotonic=lambda: now)
    ringer.ring()
    eventually(lambda: rung.times)
    ports.append(other.bell.port)
    now += RESOLVE_AGAIN_SECONDS
    ringer.ring()
    eventually(lambda: other.times)
    ringer.close()
    other.bell.close()


def test_a_name_that_does_not_resolve_holds_nobody_up_and_who_was_there_is_still_rung(
    monkeypatch: pytest.MonkeyPatch, rung: Rung
) -> None:
    now, slow = 0.0, threading.Event()
    ringer = Ringer(("127.0.0.1", rung.bell.port), monotonic=lambda: now)
    ringer.ring()
    eventually(lambda: rung.times)

    def unresolved(*_asked: Any, **_more: Any) -> None:
        slow.wait()
        raise OSError

    monkeypatch.setattr(doorbell.socket, "getaddrinfo", unresolved)
    now += RESOLVE_AGAIN_SECONDS
    before, begun = rung.times, time.monotonic()
    for _ in range(1_000):
        ringer.ring()
    assert time.monotonic() - begun < 5
    slow.set()
    eventually(lambda: rung.times > before)
    ringer.close()


def test_what_is_no_ring_of_ours_does_not_end_the_listening(rung: Rung) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"x" * (LARGEST_RING * 100), ("127.0.0.1", rung.bell.port))
        stranger.sendto(b"", ("127.0.0.1", rung.bell.port))
    eventually(lambda: rung.times >= 2)


def test_where_nobody_listens_a_ring_is_lost_and_nothing_else(rung: Rung) -> None:
    ringer = Ringer(("127.0.0.1", 1))
    for _ in range(3):
        ringer.ring()
        time.sleep(0)
    ringer.close()
    assert rung.times == 0
