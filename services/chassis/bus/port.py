"""The port of the bus: topics of partitions, each an ordered log; readers in groups that keep their own positions.

What every adapter promises (one suite proves it on each): messages with one key keep their order; an acknowledged message is
delivered to every group at least once, also over joins, leaves and crashes of members; positions belong to the reader, the
bus only learns them to show lag, and to know what it may forget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from services.chassis.bus.layout import TopicForm
from services.chassis.bus.places import Places, Position
from services.chassis.errors import Fault


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is published: `headers` are CloudEvents attributes in the Kafka binary binding, `value` the event's bytes."""

    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message where it stands in the log of its topic's present life."""

    topic_id: str
    partition: int
    offset: int
    message: Message

    @property
    def behind(self) -> Position:
        """Where a reader goes on that has done with this message."""
        return Position(self.offset + 1, self.topic_id)


TopicPartition = tuple[str, int]


class Subscription(Protocol):
    """One member of a group, reading the partitions that fall to it; one that neither polls nor closes may hold up the others."""

    def poll(self, limit: int) -> list[Delivery]:
        """The next messages, in order within each partition, none if there are none.

        Raises BusUnavailable, and BusForbidden where the group may read nothing; whatever the database of `places` raises.
        """

    def unread(self) -> Mapping[str, Fault]:
        """The topics that cannot be read just now, and why, while the others flow."""

    def rewind(self, topic: str, partition: int, offset: int) -> None:
        """Deliver again from `offset` on; a partition that is no longer this member's is left alone."""

    def processed(self, positions: Mapping[TopicPartition, int]) -> None:
        """Tell the bus how far this member is, once that is kept in its own database; of a partition it is given, the bus asks."""

    def assigned(self) -> set[TopicPartition]:
        """The partitions that are this member's now."""

    def close(self) -> None:
        """Leave the group; its partitions fall to the others."""


class Bus(Protocol):
    """A place to publish to and to read from."""

    def create_topics(self, forms: Iterable[TopicForm]) -> Mapping[str, str]:
        """Make topics in their forms; those that exist stay as they are. Answers the id of each one's present life."""

    def publish(self, messages: Sequence[Message]) -> int:
        """Publish in order; answers how many of the leading messages are acknowledged (the rest is to be sent again).

        Raises BusUnavailable where none is, NoSuchTopic where that is for want of a topic, BusForbidden for want of a right.
        """

    def subscribe(self, group: str, topics: Iterable[str], places: Places) -> Subscription:
        """Join a group, whose members share `places`."""

    @property
    def look_again_seconds(self) -> float:
        """How long a reader that found nothing may rest before it polls again; 0 where `poll` itself waits for messages."""

    def on_published(self, wake: Callable[[], None]) -> None:
        """Call `wake` when something new may be there to read, where the bus can tell."""

    def lag(self, group: str) -> int:
        """How many messages the group has not said to have processed."""

    def forget(self, topic: str, before: datetime, limit: int) -> int:
        """Let old messages of a topic go, oldest first and at most `limit` in one transaction; answers how many went.

        They were published before an instant of wall time, and every group that reads the topic, at work now or not, has
        processed them. A broker that forgets by rules of its own answers 0.
        """

    def close(self) -> None:
        """Let go of connections and files."""
