"""The relay: takes what commits have put in the outbox to the bus, in order, and deletes what the bus has acknowledged.

The outbox is drained by deleting, never by a cursor: numbers are taken before commit, so a cursor would pass over rows of
a slower transaction. After a failed send everything from the first failure is sent again.
"""

from __future__ import annotations

from services.chassis.bus.cloudevents import to_message
from services.chassis.bus.port import Bus
from services.chassis.storage.port import EventStore

MESSAGES_A_SEND = 500


class Relay:
    """The one relay of a service."""

    def __init__(self, store: EventStore, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    def step(self) -> int:
        """Send the oldest rows once, where this process leads; answers how many are done.

        Raises BusUnavailable; nothing is lost by that.
        """
        if not self._store.leads():
            return 0
        rows = self._store.outbox(MESSAGES_A_SEND)
        if not rows:
            return 0
        acknowledged = self._bus.publish([to_message(envelope, topic) for _, topic, envelope in rows])
        self._store.acknowledge([number for number, _, _ in rows[:acknowledged]])
        return acknowledged
