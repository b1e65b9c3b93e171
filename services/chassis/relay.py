"""The relay: takes what commits have put in the outbox to the bus, in order, and deletes what the bus has acknowledged.

The outbox is drained by deleting, never by a cursor: numbers are taken before commit, so a cursor would pass over rows of
a slower transaction. After a failed send everything from the first failure is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.bus.cloudevents import to_message, to_told_message
from services.chassis.bus.port import Bus, Message
from services.chassis.envelope import Envelope
from services.chassis.publication import PARTITIONS
from services.chassis.storage.port import EventStore
from services.chassis.storage.publications import kept

MESSAGES_A_SEND = 1_000


class Relay:
    """The one relay of a service: its own events go to `topic`, what others are told to theirs, made when they are first needed.

    `topics` are those that it has sent to.
    """

    def __init__(self, store: EventStore, bus: Bus, topic: str) -> None:
        self._store = store
        self._bus = bus
        self._topic = topic
        self.topics = {topic}

    def step(self) -> int:
        """Send the oldest rows once, where this process leads; answers how many are done.

        Raises BusUnavailable; nothing is lost by that.
        """
        if not self._store.leads():
            return 0
        rows = self._store.outbox(MESSAGES_A_SEND)
        if not rows:
            return 0
        acknowledged = self._bus.publish(self._messages([(topic, envelope) for _, topic, envelope in rows]))
        self._store.acknowledge([number for number, _, _ in rows[:acknowledged]])
        return acknowledged

    def _messages(self, rows: Sequence[tuple[str, Envelope]]) -> list[Message]:
        told = kept(self._store.engine, [(topic, each.stream_id, each.version) for topic, each in rows if topic != self._topic])
        if new := {topic for topic, _ in rows} - self.topics:
            self._bus.create_topics(dict.fromkeys(sorted(new), PARTITIONS))
            self.topics |= new
        return [
            to_message(envelope, topic)
            if topic == self._topic
            else to_told_message(envelope, told[topic, envelope.stream_id, envelope.version])
            for topic, envelope in rows
        ]
