"""A worker of a service in a process of its own, put together as its container is; it can note when effects were committed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.chassis.bus.kafka import KafkaBus
from services.chassis.collector import spare_what_stays
from services.chassis.crew import Crew
from services.chassis.doorbell import Doorbell
from services.chassis.hands import Hands
from services.chassis.logs import configure_logs
from services.chassis.service import Service
from services.chassis.storage.tables import RECEIVED
from services.deployed.composition import compose
from services.deployed.settings import ServiceSettings
from tests.bench.deployed.crowd import PREPARED_SECONDS, SPAWN

STOP_SECONDS = 30.0


class Notes:
    """When each event of other services had its effect here: taken after the commit that held it, by the machine's clock."""

    def __init__(self, service: Service, path: Path) -> None:
        self._engine = service.engine
        self._file = path.open("a")
        self._last = 0
        self._new = (
            sa.select(RECEIVED.c.position, RECEIVED.c.stream_id, RECEIVED.c.version)
            .where(RECEIVED.c.position > sa.bindparam("last"))
            .order_by(RECEIVED.c.position)
        )
        service.store.on_commit(self.look)

    def look(self) -> None:
        """Note what is new in the journal."""
        now = time.monotonic()
        with self._engine.connect() as connection:
            for position, stream_id, version in connection.execute(self._new, {"last": self._last}):
                self._last = position
                self._file.write(f"{stream_id} {version} {now}\n")
        self._file.flush()


def effects(path: Path) -> dict[tuple[str, int], float]:
    """What was noted, by stream and version."""
    noted = (line.split() for line in path.read_text().splitlines())
    return {(stream_id, int(version)): float(at) for stream_id, version, at in noted}


@contextmanager
def working(settings: ServiceSettings, notes: Path | None = None) -> Iterator[None]:
    """While a worker of the service works."""
    ready = SPAWN.Event()
    process = SPAWN.Process(target=_work, args=(settings, notes, ready), daemon=True)
    process.start()
    if not ready.wait(PREPARED_SECONDS):
        process.kill()
        raise RuntimeError(f"the worker of {settings.service} did not start")
    try:
        yield
    finally:
        process.terminate()
        process.join(STOP_SECONDS)
    if process.exitcode != 0:
        raise RuntimeError(f"the worker of {settings.service} ended with {process.exitcode}")


def _work(settings: ServiceSettings, notes: Path | None, ready: Any) -> None:
    """`services.deployed.worker.work`, but rung at a port that is its own on this machine."""
    configure_logs("error")  # of a broker that goes away it would tell at length
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: told.set())
    composed = compose(settings)
    if notes is not None:
        Notes(composed.service, notes)
    bus = KafkaBus(settings.kafka)
    crew = Crew(composed.service, bus)
    bell = Doorbell(settings.workers)
    hands = Hands(crew, also_wake_on=(bell.on_ring,))
    spare_what_stays()
    hands.start()
    ready.set()
    told.wait()
    hands.stop()
    crew.close()
    bus.close()
    bell.close()
    composed.close()
