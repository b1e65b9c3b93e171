"""The bus on Kafka: `bus.port.Bus` by kafka-python. Nothing connects before it is used, so a process may fork before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kafka import KafkaAdminClient, OffsetSpec, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka import TopicPartition as KafkaPartition

from services.chassis.bus.kafka_clients import connected, missing_right, not_told
from services.chassis.bus.kafka_producer import Sender
from services.chassis.bus.kafka_reader import KafkaSubscription
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import ids_of, make_missing
from services.chassis.bus.layout import TopicForm
from services.chassis.bus.places import Places
from services.chassis.bus.port import Message
from services.chassis.errors import BusUnavailable


class KafkaBus:
    """See `bus.port.Bus`."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._sender = Sender(settings)
        self._lock = threading.Lock()
        self._admin: Any = None
        self._members: list[KafkaSubscription] = []

    def create_topics(self, forms: Iterable[TopicForm]) -> Mapping[str, str]:
        wanted, admin = list(forms), self._administrator()
        try:
            make_missing(admin, self._settings, wanted)
            return ids_of(admin, self._settings, [form.name for form in wanted])
        except BusUnavailable:
            self._drop_administrator()  # it would go on asking the broker that it knows
            raise

    def publish(self, messages: Sequence[Message]) -> int:
        return self._sender.publish(messages)

    def subscribe(self, group: str, topics: Iterable[str], places: Places) -> KafkaSubscription:
        member = KafkaSubscription(self._settings, group, topics, places)
        with self._lock:
            self._members = [other for other in self._members if not other.closed]
            self._members.append(member)
        return member

    @property
    def look_again_seconds(self) -> float:
        return 0.0

    def on_published(self, wake: Callable[[], None]) -> None:
        """Nothing: the broker tells the one who polls, who waits there."""

    def lag(self, group: str) -> int:
        with self._lock:
            members = [member for member in self._members if member.group == group]
        named = self._settings.named
        admin = self._administrator()
        try:
            done = {
                partition: committed.offset
                for partition, committed in admin.list_group_offsets(named(group))[named(group)].items()
                if committed.offset >= 0
            }
            for member in members:
                done |= {KafkaPartition(named(topic), partition): at for (topic, partition), at in member.told().items()}
            topics = {partition.topic for partition in done} | {named(topic) for member in members for topic in member.topics}
            return sum(_behind(admin, _partitions(admin, topics), done))
        except errors.GroupAuthorizationFailedError as forbidden:
            raise missing_right(self._settings, "DESCRIBE", "GROUP", named(group)) from forbidden
        except errors.KafkaError as trouble:
            self._drop_administrator()  # it would go on asking the broker that it once found to be the group's coordinator
            raise not_told(self._settings, ("积压数", "the lag"), trouble) from trouble

    def forget(self, topic: str, before: datetime, limit: int) -> int:  # noqa: ARG002  the broker forgets by rules of its own
        return 0

    def close(self) -> None:
        self._sender.close()
        with self._lock:
            for member in self._members:
                member.close()
            self._members.clear()
        self._drop_administrator()

    def _administrator(self) -> Any:
        with self._lock:
            if self._admin is None:
                self._admin, _ = connected(KafkaAdminClient, self._settings)
            return self._admin

    def _drop_administrator(self) -> None:
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None


def _partitions(admin: Any, topics: Iterable[str]) -> list[KafkaPartition]:
    """All partitions of those topics that are there."""
    wanted = sorted(topics)
    described = admin.describe_topics(wanted) if wanted else []
    return [KafkaPartition(topic["name"], part["partition_index"]) for topic in described for part in topic["partitions"]]


def _behind(admin: Any, partitions: Sequence[KafkaPartition], done: Mapping[KafkaPartition, int]) -> list[int]:
    """How far a reader is behind the end of each partition, of what is still there."""
    if not partitions:
        return []
    first = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
    end = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return [max(end[each].offset - max(done.get(each, 0), first[each].offset), 0) for each in partitions]
