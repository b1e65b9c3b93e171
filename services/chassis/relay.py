"""The relay: takes what commits have put in the outbox to the bus, in order, and deletes what the bus has acknowledged.

The outbox is drained by deleting, never by a cursor: numbers are taken before commit, so a cursor would pass over rows of
a slower transaction. After a failed send everything from the first failure is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.chassis.bus.cloudevents import to_message, to_told_message
from services.chassis.bus.port import Bus, Message
from services.chassis.bus.retention import KEPT_DAYS
from services.chassis.envelope import Envelope
from services.chassis.errors import NoSuchTopic
from services.chassis.storage.epochs import latest
from services.chassis.storage.port import EventStore
from services.chassis.storage.publications import kept
from services.chassis.told_topics import ToldTopics

MESSAGES_A_SEND = 1_000

MADE_AT_THE_NEXT_TRY = (
    "没有主题 {topic}：下次发送时自动创建，无需处理。\n"
    "there is no topic {topic}: it is made at the next try, nothing is to be done."
)
MADE_BY_THE_BOOTSTRAP = (
    "没有主题 {topic}：请运行 docker compose run --rm bootstrap 创建。\n"
    "there is no topic {topic}: run docker compose run --rm bootstrap, which makes it."
)


class Relay:
    """The one relay of a service: its own events go to its topic, what others are told to theirs, made when they are needed."""

    def __init__(self, store: EventStore, bus: Bus, topic: str, told: ToldTopics | None = None) -> None:
        self._store = store
        self._bus = bus
        self._topic = topic
        self._told = told

    def kept_days(self) -> Mapping[str, int]:
        """For how long a bus that forgets when it is told to keeps what was sent, by topic."""
        return {self._topic: KEPT_DAYS} | (self._told.kept_days() if self._told is not None else {})

    def see_topics(self) -> None:
        """See at once whether the topics on which others are told are what they were. Raises BusUnavailable, BusForbidden."""
        if self._told is not None:
            self._told.see()

    def step(self) -> int:
        """Send the oldest rows once, where this process leads; answers how many are done.

        Raises BusUnavailable; nothing is lost by that.
        """
        if not self._store.leads():
            return 0
        if self._told is not None:
            self._told.look()
        rows = self._store.outbox(MESSAGES_A_SEND)
        if not rows:
            return 0
        try:
            acknowledged = self._bus.publish(self._messages([(topic, envelope) for _, topic, envelope in rows]))
        except NoSuchTopic as missing:
            raise self._made_by(missing) from missing
        self._store.acknowledge([number for number, _, _ in rows[:acknowledged]])
        return acknowledged

    def _messages(self, rows: Sequence[tuple[str, Envelope]]) -> list[Message]:
        told = kept(self._store.engine, [(topic, each.stream_id, each.version) for topic, each in rows if topic != self._topic])
        if self._told is not None:
            self._told.ready({topic for topic, _ in rows if topic != self._topic})
        epoch = latest(self._store.engine) if told else None
        began = None if epoch is None else epoch.began_at
        return [
            to_message(envelope, topic)
            if topic == self._topic
            else to_told_message(envelope, told[topic, envelope.stream_id, envelope.version], began)
            for topic, envelope in rows
        ]

    def _made_by(self, missing: NoSuchTopic) -> NoSuchTopic:
        """Who makes the topic: this relay in its next step, for others outside; its own, the bootstrap."""
        here = self._told is not None and self._told.forget(missing.topic)
        said = MADE_AT_THE_NEXT_TRY if here else MADE_BY_THE_BOOTSTRAP
        return NoSuchTopic(missing.topic, said.format(topic=missing.topic))
