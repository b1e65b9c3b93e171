"""The adapters of the bus that the one suite runs on: Kafka joins by one more row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.port import Bus, Delivery, Message, Subscription

ADAPTERS: dict[str, Callable[[Path], Bus]] = {"embedded": lambda directory: EmbeddedBus(directory / "bus.sqlite")}

TOPIC = "roll"
PARTITIONS = 3
PATIENCE = 50
"""How many polls without a message end a reading: a broker's group needs several to come to rest, the embedded bus one."""


def message(key: str, number: int, topic: str = TOPIC) -> Message:
    """The nth message of a key."""
    headers = {"ce_id": f"{key}/{number}", "content-type": "application/json", "ce_note": "第一"}
    return Message(topic=topic, key=key, headers=headers, value=f'"{key}/{number}"'.encode())


@dataclass
class Database:
    """What the readers of one group share: positions, and what they have done, both changed together as a turn does."""

    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    done: list[Message] = field(default_factory=list)

    def position_of(self, topic: str, partition: int) -> int:
        return self.positions.get((topic, partition), 0)

    def take(self, deliveries: Iterable[Delivery]) -> None:
        """The effect of messages and the positions behind them; a position never goes back by a late delivery."""
        for delivery in deliveries:
            place = (delivery.message.topic, delivery.partition)
            if delivery.offset < self.position_of(*place):
                continue
            assert delivery.offset == self.position_of(*place), "a message was passed over"
            self.done.append(delivery.message)
            self.positions[place] = delivery.offset + 1

    def numbers_by_key(self) -> dict[str, list[str]]:
        """What was done, by key, in order."""
        by_key = defaultdict(list)
        for one in self.done:
            by_key[one.key].append(one.headers["ce_id"])
        return dict(by_key)


def read_some(member: Subscription, limit: int = 1_000) -> list[Delivery]:
    """The next messages of a member, none where none come in all patience."""
    for _ in range(PATIENCE):
        if deliveries := member.poll(limit):
            return deliveries
    return []


def read_all(database: Database, *members: Subscription, limit: int = 7) -> None:
    """Let the members of a group read in turn until nothing more comes."""
    quiet = 0
    while quiet < PATIENCE:
        got = 0
        for member in members:
            deliveries = member.poll(limit)
            database.take(deliveries)
            got += len(deliveries)
            if deliveries:
                member.processed({(d.message.topic, d.partition): d.offset + 1 for d in deliveries})
        quiet = 0 if got else quiet + 1
