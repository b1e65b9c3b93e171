"""An outbox that filled while the broker was down: how fast a worker sends it, and how commands fare meanwhile.

The bare producer sends the same records afterwards, in large batches, beside the same commands: with its checksums in C, which
the house has, and as kafka-python comes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import sqlalchemy as sa

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.service import Service
from services.chassis.storage.tables import OUTBOX
from services.contracts.ids import OfficerId
from services.deployed.composition import compose
from tests.bench.deployed.command import CONTEXT, appointment, officer
from tests.bench.deployed.crowd import seconds_of
from tests.bench.deployed.relay import LARGE_BATCHES, PEER, PEER_IN_C, as_it_comes, fill, producer, records, sent
from tests.bench.deployed.servers import HOUSE_TOPICS, Servers
from tests.bench.deployed.worker import working
from tests.bench.figures import Figure
from tests.bench.rebuild import lives
from tests.deploy.containers import free_port
from tests.patience import eventually

PUPILS = 20_000
"""Five events each."""

BAR = 0.8
COMMANDS_A_SECOND = 50
LONGEST_COMMAND_BAR_MS = 1_000.0
MILLISECONDS = 1_000.0
DRAINED_SECONDS = 600.0
SERVICE = "identity"


@dataclass
class Commands:
    """Commands at an even rate, and how long each took from its appointed time, in seconds."""

    service: Service
    seconds: list[float] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def give(self) -> None:
        """Until told to stop."""
        who = OfficerId(uuid4().hex)
        self.service.execute(officer(who), CONTEXT)
        at = time.monotonic()
        while not self._stop.wait(max(0.0, at - time.monotonic())):
            if len(self.seconds) % 20 == 0:  # an officer with few appointments, as officers are
                who = OfficerId(uuid4().hex)
                self.service.execute(officer(who), CONTEXT)
            self.service.execute(appointment(who), CONTEXT)
            self.seconds.append(time.monotonic() - at)
            at += 1 / COMMANDS_A_SECOND

    @contextmanager
    def beside(self) -> Iterator[None]:
        """While they come."""
        self._stop.clear()
        thread = threading.Thread(target=self.give)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def measure(servers: Servers) -> list[Figure]:
    """Messages a second from the first that is acknowledged to the last, and the longest command from the outage to then."""
    bus = servers.bus()
    topics = KafkaBus(bus)
    topics.create_topics(HOUSE_TOPICS)
    topics.close()
    settings = servers.service(SERVICE, bus, free_port())
    pupils = servers.of(PUPILS)
    composed = compose(settings)
    try:
        with working(settings):
            commands = Commands(composed.service)
            with commands.beside():
                waited, spent = _outage(servers, composed.service, pupils)
        beside_peer = Commands(composed.service)
        with beside_peer.beside():
            in_c = seconds_of(1, sending, bus, pupils)
            plain = seconds_of(1, sending_as_it_comes, bus, pupils)
    finally:
        composed.close()
    events = 5 * pupils
    longest, peers = (max(of.seconds) * MILLISECONDS for of in (commands, beside_peer))
    name = f"outbox of {events:,} events after a broker outage"
    rate = f"{len(commands.seconds):,} at {COMMANDS_A_SECOND}/s from the outage to the end; beside the bare producer {peers:.0f} ms"
    return [
        *(
            Figure(
                name,
                bare / spent,
                "×",
                BAR,
                "at least",
                peer,
                f"{events / spent:,.0f}/s, bare {events / bare:,.0f}/s; the first went {waited:.1f} s after the broker was back",
            )
            for peer, bare in ((PEER, plain), (PEER_IN_C, in_c))
        ),
        Figure("the longest command meanwhile", longest, "ms", LONGEST_COMMAND_BAR_MS, "at most", note=rate),
    ]


def _outage(servers: Servers, service: Service, pupils: int) -> tuple[float, float]:
    """Seconds from the broker's return to the first acknowledgement, and from there to the last of what had gathered."""
    head = sa.select(sa.func.min(OUTBOX.c.number))
    with servers.kafka.stopped():
        fill(service.store, list(lives(pupils)), SERVICE)
        with service.engine.connect() as connection:
            first, last = connection.execute(sa.select(sa.func.min(OUTBOX.c.number), sa.func.max(OUTBOX.c.number))).one()

    def beyond(number: int) -> bool:
        with service.engine.connect() as connection:
            now = connection.execute(head).scalar()
        return now is None or now > number

    back = time.monotonic()
    eventually(lambda: beyond(first), seconds=DRAINED_SECONDS)
    begun = time.monotonic()
    eventually(lambda: beyond(last), seconds=DRAINED_SECONDS)
    return begun - back, time.monotonic() - begun


@contextmanager
def sending(_number: int, bus: KafkaSettings, pupils: int) -> Iterator[Callable[[], None]]:
    """The bare producer in a process of its own, as the worker is."""
    bare = records(list(lives(pupils)), SERVICE)
    with producer(bus, **LARGE_BATCHES) as peer:

        def act() -> None:
            sent(peer, bus.named(SERVICE), bare)

        yield act


@contextmanager
def sending_as_it_comes(number: int, bus: KafkaSettings, pupils: int) -> Iterator[Callable[[], None]]:
    """The same without the package that the house has beside kafka-python."""
    with as_it_comes(), sending(number, bus, pupils) as act:
        yield act
