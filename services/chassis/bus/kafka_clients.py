"""Kafka's clients: made when they are first needed, in the process that uses them; what goes wrong is told in sentences."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from kafka import KafkaAdminClient, errors  # type: ignore[import-untyped]  # kafka-python has no types
from kafka.net.compat import KafkaNetClient  # type: ignore[import-untyped]  # the same

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_trouble import (
    MISSING_RIGHT,
    NO_ACLS,
    NO_ANSWER,
    NO_CA,
    NO_SESSION,
    NO_TOPIC,
    NOT_DONE,
    NOT_TOLD,
    Sentence,
    sentence,
)
from services.chassis.errors import BusForbidden, BusUnavailable, Fault, Misconfigured, NoSuchTopic

T = TypeVar("T")

PROBE_SECONDS = 1.0


def connected(make: Callable[..., T], settings: KafkaSettings, **options: Any) -> tuple[T, Any]:
    """A client, and what it knows of the cluster; one that could not be made leaves no thread behind.

    Raises BusUnavailable where no session with Kafka comes about, and Misconfigured where the CA is not there.
    """
    if settings.ca_file is not None and not settings.ca_file.is_file():
        raise Misconfigured(sentence(NO_CA, file=settings.ca_file, where=settings.where))
    nets: list[Any] = []

    def net(**config: Any) -> Any:
        nets.append(KafkaNetClient(**config))
        return nets[-1]

    try:
        client = make(**settings.client(), kafka_client=net, **options)
    except errors.KafkaError as trouble:
        for made in nets:
            made.close()
        raise BusUnavailable(_why_no_session(settings)) from trouble
    return client, nets[-1].cluster


@contextmanager
def asking(settings: KafkaSettings, what: Sentence) -> Iterator[Any]:
    """An administrator's session for a few questions about `what`, in Chinese and English.

    Raises BusUnavailable where it does not come about or one is not answered, and Misconfigured where the broker keeps no ACLs.
    """
    admin, _ = connected(KafkaAdminClient, settings)
    try:
        yield admin
    except errors.SecurityDisabledError as open_to_all:
        raise Misconfigured(sentence(NO_ACLS, where=settings.where)) from open_to_all
    except errors.KafkaError as trouble:
        raise not_told(settings, what, trouble) from trouble
    finally:
        admin.close()


def not_told(settings: KafkaSettings, what: Sentence, trouble: Exception) -> BusUnavailable:
    """A question that was not answered; `what` in Chinese and English."""
    zh, en = what
    return BusUnavailable(sentence(NOT_TOLD, where=settings.where, zh=zh, en=en, kind=type(trouble).__name__))


def _why_no_session(settings: KafkaSettings) -> str:
    if not answering(settings):
        return sentence(NO_ANSWER, where=settings.where)
    seconds = f"{settings.connect_seconds:g}"
    return sentence(NO_SESSION, where=settings.where, who=settings.who, seconds=seconds, security=settings.security)


def answering(settings: KafkaSettings) -> tuple[str, ...]:
    """The servers at whose port anybody listens."""
    return tuple(server for server in settings.servers if _answers(server))


def _answers(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host, int(port)), PROBE_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True


def topics_told(cluster: Any, seconds: float) -> bool:
    """Ask the broker for a client's topics as they are now; answers whether it told them, be it that one is not there.

    The client joins a question that is under way, which may have been asked before what is in doubt: then it is asked once more.
    """
    was_under_way = cluster.metadata_refresh_in_progress
    return _told(cluster, seconds) and (not was_under_way or _told(cluster, seconds))


def _told(cluster: Any, seconds: float) -> bool:
    answered = threading.Event()
    answer = cluster.request_update().add_both(lambda _: answered.set())
    return answered.wait(seconds) and (answer.succeeded() or isinstance(answer.exception, errors.BrokerResponseError))


def missing_right(settings: KafkaSettings, operation: str, resource: str, name: str) -> BusForbidden:
    """Who may not do what, and the ACL that is missing."""
    words = {"verb": operation.lower(), "noun": resource.lower()}
    return BusForbidden(sentence(MISSING_RIGHT, who=settings.who, operation=operation, resource=resource, name=name, **words))


def fault_of(trouble: Exception, settings: KafkaSettings, operation: str, topic: str) -> Fault:
    """What an error of the client means for us, at work on a topic (its name on the broker)."""
    if isinstance(trouble, errors.TopicAuthorizationFailedError):
        return missing_right(settings, operation, "TOPIC", topic)
    if isinstance(trouble, errors.ClusterAuthorizationFailedError) or "ClusterAuthorizationFailedError" in str(trouble):
        # the client wraps the refusal to give it a producer's id in an error of no type of its own
        return missing_right(settings, "WRITE", "TOPIC", topic)
    if isinstance(trouble, errors.UnknownTopicOrPartitionError):
        return nowhere_to_write(settings, topic)
    words = {"operation": operation, "verb": operation.lower(), "kind": type(trouble).__name__}
    return BusUnavailable(sentence(NOT_DONE, where=settings.where, topic=topic, **words))


def nothing_to_read(topic: str) -> BusUnavailable:
    """A topic is not there, of those that are read: services', which only the bootstrap makes."""
    return BusUnavailable(sentence(NO_TOPIC, topic=topic))


def nowhere_to_write(settings: KafkaSettings, topic: str) -> NoSuchTopic:
    """A topic is not there: whoever writes it knows who makes it."""
    return NoSuchTopic(topic.removeprefix(settings.prefix), sentence(NO_TOPIC, topic=topic))
