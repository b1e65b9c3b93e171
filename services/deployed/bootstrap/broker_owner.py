"""Whose a broker is: two deployments that share one, each under its own prefix, never touch what is the other's.

Under one prefix they would read each other's events and set each other's passwords. So before anything is changed there, the
messages that stand on the services' topics are looked for in this deployment's own databases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.chassis.bus.kafka_ends import ends
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_trouble import Sentence
from services.chassis.errors import Misconfigured
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session

AHEAD: Sentence = (
    (
        "{where} 的 Kafka 中有 {services} 的消息，而其数据库中没有：数据库是从更早的备份恢复的，"
        "或者少用了某个 compose 叠加文件（COMPOSE_FILE）。Kafka 上什么也没有改动。"
        "若已恢复备份，请连同 Kafka 的卷一起删除后再启动。"
    ),
    (
        "Kafka at {where} holds messages of {services} that are not in its database: the database comes from an earlier"
        " backup, or a compose overlay (COMPOSE_FILE) was left out. Nothing was changed there. After a restore take Kafka's volume"
        " away too, and start"
    ),
)
ANOTHERS: Sentence = (
    (
        "{where} 的 Kafka 中（{under}）有不在我们数据库中的事件（{whose}）：它正由另一套部署使用。Kafka 上什么也没有改动。"
        "请为本部署设置自己的 FUXUE_KAFKA_PREFIX；如果另一套部署已不存在，或数据库来自比 Kafka 中的消息更早的备份，"
        "请删除它的主题后重新启动。"
    ),
    (
        "Kafka at {where} holds events {under} that are not in our databases (of {whose}): another deployment uses it."
        " Nothing was changed there. Give this deployment a FUXUE_KAFKA_PREFIX of its own; or, where the other is gone or the"
        " databases come from a backup older than the broker's messages, delete its topics and start again"
    ),
)
OTHER_DATABASES: Sentence = ("属于本县，但出自别的数据库", "this county, but of other databases")


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
        raise Misconfigured(_anothers(settings, strangers, county))
    if behind:
        raise Misconfigured(_behind(settings, behind))


def _held(database: ServiceDatabase, event_ids: Collection[str]) -> set[str]:
    with session(database.migrator) as connection:
        found = connection.execute("SELECT event_id FROM events WHERE event_id = ANY(%s)", (list(event_ids),)).fetchall()
    return {event_id for (event_id,) in found}


def _behind(settings: KafkaSettings, services: Sequence[str]) -> str:
    """What was told there comes before its commit nowhere: so the database is not the one that told it, or an older state of it."""
    return "\n".join(
        words.format(where=settings.where, services=between.join(services))
        for words, between in zip(AHEAD, ("、", ", "), strict=True)
    )


def _anothers(settings: KafkaSettings, counties: Collection[str], county: str) -> str:
    prefix = repr(settings.prefix) if settings.prefix else None
    under = ("不带前缀", "without a prefix") if prefix is None else (f"前缀 {prefix} 之下", f"under the prefix {prefix}")
    named = sorted(counties)
    whose = OTHER_DATABASES if set(counties) == {county} else (f"属于县 {'、'.join(named)}", f"county {', '.join(named)}")
    return "\n".join(
        words.format(where=settings.where, under=under_, whose=whose_)
        for words, under_, whose_ in zip(ANOTHERS, under, whose, strict=True)
    )
