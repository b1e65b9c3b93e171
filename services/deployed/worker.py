"""The worker process of a service: relay, consumers, timers and outside calls, until told to stop.

While all of them get on, a file is touched every few seconds: how old it is tells a health check what it wants to know,
without starting an interpreter. Prometheus reads the numbers behind it at port 8000, inside the deployment's own network.
"""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import structlog
from prometheus_client import start_http_server

from services.chassis.bus.kafka import KafkaBus
from services.chassis.collector import spare_what_stays
from services.chassis.crew import Crew
from services.chassis.doorbell import Doorbell
from services.chassis.hands import Hands
from services.chassis.logs import configure_logs
from services.deployed.composition import compose
from services.deployed.numbers import Lag, worker_numbers
from services.deployed.settings import DOORBELL_PORT, ServiceSettings

log = structlog.get_logger()

LOG_LEVEL = "info"
PULSE = Path("/tmp/pulse")  # noqa: S108  a container's own, and the only place where it may write
PULSE_SECONDS = 5.0
METRICS_PORT = 8000


def work(settings: ServiceSettings, pulse: Path = PULSE) -> None:
    """Work until SIGTERM or SIGINT: the batch at hand is finished, the lead handed over, the chores of each minute are done."""
    configure_logs(LOG_LEVEL)
    stopping = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda _signal, _frame: stopping.set())
    composed = compose(settings)
    bus = KafkaBus(settings.kafka)
    crew = Crew(composed.service, bus)
    bell = Doorbell(("0.0.0.0", DOORBELL_PORT))  # noqa: S104  in the container's own network; a ring says nothing
    hands = Hands(crew, also_wake_on=(bell.on_ring,))
    spare_what_stays()
    hands.start()
    lag = Lag(settings.service, lambda: KafkaBus(settings.kafka)) if composed.service.model.listens_to else None
    server, _ = start_http_server(METRICS_PORT, registry=worker_numbers(settings.service, hands.standstill, lag))
    log.info("worker_started", service=settings.service)
    try:
        while not stopping.wait(PULSE_SECONDS):
            if hands.get_on():
                pulse.touch()
    finally:
        begun = time.monotonic()
        server.shutdown()
        server.server_close()
        if lag is not None:
            lag.close()
        hands.stop()
        for chore in composed.service.each_minute:
            chore()
        crew.close()
        bus.close()
        bell.close()
        composed.close()
        log.info("worker_stopped", service=settings.service, seconds=round(time.monotonic() - begun, 3))
