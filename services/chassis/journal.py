"""What a turn keeps of the bus: which foreign events have had their effect, which wait, which were lost."""

from __future__ import annotations

from datetime import datetime

from services.chassis.bus.places import LostPlace, Position
from services.chassis.envelope import Envelope, stamp
from services.chassis.storage.port import Batch, Lost, Parked, Received, Transaction


class Journal:
    """The journal of one turn; events of the own topic stand in the own log and are noted without their bytes."""

    def __init__(self, transaction: Transaction, batch: Batch, *, now: datetime, own_topic: str) -> None:
        self._tx = transaction
        self._batch = batch
        self._now = now
        self._own_topic = own_topic

    def last_version(self, stream_id: str) -> int:
        """The version of the last handled event of a stream, as of this turn."""
        for received in reversed(self._batch.received):
            if received.envelope.stream_id == stream_id:
                return received.envelope.version
        return self._tx.received_version(stream_id)

    def receive(self, envelope: Envelope, topic: str) -> None:
        """Take a delivered event into the journal."""
        self._batch.received.append(Received(envelope=envelope, topic=topic, without_bytes=topic == self._own_topic))

    def discard(self, envelope: Envelope, topic: str) -> None:
        """Count a delivered event as handled; what was discarded has no effect in a rebuild either."""
        without_bytes = topic == self._own_topic
        self._batch.received.append(Received(envelope=envelope, topic=topic, without_bytes=without_bytes, discarded=True))

    def parked_keys(self) -> set[str]:
        """The partition keys that wait, as of this turn."""
        return self._tx.parked_keys() | {parked.envelope.partition_key for parked in self._batch.parked}

    def park(self, envelope: Envelope, topic: str, reason: str, detail: str) -> None:
        """Let an event wait, and with it its key."""
        self._batch.parked.append(
            Parked(position=0, topic=topic, envelope=envelope, reason=reason, detail=detail, parked_at=stamp(self._now))
        )

    def stays(self, parked: Parked) -> None:
        """An event that waits goes on waiting, for another reason maybe."""
        self._batch.parked.append(parked)

    def let_go(self, parked: Parked) -> None:
        """An event waits no more."""
        self._batch.unparked.append(parked.position)

    def reach(self, topic: str, partition: int, position: Position) -> None:
        """How far the bus has been read once this turn is true."""
        self._batch.offsets[topic, partition] = position

    def said_again(self, topic: str, recorded_at: str) -> None:
        """All that a topic had lost by then has been told again."""
        self._batch.said_again[topic] = recorded_at

    def lose(self, place: LostPlace) -> None:
        """Keep that a place on the bus was lost, and go on where the bus can."""
        self._batch.lost.append(Lost(place=place, found_at=stamp(self._now)))
        self.reach(place.topic, place.partition, place.now)
