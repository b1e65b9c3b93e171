"""The worker process of a service: relay, consumers, timers and outside calls, until told to stop.

Without a broker it keeps terms and calls outside; what is to be sent waits in the outbox.

While all of them get on, a file is touched every few seconds: how old it is tells a health check what it wants to know,
without starting an interpreter. Prometheus reads the numbers behind it at port 8000, inside the deployment's own network.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import structlog
from prometheus_client import start_http_server

from services.chassis.bus.kafka import KafkaBus
from services.chassis.chores import do_all
from services.chassis.collector import spare_what_stays
from services.chassis.crew import Crew
from services.chassis.doorbell import Doorbell
from services.chassis.hands import Hands
from services.chassis.logs import configure_logs
from services.deployed.checked_broker import CheckedBroker
from services.deployed.composition import compose
from services.deployed.numbers import Lag, worker_numbers
from services.deployed.settings import DOORBELL_PORT, ServiceSettings

log = structlog.get_logger()

LOG_LEVEL = "info"
PULSE = Path("/tmp/pulse")  # noqa: S108  a container's own, and the only place where it may write
PULSE_SECONDS = 5.0
METRICS_PORT = 8000


def work(settings: ServiceSettings, pulse: Path = PULSE) -> None:
    """Work until SIGTERM or SIGINT: the batch at hand is finished, the lead handed over, the chores of each minute are done.

    Whatever fails on the way out, all else is still done and closed; then it is raised.
    """
    configure_logs(LOG_LEVEL)
    stopping = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda _signal, _frame: stopping.set())
    with ExitStack() as opened:
        hands = _at_work(settings, opened)
        log.info("worker_started", service=settings.service)
        while not stopping.wait(PULSE_SECONDS):
            if hands.get_on():
                pulse.touch()
        begun = time.monotonic()
    log.info("worker_stopped", service=settings.service, seconds=round(time.monotonic() - begun, 3))


def _at_work(settings: ServiceSettings, opened: ExitStack) -> Hands:
    """The hands, at work, and on the stack how they and all that they need are ended: what was opened last goes first."""
    composed = compose(settings)
    opened.callback(composed.close)
    service = composed.service
    bus = KafkaBus(settings.kafka)
    opened.callback(bus.close)
    crew = Crew(service, bus)
    opened.callback(crew.close)
    bell = Doorbell(("0.0.0.0", DOORBELL_PORT))  # noqa: S104  in the container's own network; a ring says nothing
    opened.callback(bell.close)
    checked = CheckedBroker(settings.database, settings.kafka)
    hands = Hands(crew, also_wake_on=(bell.on_ring,), bus_may_be_used=checked.must_be)
    spare_what_stays()
    hands.start()
    opened.callback(do_all, service.each_minute, service.name)
    opened.callback(hands.stop)
    lag = Lag(settings.service, lambda: KafkaBus(settings.kafka)) if service.model.listens_to else None
    if lag is not None:
        opened.callback(lag.close)
    server, _ = start_http_server(METRICS_PORT, registry=worker_numbers(settings.service, hands.standstill, lag))
    opened.callback(server.server_close)
    opened.callback(server.shutdown)
    return hands
