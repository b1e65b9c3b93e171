"""What a worker tells Prometheus: whether its hands get on, and how far its service is behind on the bus."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.chassis.bus.port import Bus
from services.chassis.errors import BusUnavailable, Misconfigured

log = structlog.get_logger()

PATIENCE_SECONDS = 3.0
"""How long an answer may wait for the broker: far less than Prometheus waits for the answer."""


class Lag:
    """How many messages a group has not processed, asked by a thread of its own that is given a bus of its own.

    Whoever asks waits for no broker that is away, and whoever closes the worker's bus for no question under way.
    """

    def __init__(self, group: str, connect: Callable[[], Bus], *, patience: float = PATIENCE_SECONDS) -> None:
        self._group = group
        self._connect = connect
        self._patience = patience
        self._asked, self._answered = threading.Event(), threading.Event()
        self._closed = False
        self._lag: int | None = None
        threading.Thread(target=self._run, name="lag", daemon=True).start()

    def now(self) -> int | None:
        """The lag, or nothing where the bus does not tell it in time."""
        self._answered.clear()
        self._asked.set()
        return self._lag if self._answered.wait(self._patience) else None

    def close(self) -> None:
        """Ask no more."""
        self._closed = True
        self._asked.set()

    def _run(self) -> None:
        bus = self._connect()
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._closed:
                break
            self._lag = self._measured(bus)
            self._answered.set()
        bus.close()

    def _measured(self, bus: Bus) -> int | None:
        try:
            return bus.lag(self._group)
        except (BusUnavailable, Misconfigured) as trouble:
            log.warning("lag_not_known", group=self._group, what=str(trouble))
            return None


class _Numbers(Collector):
    """Looked up when they are asked for."""

    def __init__(self, service: str, standstill: Callable[[], Mapping[str, float]], lag: Lag | None) -> None:
        self._service = service
        self._standstill = standstill
        self._lag = lag

    def collect(self) -> Iterable[GaugeMetricFamily]:
        still = GaugeMetricFamily(
            "fuxue_standstill_seconds", "Seconds since a step ended without trouble.", labels=("service", "step")
        )
        for step, seconds in self._standstill().items():
            still.add_metric((self._service, step), seconds)
        yield still
        if self._lag is not None:
            yield from self._on_the_bus(self._lag.now())

    def _on_the_bus(self, lag: int | None) -> Iterable[GaugeMetricFamily]:
        answers = GaugeMetricFamily("fuxue_bus_answers", "Whether the bus told the lag.", labels=("service",))
        answers.add_metric((self._service,), lag is not None)
        yield answers
        if lag is not None:
            behind = GaugeMetricFamily("fuxue_lag_messages", "Messages that the service has not processed.", labels=("service",))
            behind.add_metric((self._service,), lag)
            yield behind


def worker_numbers(service: str, standstill: Callable[[], Mapping[str, float]], lag: Lag | None) -> CollectorRegistry:
    """A registry with the worker's numbers and nothing else; a service that reads nothing has no lag."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(service, standstill, lag))
    return registry
