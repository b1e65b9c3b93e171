"""From a commit in one service to its committed effect in another, while events come at an even rate.

The commits are this process's, as a web process's would be; identity's worker sends, casework's hears: three processes, PostgreSQL
and Kafka between them.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from uuid import uuid4

from services.chassis.bus.kafka import KafkaBus
from services.chassis.service import Service
from services.contracts.ids import OfficerId
from services.deployed.composition import compose
from tests.bench.deployed.command import CONTEXT, appointment, officer
from tests.bench.deployed.servers import HOUSE_TOPICS, Servers
from tests.bench.deployed.worker import effects, working
from tests.bench.figures import Figure
from tests.bench.open_loop import percentile
from tests.deploy.containers import free_port
from tests.patience import eventually

EVENTS = 6_000
PER_SECOND = 200
OFFICERS = 200
P50_BAR_MS, P99_BAR_MS = 25.0, 100.0
LONGEST_WAIT_SECONDS = 60.0
MILLISECONDS = 1_000.0

Commit = tuple[str, int, float]
"""Stream, version, and when its commit was done by the machine's clock."""


def measure(servers: Servers) -> list[Figure]:
    """Appointments made in identity, journalled and shown by casework."""
    bus = servers.bus()
    topics = KafkaBus(bus)
    topics.create_topics(HOUSE_TOPICS)
    topics.close()
    identity, casework = (servers.service(name, bus, free_port()) for name in ("identity", "casework"))
    events = servers.of(EVENTS)
    with tempfile.TemporaryDirectory() as directory:
        notes = Path(directory) / "effects"
        notes.touch()
        composed = compose(identity)
        try:
            with working(identity), working(casework, notes):
                officers = _officers(composed.service)
                eventually(lambda: len(effects(notes)) == OFFICERS, seconds=LONGEST_WAIT_SECONDS)
                committed, late = _commit(composed.service, officers, events)
                eventually(lambda: len(effects(notes)) == OFFICERS + events, seconds=LONGEST_WAIT_SECONDS)
        finally:
            composed.close()
        seen = effects(notes)
    seconds = [seen[stream, version] - at for stream, version, at in committed]
    note = f"{events:,} events at {PER_SECOND}/s; the last command began {late * MILLISECONDS:.0f} ms behind its time"
    return [
        Figure(
            f"commit → effect in another service, {name}",
            percentile(seconds, share) * MILLISECONDS,
            "ms",
            bar,
            "at most",
            note=note,
        )
        for name, share, bar in (("p50", 0.5, P50_BAR_MS), ("p99", 0.99, P99_BAR_MS))
    ]


def _officers(service: Service) -> list[OfficerId]:
    officers = [OfficerId(uuid4().hex) for _ in range(OFFICERS)]
    for each in officers:
        service.execute(officer(each), CONTEXT)
    return officers


def _commit(service: Service, officers: list[OfficerId], events: int) -> tuple[list[Commit], float]:
    committed = []
    late = 0.0
    start = time.monotonic()
    for number in range(events):
        late = time.monotonic() - start - number / PER_SECOND
        time.sleep(max(0.0, -late))
        (event,) = service.execute(appointment(officers[number % OFFICERS]), CONTEXT)
        committed.append((event.stream_id, event.version, time.monotonic()))
    return committed, max(late, 0.0)
