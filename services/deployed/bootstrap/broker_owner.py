"""Whose a broker is: two deployments that share one, each under its own prefix, never touch what is the other's.

Under one prefix they would read each other's events and set each other's passwords. So before anything is changed there, the
messages that stand on the services' topics are looked for in this deployment's own databases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.chassis.bus.kafka_ends import ends
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.errors import Misconfigured
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session


def must_be_ours(settings: KafkaSettings, databases: Sequence[ServiceDatabase], county: str) -> None:
    """Raises Misconfigured where the topics hold events that are not in our databases: of none of them, or of some."""
    strangers: set[str] = set()
    behind: list[str] = []
    ours = False
    for database in databases:
        told = {headers["ce_id"]: headers for headers in ends(settings, database.service) if "ce_id" in headers}
        known = _held(database, told)
        ours = ours or bool(known)
        strangers |= {headers.get("ce_county", "?") for event_id, headers in told.items() if event_id not in known}
        if told.keys() - known:
            behind.append(database.service)
    if strangers and not ours:
        raise Misconfigured(_sentence(settings, strangers, county))
    if behind:
        raise Misconfigured(_behind(settings, behind))


def _held(database: ServiceDatabase, event_ids: Collection[str]) -> set[str]:
    with session(database.migrator) as connection:
        found = connection.execute("SELECT event_id FROM events WHERE event_id = ANY(%s)", (list(event_ids),)).fetchall()
    return {event_id for (event_id,) in found}


def _behind(settings: KafkaSettings, services: Sequence[str]) -> str:
    """What was told there comes before its commit nowhere: so the database is not the one that told it, or an older state of it."""
    named = "、".join(services), ", ".join(services)
    return (
        f"{settings.where} 的 Kafka 中有 {named[0]} 的消息，而其数据库中没有：数据库是从更早的备份恢复的，"
        "或者少用了某个 compose 叠加文件（COMPOSE_FILE）。什么也没有改动。"
        "若已恢复备份，请连同 Kafka 的卷一起删除后再启动。\n"
        f"Kafka at {settings.where} holds messages of {named[1]} that are not in its database: the database comes from an earlier"
        " backup, or a compose overlay (COMPOSE_FILE) was left out. Nothing was changed there. After a restore take Kafka's volume"
        " away too, and start"
    )


def _sentence(settings: KafkaSettings, counties: Collection[str], county: str) -> str:
    whose = f"county {', '.join(sorted(counties))}" if set(counties) != {county} else "this county, but of other databases"
    where = f"under the prefix {settings.prefix!r}" if settings.prefix else "without a prefix"
    return (
        f"Kafka at {settings.where} holds events {where} that are not in our databases (of {whose}): another deployment uses it."
        " Nothing was changed there. Give this deployment a FUXUE_KAFKA_PREFIX of its own; or, where the other is gone or the"
        " databases come from a backup older than the broker's messages, delete its topics and start again"
    )
