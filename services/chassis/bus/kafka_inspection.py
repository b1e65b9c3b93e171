"""Looks at a broker without changing it: which brokers are up, and how it differs from a layout, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_admin import rights_differing, withdrawn
from services.chassis.bus.kafka_clients import asking
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import differing, house_names, partitions_of
from services.chassis.bus.layout import Layout

ADVERTISED = "advertised.listeners"


class Disk(msgspec.Struct, frozen=True):
    """Where a broker keeps records: bytes free of how many, -1 where it does not tell; `out_of_use` where it gave it up."""

    place: str
    free: int
    total: int
    out_of_use: bool = False


class Broker(msgspec.Struct, frozen=True):
    """One that is up: its host as it is reached from here, and by listener the address to which it sends whoever comes there."""

    number: int
    host: str
    advertised: Mapping[str, str]
    disks: tuple[Disk, ...] = ()


class Copies(msgspec.Struct, frozen=True):
    """On how many brokers a topic is, by its name there, and on how many of them it is up to date."""

    topic: str
    assigned: int
    in_step: int


def brokers_up(settings: KafkaSettings) -> list[int]:
    """The numbers of the brokers that the controllers count as running; raises what `asking` raises."""
    with asking(settings, ("在运行的各台", "which brokers are up")) as admin:
        return sorted(_up(admin))


def _up(admin: Any) -> dict[int, str]:
    """Each broker that is up, with its host."""
    return {each["broker_id"]: each["host"] for each in admin.describe_cluster()["brokers"] if not each.get("is_fenced")}


def brokers(settings: KafkaSettings) -> list[Broker]:
    """Every broker that is up, as the one who may do everything sees it; raises what `asking` raises."""
    with asking(settings, ("各台 Kafka 的情况", "its brokers")) as admin:
        up = _up(admin)
        asked = [ConfigResource(ConfigResourceType.BROKER, str(number)) for number in up]
        told = admin.describe_configs(asked, config_filter="all")["broker"]
        disks = {each["broker"]: tuple(map(_disk, each["log_dirs"])) for each in admin.describe_log_dirs({}, list(up))}
        return [
            Broker(number, host, _addresses(told[str(number)][ADVERTISED]["value"]), disks.get(number, ()))
            for number, host in sorted(up.items())
        ]


def _disk(told: Mapping[str, Any]) -> Disk:
    return Disk(told["log_dir"], told["usable_bytes"], told["total_bytes"], out_of_use=bool(told["error_code"]))


def _addresses(advertised: str | None) -> dict[str, str]:
    """NAME://host:port with commas between, by name."""
    if not advertised:  # a broker that is not of our images may give out none
        return {}
    return dict(listener.strip().split("://", 1) for listener in advertised.split(","))


def topics(settings: KafkaSettings) -> frozenset[str]:
    """The topics that are there, by the names of the house; raises BusUnavailable."""
    with asking(settings, ("主题", "its topics")) as admin:
        return frozenset(house_names(admin, settings))


class Differences(msgspec.Struct, frozen=True):
    """How a broker is not as its layout says, in words; `partitions` are topic, how many it has, how many it should have."""

    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    partitions: tuple[tuple[str, int, int], ...] = ()


def differences(settings: KafkaSettings, layout: Layout) -> Differences:
    """What the broker lacks of the layout, lets its users do beyond it, or keeps otherwise; raises what `asking` raises."""
    with asking(settings, ("主题、用户和权限", "its topics, users and rights")) as admin:
        there = house_names(admin, settings)
        forms = [form for form in layout.forms(there) if form.name in there]
        counts = partitions_of(admin, settings, [form.name for form in forms])
        known = admin.describe_user_scram_credentials()
        users = [f"user {user}" for user in layout.users if settings.named(user) not in known]
        rights, surplus = rights_differing(admin, settings, layout)
        wrong = differing(admin, settings, forms)
        return Differences(
            missing=(*_missing_topics(admin, settings, layout), *users, *rights),
            surplus=tuple(surplus),
            settings=tuple(f"topic {name}: {', '.join(told)}" for name, told in wrong.items()),
            partitions=tuple(
                (f.name, counts[f.name], f.partitions) for f in forms if counts.get(f.name, f.partitions) != f.partitions
            ),
        )


def let_in_no_more(settings: KafkaSettings, layout: Layout) -> list[str]:
    """Who is not in the layout any more and may still come; raises what `asking` raises."""
    with asking(settings, ("用户", "its users")) as admin:
        return withdrawn(admin, settings, layout)


def _missing_topics(admin: Any, settings: KafkaSettings, layout: Layout) -> Iterator[str]:
    there = set(admin.list_topics())
    for form in layout.topics:
        if settings.named(form.name) not in there:
            yield f"topic {form.name}"


def too_few_copies(settings: KafkaSettings, layout: Layout) -> list[Copies]:
    """The topics of the layout with a partition that is on fewer brokers than it should be, or in step on fewer.

    Raises what `asking` raises.
    """
    with asking(settings, ("主题的副本", "the copies of its topics")) as admin:
        there = set(admin.list_topics())
        present = [settings.named(form.name) for form in layout.topics if settings.named(form.name) in there]
        found = [_copies(topic) for topic in admin.describe_topics(present) if topic["partitions"]] if present else []
    return [each for each in found if min(each.assigned, each.in_step) < settings.replication]


def _copies(topic: Mapping[str, Any]) -> Copies:
    """Of the partition that has the fewest."""
    parts = topic["partitions"]
    return Copies(topic["name"], min(len(part["replica_nodes"]) for part in parts), min(len(part["isr_nodes"]) for part in parts))
