"""Topics on Kafka, made where they are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from kafka import errors  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_settings import KafkaSettings, milliseconds
from services.chassis.bus.layout import TopicForm
from services.chassis.errors import BusForbidden, BusUnavailable

ALREADY_THERE = errors.TopicAlreadyExistsError.errno
NOT_ALLOWED = (errors.TopicAuthorizationFailedError.errno, errors.ClusterAuthorizationFailedError.errno)


def configs_of(form: TopicForm, replication: int) -> dict[str, str]:
    """The broker's own settings of a topic.

    One broker alone must have on disk what it acknowledges; of several, more than one has it in memory.
    """
    kept = {"retention.ms": str(milliseconds(timedelta(days=form.kept_days).total_seconds())), "cleanup.policy": "delete"}
    return kept | {"flush.messages": "1"} if replication == 1 else kept


def make_missing(admin: Any, settings: KafkaSettings, forms: Iterable[TopicForm]) -> list[str]:
    """Make the topics that are not there, and wait until they can be written to; answers their names in the house."""
    wanted = {settings.named(form.name): form for form in forms}
    if not wanted:
        return []
    copies = settings.replication
    request = {
        name: {"num_partitions": form.partitions, "replication_factor": copies, "configs": configs_of(form, copies)}
        for name, form in wanted.items()
    }
    try:
        answers = admin.create_topics(request, raise_errors=False)["topics"]
        for answer in answers:
            _must_be_there(answer, settings)
        admin.wait_for_topics(list(wanted))
    except errors.KafkaError as trouble:
        raise BusUnavailable(f"Kafka at {settings.where} did not make topics: {type(trouble).__name__}") from trouble
    return [wanted[answer["name"]].name for answer in answers if answer["error_code"] == 0]


def ids_of(admin: Any, settings: KafkaSettings, topics: Sequence[str]) -> dict[str, str]:
    """The id of each topic's present life, by its name in the house, of those that are there."""
    try:
        described = admin.describe_topics([settings.named(topic) for topic in topics]) if topics else []
    except errors.KafkaError as trouble:
        raise BusUnavailable(f"Kafka at {settings.where} did not tell its topics: {type(trouble).__name__}") from trouble
    return {each["name"].removeprefix(settings.prefix): str(each["topic_id"]) for each in described if not each["error_code"]}


def _must_be_there(answer: Mapping[str, Any], settings: KafkaSettings) -> None:
    code, name = answer["error_code"], answer["name"]
    if code in NOT_ALLOWED:
        raise BusForbidden(f"Kafka does not let {settings.who} make topic {name}: it lacks CREATE on it")
    if code not in {0, ALREADY_THERE}:
        raise BusUnavailable(f"Kafka did not make topic {name}: {answer['error_message']}")
