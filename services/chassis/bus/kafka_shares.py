"""The partitions that are a member's on Kafka, and the records of them that it has at hand.

kafka-python calls a rebalance listener on its I/O thread, where neither a commit nor a database may be waited for: the listener
keeps the books and no more. A partition that comes is paused at once; it flows when the member has placed it. Records are kept by
partition and dealt out in turn, because the client empties one partition before it looks at the next.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka import ConsumerRebalanceListener, TopicPartition  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.port import Delivery, Message
from services.chassis.bus.port import TopicPartition as Place


@dataclass
class Share:
    """One partition of a member: until it is placed, `topic_id` is empty and nothing of it is delivered."""

    topic_id: str = ""
    cut_short: bool = False
    records: deque[Any] = field(default_factory=deque)

    def unplace(self, *, cut_short: bool = False) -> None:
        """Its place is to be found again."""
        self.topic_id, self.cut_short = "", cut_short
        self.records.clear()


class Shares(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Which partitions are this member's, kept up to date by the client."""

    def __init__(self, consumer: Any, place_of: Callable[[TopicPartition], Place]) -> None:
        self._consumer = consumer
        self._place_of = place_of
        self._lock = threading.Lock()
        self._shares: dict[Place, Share] = {}
        self._deals = 0

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        with self._lock:
            for partition in assigned:
                self._consumer.seek(partition, 0)  # any position: without one the client would ask the broker for its own
                self._consumer.pause(partition)
                self._shares[self._place_of(partition)] = Share()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        with self._lock:
            for partition in revoked:
                self._shares.pop(self._place_of(partition), None)

    def all(self) -> Mapping[Place, Share]:
        """Every partition that is this member's now."""
        with self._lock:
            return dict(self._shares)

    def get(self, place: Place) -> Share | None:
        """One of them, or nothing where it is not this member's."""
        with self._lock:
            return self._shares.get(place)

    def waiting(self) -> int:
        """How many records are at hand."""
        return sum(len(share.records) for share in self.all().values())

    def deal(self, limit: int) -> list[Delivery]:
        """Records from each partition in turn, another one first each time: a busy one does not starve the rest."""
        shares = [each for each in self.all().items() if each[1].records]
        self._deals += 1
        first = self._deals % max(len(shares), 1)
        dealt: list[Delivery] = []
        for left, (place, share) in zip(range(len(shares), 0, -1), shares[first:] + shares[:first], strict=True):
            part = min(len(share.records), -(-(limit - len(dealt)) // left))
            dealt.extend(_delivery(place, share.topic_id, share.records.popleft()) for _ in range(part))
        return dealt


def _delivery(place: Place, topic_id: str, record: Any) -> Delivery:
    """Whatever somebody has put there is delivered; whether it is an event of ours the reader finds out."""
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    key = (record.key or b"").decode(errors="replace")
    message = Message(topic=place[0], key=key, headers=headers, value=record.value or b"")
    return Delivery(topic_id=topic_id, partition=place[1], offset=record.offset, message=message)
