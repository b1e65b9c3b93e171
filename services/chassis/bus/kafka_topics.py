"""Topics on Kafka, made where they are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from kafka import errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]  # the same

from services.chassis.bus.kafka_settings import KafkaSettings, milliseconds
from services.chassis.bus.kafka_trouble import MAY_NOT_MAKE, NOT_TOLD, TOO_FEW_BROKERS, TOPIC_NOT_MADE, TOPICS_NOT_MADE, sentence
from services.chassis.bus.layout import TopicForm
from services.chassis.errors import BusForbidden, BusUnavailable

TOO_FEW = errors.InvalidReplicationFactorError.errno
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
        raise BusUnavailable(sentence(TOPICS_NOT_MADE, where=settings.where, kind=type(trouble).__name__)) from trouble
    return [wanted[answer["name"]].name for answer in answers if answer["error_code"] == 0]


def house_names(admin: Any, settings: KafkaSettings) -> set[str]:
    """The topics that are there under the deployment's prefix, by their names in the house."""
    return {name.removeprefix(settings.prefix) for name in admin.list_topics() if name.startswith(settings.prefix)}


def partitions_of(admin: Any, settings: KafkaSettings, topics: Sequence[str]) -> dict[str, int]:
    """How many partitions each of these topics has, of those that are there."""
    described = admin.describe_topics([settings.named(topic) for topic in topics]) if topics else []
    return {each["name"].removeprefix(settings.prefix): len(each["partitions"]) for each in described if not each["error_code"]}


def differing(admin: Any, settings: KafkaSettings, forms: Iterable[TopicForm]) -> dict[str, list[str]]:
    """The settings of topics that are there which are not as their forms say: by topic, what each is and should be."""
    by_name = {settings.named(form.name): form for form in forms}
    if not by_name:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in by_name]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    found: dict[str, list[str]] = {}
    for name, form in by_name.items():
        for key, wanted in configs_of(form, settings.replication).items():
            if (present := described[name][key]["value"]) != wanted:
                found.setdefault(form.name, []).append(f"{key} is {present}, not {wanted}")
    return found


def ids_of(admin: Any, settings: KafkaSettings, topics: Sequence[str]) -> dict[str, str]:
    """The id of each topic's present life, by its name in the house, of those that are there."""
    try:
        described = admin.describe_topics([settings.named(topic) for topic in topics]) if topics else []
    except errors.KafkaError as trouble:
        words = {"zh": "主题", "en": "its topics", "kind": type(trouble).__name__}
        raise BusUnavailable(sentence(NOT_TOLD, where=settings.where, **words)) from trouble
    return {each["name"].removeprefix(settings.prefix): str(each["topic_id"]) for each in described if not each["error_code"]}


def _must_be_there(answer: Mapping[str, Any], settings: KafkaSettings) -> None:
    code, name = answer["error_code"], answer["name"]
    if code in NOT_ALLOWED:
        raise BusForbidden(sentence(MAY_NOT_MAKE, who=settings.who, topic=name))
    if code == TOO_FEW:
        raise BusUnavailable(sentence(TOO_FEW_BROKERS, topic=name, copies=settings.replication))
    if code not in {0, ALREADY_THERE}:
        raise BusUnavailable(sentence(TOPIC_NOT_MADE, topic=name, why=answer["error_message"]))
