"""Where the topics of the bus end just now: held against how far each service has read, it says whether anything is under way."""

from __future__ import annotations

from typing import Any

from kafka import KafkaAdminClient, OffsetSpec, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka import TopicPartition as KafkaPartition

from services.chassis.bus.kafka_clients import connected, not_told
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import partitions_of
from services.chassis.rest import Positions
from services.contracts.topics import SERVICE_TOPICS


class TopicEnds:
    """Asks the broker, with one connection that it keeps; raises BusUnavailable."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._admin: Any = None

    def __call__(self) -> Positions:
        if self._admin is None:
            self._admin, _ = connected(KafkaAdminClient, self._settings)
        try:
            counts = partitions_of(self._admin, self._settings, [topic.service for topic in SERVICE_TOPICS])
            places = {
                KafkaPartition(self._settings.named(topic), number): f"{topic}/{number}"
                for topic, partitions in counts.items()
                for number in range(partitions)
            }
            ends = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        except errors.KafkaError as trouble:
            self.close()  # it would go on asking the broker that it knows
            raise not_told(self._settings, ("各主题的末尾位置", "where topics end"), trouble) from trouble
        return {places[partition]: found.offset for partition, found in ends.items()}

    def close(self) -> None:
        """Let go of the connection."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
