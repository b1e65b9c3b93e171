"""Holds a broker against a layout without changing it: what is missing, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kafka import KafkaAdminClient  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_admin import rights_missing
from services.chassis.bus.kafka_clients import connected
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout


def missing(settings: KafkaSettings, layout: Layout) -> Iterator[str]:
    """Topics, users and rights of the layout that the broker does not have; raises BusUnavailable."""
    admin, _ = connected(KafkaAdminClient, settings)
    try:
        yield from _missing_topics(admin, settings, layout)
        known = admin.describe_user_scram_credentials()
        yield from (f"user {user}" for user in layout.users if settings.named(user) not in known)
        for right in rights_missing(admin, settings, layout):
            yield f"ACL {right.operation} on {right.resource} {right.name} for {right.user}"
    finally:
        admin.close()


def _missing_topics(admin: Any, settings: KafkaSettings, layout: Layout) -> Iterator[str]:
    there = set(admin.list_topics())
    for form in layout.topics:
        if settings.named(form.name) not in there:
            yield f"topic {form.name}"
    present = [settings.named(form.name) for form in layout.topics if settings.named(form.name) in there]
    for topic in admin.describe_topics(present) if present else []:
        copies = min((len(part["isr_nodes"]) for part in topic["partitions"]), default=0)
        if copies < settings.replication:
            yield f"copies of topic {topic['name']}: {copies} of {settings.replication} are in step"
