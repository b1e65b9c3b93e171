"""What stands at the ends of a topic: its oldest and its newest messages, by what their headers say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka import KafkaConsumer, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka import TopicPartition as KafkaPartition

from services.chassis.bus.kafka_clients import connected
from services.chassis.bus.kafka_settings import KafkaSettings, milliseconds
from services.chassis.errors import BusUnavailable


def ends(settings: KafkaSettings, topic: str) -> list[Mapping[str, str]]:
    """The headers of the first and the last message of each partition; nothing of a topic that is empty or not there.

    Raises BusUnavailable.
    """
    consumer, _ = connected(KafkaConsumer, settings, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        return _ends(consumer, settings, settings.named(topic))
    except errors.KafkaError as trouble:
        raise BusUnavailable(f"Kafka at {settings.where} did not tell what is in {topic}: {type(trouble).__name__}") from trouble
    finally:
        consumer.close()


def _ends(consumer: Any, settings: KafkaSettings, name: str) -> list[Mapping[str, str]]:
    if name not in consumer.topics():
        return []
    partitions = [KafkaPartition(name, number) for number in consumer.partitions_for_topic(name) or ()]
    first, behind = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    found: list[Mapping[str, str]] = []
    for partition in partitions:
        for offset in sorted({first[partition], behind[partition] - 1}):
            if offset >= first[partition]:
                found += _at(consumer, settings, partition, offset)
    return found


def _at(consumer: Any, settings: KafkaSettings, partition: KafkaPartition, offset: int) -> list[Mapping[str, str]]:
    consumer.assign([partition])
    consumer.seek(partition, offset)
    fetched = consumer.poll(timeout_ms=milliseconds(settings.request_seconds), max_records=1)
    return [
        {key: value.decode(errors="replace") for key, value in record.headers} for records in fetched.values() for record in records
    ]
