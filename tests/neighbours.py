"""The other services, as far as one service under test hears them: events on the bus, in order per stream."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.bus.cloudevents import to_message
from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.clock import Clock
from services.chassis.crew import Crew
from services.chassis.decider import Event
from services.chassis.envelope import Envelope, stamp
from services.chassis.projections import ReadModel
from services.chassis.service import Foundation, Service
from services.chassis.signing import CheckpointKey
from services.chassis.wrapping import WrappingKeys
from services.contracts.catalogue import CATALOGUE
from services.contracts.topics import SERVICE_TOPICS
from tests.migrated import in_copies

COUNTY = "990126"
"""An invented county's division code."""


class StandingClock:
    """Business time that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant


class Neighbours:
    """Everybody else on the bus: tells events in the name of any service."""

    def __init__(self, bus: EmbeddedBus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._heads: dict[str, tuple[int, str]] = {}
        self.told: list[Envelope] = []

    def tell(
        self,
        stream_id: str,
        event: Event,
        *,
        key: str = "",
        correlation_id: str = "",
        causation_id: str = "",
        actor: str = "service:neighbour",
        occurred_at: datetime | None = None,
    ) -> Envelope:
        """One event of a stream, published on its service's topic; the key is the stream's own id unless given."""
        name, schema, data = CATALOGUE.encode(event)
        version, previous = self._heads.get(stream_id, (0, ""))
        event_id = str(uuid4())
        now = stamp(self._clock.now())
        envelope = Envelope(
            event_id=event_id,
            stream_id=stream_id,
            version=version + 1,
            type=name,
            schema=schema,
            county=COUNTY,
            partition_key=key or stream_id.partition("-")[2],
            actor=actor,
            on_behalf_of=None,
            occurred_at=stamp(occurred_at) if occurred_at else now,
            recorded_at=now,
            correlation_id=correlation_id or event_id,
            causation_id=causation_id or event_id,
            traceparent="",
            data=data,
        ).chained(previous)
        self._heads[stream_id] = (envelope.version, envelope.hash)
        self.told.append(envelope)
        self.publish(envelope, topic_of(envelope))
        return envelope

    def tell_all_again(self) -> None:
        """Everything that was told comes a second time, in its order."""
        for envelope in self.told:
            self.publish(envelope, topic_of(envelope))

    def publish(self, envelope: Envelope, topic: str) -> None:
        """Put an event on the bus (again)."""
        self._bus.publish([to_message(envelope, topic)])


def topic_of(envelope: Envelope) -> str:
    """The topic of the service that tells it; checkpoints are told by each service of its own."""
    topic = envelope.type.partition(".")[0]
    return envelope.stream_id.partition("-")[2] if topic == "chassis" else topic


def foundation(directory: Path, clock: Clock) -> tuple[Foundation, EmbeddedBus]:
    """A foundation in a directory of its own, with the house's topics on its bus."""
    bus = EmbeddedBus(directory / "bus.sqlite")
    bus.create_topics([topic.form for topic in SERVICE_TOPICS])
    ground = Foundation(
        county_code=COUNTY,
        open_store=in_copies(directory),
        clock=clock,
        wrapping_keys=WrappingKeys({"test": os.urandom(32)}),
        checkpoint_key=CheckpointKey(Ed25519PrivateKey.generate()),
    )
    return ground, bus


def settle(crew: Crew) -> None:
    """Let a service's crew work until nothing is left that could be done now."""
    while crew.step():
        pass


def events_of(service: Service, stream_id: str) -> list[Event]:
    """The events of one of its streams."""
    return [service.model.catalogue.decode(envelope) for envelope in service.store.walk([stream_id])]


Rows = dict[str, list[dict[str, object]]]
"""The rows of every read model, by table."""


def read_model(service: Service) -> Rows:
    """Every row of every read model and every entry of every index, for comparing live with rebuilt."""
    found: Rows = {}
    with service.engine.connect() as connection:
        for each in (*service.model.projections, *service.model.indexes):
            rows = connection.exec_driver_sql(f"SELECT * FROM {each.table.name}").mappings()  # noqa: S608  own names
            found[each.table.name] = by_key(each, [dict(row) for row in rows])
    return found


def by_key(of: ReadModel[Any], rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The rows of a table, in the order of its primary key."""
    columns = of.table.primary_key.columns.keys()
    return sorted(rows, key=lambda row: [str(row[column]) for column in columns])
