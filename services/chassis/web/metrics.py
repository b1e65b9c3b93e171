"""What Prometheus may read: requests by route, and what waits in the service. Each app has a registry of its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from flask import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from services.chassis.service import Service
from services.chassis.web.delays import delays

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
NO_ROUTE = "none"
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


class _Backlog(Collector):
    """What waits and for how long, looked up when it is asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterable[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("fuxue_waiting", "What waits in the service.", labels=("service", "kind"))
        for kind, count in self._service.store.backlog().items():
            waiting.add_metric((self._service.name, kind), count)
        yield waiting
        late = GaugeMetricFamily("fuxue_late_seconds", "How long the oldest of each kind has waited.", labels=("service", "kind"))
        for kind, seconds in delays(self._service).items():
            late.add_metric((self._service.name, kind), seconds)
        yield late


class RequestMetrics:
    """Counts and times of one app's requests."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._seconds = Histogram(
            "fuxue_request_seconds",
            "Time to answer, by route.",
            ("service", "method", "route"),
            buckets=BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "fuxue_answers", "Answers by route and status.", ("service", "method", "route", "status"), registry=self._registry
        )
        self._service = service.name
        self._registry.register(_Backlog(service))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered; `route` is the template, never the path."""
        self._seconds.labels(self._service, method, route).observe(seconds)
        self._answers.labels(self._service, method, route, str(status)).inc()

    def text(self) -> bytes:
        """In Prometheus' text form."""
        return generate_latest(self._registry)


def may_read(request: Request, networks: Sequence[str]) -> bool:
    """Whether the request comes straight from one of the networks; what a proxy passed on does not."""
    if any(header in request.headers for header in _FORWARDED) or request.remote_addr is None:
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in networks)
