"""What stands at the ends of a topic: its oldest and its newest messages, by what their headers say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from kafka import KafkaConsumer, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka import TopicPartition as KafkaPartition

from services.chassis.bus.kafka_clients import connected, not_told
from services.chassis.bus.kafka_settings import KafkaSettings, milliseconds


def ends(settings: KafkaSettings, topic: str) -> list[Mapping[str, str]]:
    """The headers of the first and the last message of each partition; nothing of a topic that is empty or not there.

    Raises BusUnavailable.
    """
    consumer, _ = connected(KafkaConsumer, settings, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        return _ends(consumer, settings, settings.named(topic))
    except errors.KafkaError as trouble:
        raise not_told(settings, (f"主题 {topic} 的内容", f"what is in {topic}"), trouble) from trouble
    finally:
        consumer.close()


def _ends(consumer: Any, settings: KafkaSettings, name: str) -> list[Mapping[str, str]]:
    if name not in consumer.topics():
        return []
    partitions = [KafkaPartition(name, number) for number in consumer.partitions_for_topic(name) or ()]
    first, behind = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    oldest = {each: first[each] for each in partitions if behind[each] > first[each]}
    newest = {each: behind[each] - 1 for each, offset in oldest.items() if behind[each] - 1 > offset}
    return [*_at(consumer, settings, oldest), *_at(consumer, settings, newest)]


def _at(consumer: Any, settings: KafkaSettings, places: Mapping[Any, int]) -> list[Mapping[str, str]]:
    """The headers of the messages at these offsets, asked for together: one by one each costs a wait of its own."""
    if not places:
        return []
    consumer.assign(list(places))
    for partition, offset in places.items():
        consumer.seek(partition, offset)
    found: dict[Any, Any] = {}
    until = time.monotonic() + settings.request_seconds
    while len(found) < len(places) and (left := until - time.monotonic()) > 0:
        for partition, records in consumer.poll(timeout_ms=milliseconds(left)).items():
            found.setdefault(partition, records[0])
    if len(found) < len(places):  # half an answer would pass for one that tells of nothing else
        raise errors.KafkaTimeoutError
    return [{key: value.decode(errors="replace") for key, value in record.headers} for record in found.values()]
