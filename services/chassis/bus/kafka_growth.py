"""More partitions for a topic that is there: with their number keys move, so it is done only while nothing is under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka import OffsetSpec, TopicPartition  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import ids_of, partitions_of
from services.chassis.bus.places import Extent, Position


def extents_of(admin: Any, settings: KafkaSettings, topic: str) -> dict[int, Extent]:
    """What each partition of a topic holds."""
    topic_id = ids_of(admin, settings, [topic])[topic]
    numbers = range(partitions_of(admin, settings, [topic])[topic])
    places = [TopicPartition(settings.named(topic), number) for number in numbers]
    first = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
    end = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
    return {place.partition: Extent(topic_id, first[place].offset, end[place].offset) for place in places}


def unread(extents: Mapping[int, Extent], positions: Mapping[int, Position]) -> int:
    """How many messages a reader that keeps these positions has before it."""
    return sum(_unread(extent, positions.get(partition, Position())) for partition, extent in extents.items())


def _unread(extent: Extent, kept: Position) -> int:
    at = kept.offset if kept.topic_id in {"", extent.topic_id} else 0
    return max(extent.end - max(at, extent.first), 0)


def grow(admin: Any, settings: KafkaSettings, topic: str, partitions: int) -> None:
    """Give a topic so many partitions; what it holds stays where it is."""
    admin.create_partitions({settings.named(topic): partitions})
    admin.wait_for_topics([settings.named(topic)])
