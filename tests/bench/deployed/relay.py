"""The relay from PostgreSQL into Kafka, against a bare producer that sends the same records and waits for their acknowledgement.

Rounds alternate. The producer is kafka-python's, which is idempotent and wants every acknowledgement by itself: with its own
defaults, and with batches as large as ours; the better of the two is the peer. Both as kafka-python comes, with its checksums in
Python, and with them in C, which the house has (decision 0048).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from kafka import KafkaProducer
from kafka.record import default_records
from kafka.record._crc32c import crc as reckoned_in_python

from services.chassis.bus.cloudevents import to_message
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import BATCH_BYTES, KafkaSettings
from services.chassis.envelope import Envelope
from services.chassis.relay import Relay
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.postgres import PostgresStore
from tests.bench.deployed.servers import Servers
from tests.bench.figures import Figure
from tests.bench.rebuild import EVENTS_A_BATCH, lives
from tests.chassis.toy import MIGRATIONS
from tests.topics import forms

BAR = 0.8
ROUNDS = 5
PUPILS = 2_000
"""Five events each, in each round."""

TOPIC = "roll"
PEER = "kafka-python send + acknowledge, as it comes"
PEER_IN_C = "kafka-python send + acknowledge, checksums in C as ours"
LARGE_BATCHES = {"batch_size": BATCH_BYTES, "max_request_size": BATCH_BYTES, "linger_ms": 5}
IN_C = ", in C"
Record = tuple[bytes, bytes, list[tuple[str, bytes]]]
Speeds = dict[str, float]
"""Messages a second, by who sends them."""


def measure(servers: Servers) -> list[Figure]:
    """Messages a second of both, the medians of alternating rounds."""
    settings = servers.bus()
    bus = KafkaBus(settings)
    bus.create_topics(forms({TOPIC: 4}))
    store = PostgresStore(servers.postgres.database(MIGRATIONS / "roll"))
    relay = Relay(store, bus, TOPIC)
    rounds: list[Speeds] = []
    with producer(settings) as plain, producer(settings, **LARGE_BATCHES) as tuned:
        for number in range(ROUNDS + 1):
            events = list(lives(servers.of(PUPILS), number))
            bare = records(events)
            fill(store, events)
            seconds = {"ours": relayed(relay, len(events))}
            for peer, sender in (("bare", plain), ("bare in large batches", tuned)):
                seconds[peer + IN_C] = sent(sender, settings.named(TOPIC), bare)
                with as_it_comes():
                    seconds[peer] = sent(sender, settings.named(TOPIC), bare)
            rounds.append({who: len(events) / spent for who, spent in seconds.items()})
    bus.close()
    store.close()
    median = {who: statistics.median(one[who] for one in rounds[1:]) for who in rounds[0]}  # the first round warms up
    return [_figure(median, "", PEER), _figure(median, IN_C, PEER_IN_C)]


def _figure(median: Speeds, kind: str, peer: str) -> Figure:
    beside = {who: median[who] for who in ("ours", "bare" + kind, "bare in large batches" + kind)}
    ours, *others = beside.values()
    note = ", ".join(f"{who} {speed:,.0f}/s" for who, speed in beside.items())
    return Figure("relay into Kafka", ours / max(others), "×", BAR, "at least", peer, note)


def fill(store: EventStore, events: Sequence[Envelope], topic: str = TOPIC) -> None:
    """Events with their outbox rows."""
    for first in range(0, len(events), EVENTS_A_BATCH):
        part = events[first : first + EVENTS_A_BATCH]
        with store.transaction() as transaction:
            transaction.commit(Batch(events=list(part), outbox=[(topic, event.stream_id, event.version) for event in part]))


def relayed(relay: Relay, events: int) -> float:
    """Seconds until the outbox is empty."""
    began = time.perf_counter()
    while events:
        events -= relay.step()
    return time.perf_counter() - began


def records(events: Sequence[Envelope], topic: str = TOPIC) -> list[Record]:
    """The same keys, values and headers as the relay's, ready to be sent."""
    messages = [to_message(event, topic) for event in events]
    return [(m.key.encode(), m.value, [(name, value.encode()) for name, value in m.headers.items()]) for m in messages]


@contextmanager
def producer(settings: KafkaSettings, **more: Any) -> Iterator[Any]:
    """kafka-python's own, on the same broker."""
    made = KafkaProducer(**settings.client(), **more)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def as_it_comes() -> Iterator[None]:
    """While kafka-python in this process has what it has without the package `crc32c`."""
    with mock.patch.object(default_records, "calc_crc32c", reckoned_in_python):
        yield


def sent(peer: Any, topic: str, bare: Sequence[Record]) -> float:
    """Seconds until all records are acknowledged."""
    began = time.perf_counter()
    futures = [peer.send(topic, key=key, value=value, headers=headers) for key, value, headers in bare]
    peer.flush()
    spent = time.perf_counter() - began
    assert all(future.succeeded() for future in futures)
    return spent
