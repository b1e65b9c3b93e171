"""The adapters of the bus that the one suite runs on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_reader import KafkaSubscription
from services.chassis.bus.places import LostPlace, Position
from services.chassis.bus.port import Bus, Delivery, Message, Subscription, TopicPartition
from tests.patience import eventually

ADAPTERS = ("embedded", "kafka")

OpenBus = Callable[[], Bus]
"""Opens the bus as a process does; called again, as the next process."""

TOPIC = "roll"
PARTITIONS = 3
PATIENCE = 50
"""How many polls without a message end a reading."""

NOTHING_MORE = 15
"""How many polls without a message show that what was expected was all."""

GROUP_SECONDS = 2.0
"""How long a broker's group may need to come to rest; on the embedded bus it is at rest at once."""

LONGEST_SECONDS = 30.0


def opener(adapter: str, directory: Path, request: pytest.FixtureRequest) -> OpenBus:
    """Where a test's bus lives; the broker is asked for only where it is needed."""
    if adapter == "embedded":
        return partial(EmbeddedBus, directory / "bus.sqlite")
    return partial(KafkaBus, request.getfixturevalue("kafka").settings())


def message(key: str, number: int, topic: str = TOPIC) -> Message:
    """The nth message of a key."""
    headers = {"ce_id": f"{key}/{number}", "content-type": "application/json", "ce_note": "第一"}
    return Message(topic=topic, key=key, headers=headers, value=f'"{key}/{number}"'.encode())


@dataclass
class Database:
    """What the readers of one group share: positions, and what they have done, both changed together as a turn does."""

    positions: dict[TopicPartition, Position] = field(default_factory=dict)
    done: list[Message] = field(default_factory=list)
    losses: list[LostPlace] = field(default_factory=list)

    def position(self, topic: str, partition: int) -> Position:
        return self.positions.get((topic, partition), Position())

    def keep(self, positions: Mapping[TopicPartition, Position]) -> None:
        self.positions.update(positions)

    def lost(self, place: LostPlace) -> None:
        self.losses.append(place)
        self.positions[place.topic, place.partition] = place.now

    def take(self, deliveries: Iterable[Delivery]) -> None:
        """The effect of messages and the positions behind them; a position never goes back by a late delivery."""
        for delivery in deliveries:
            place = (delivery.message.topic, delivery.partition)
            kept = self.position(*place)
            assert kept.topic_id in {"", delivery.topic_id}, "a message of another life of the topic"
            if delivery.offset < kept.offset:
                continue
            assert delivery.offset == kept.offset, "a message was passed over"
            self.done.append(delivery.message)
            self.positions[place] = delivery.behind

    def numbers_by_key(self) -> dict[str, list[str]]:
        """What was done, by key, in order."""
        by_key = defaultdict(list)
        for one in self.done:
            by_key[one.key].append(one.headers["ce_id"])
        return dict(by_key)


def told(deliveries: Iterable[Delivery]) -> dict[TopicPartition, int]:
    """What a member says to have processed, that has done with these."""
    return {(each.message.topic, each.partition): each.offset + 1 for each in deliveries}


def rest_seconds(*members: Subscription) -> float:
    """How long the members' group must be quiet before it counts as having nothing more."""
    return GROUP_SECONDS if any(isinstance(member, KafkaSubscription) for member in members) else 0.0


def read_some(member: Subscription, limit: int = 1_000) -> list[Delivery]:
    """The next messages of a member, none where none come in all patience."""
    until = time.monotonic() + rest_seconds(member)
    polls = 0
    while polls < PATIENCE or time.monotonic() < until:
        polls += 1
        if deliveries := member.poll(limit):
            return deliveries
    return []


def read_all(database: Database, *members: Subscription, limit: int = 7, count: int | None = None) -> None:
    """Let the members of a group read in turn until nothing more comes; `count` tells how much is done in the end, if known."""
    begun = still_since = time.monotonic()
    quiet = 0
    while True:
        got = sum(_read_once(database, member, limit) for member in members)
        now = time.monotonic()
        if got:
            quiet, still_since = 0, now
            continue
        quiet += 1
        if count is None:
            if quiet >= PATIENCE and now > still_since + rest_seconds(*members):
                return
        elif (len(database.done) >= count and quiet >= NOTHING_MORE) or now > begun + LONGEST_SECONDS:
            return


def _read_once(database: Database, member: Subscription, limit: int) -> int:
    deliveries = member.poll(limit)
    database.take(deliveries)
    if deliveries:
        member.processed(told(deliveries))
    return len(deliveries)


def break_off(member: Subscription) -> None:
    """The member dies: its connections end, and it has not left. On the embedded bus it is dead once nobody holds it."""
    if isinstance(member, KafkaSubscription) and member._membership is not None:
        client = member._membership._consumer._client
        # the client forgets a socket that is only connecting, and Python complains
        eventually(lambda: all(connection.connected for connection in list(client._manager._conns.values())))
        client.close()
        member._membership = None
        member._closed.set()
