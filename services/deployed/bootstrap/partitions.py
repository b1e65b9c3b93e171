"""Partitions for topics that are there, as many as are wanted: given only while nothing is under way, else left, and told why.

With the number of partitions keys move: what is told of a child from then on may stand in another partition than what was told
before, and nothing orders one partition against another. So before a topic grows, nobody may be sending to it – whoever sends leads
the service, and the lead is held here meanwhile – and every reader must have read it to its end. Then order per key is kept, and
kept places stay true: no partition that was there changes. Readers are at rest meanwhile, for one at work was seen not to take up
new partitions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from services.chassis.bus.kafka_clients import asking
from services.chassis.bus.kafka_growth import extents_of, grow, unread
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_topics import partitions_of
from services.chassis.bus.kafka_trouble import Sentence, sentence
from services.chassis.bus.layout import Layout, TopicForm
from services.chassis.bus.places import Position
from services.chassis.storage.postgres_lead import LEADER, LOCKS
from services.deployed.sessions import begun, session
from services.deployed.settings import DatabaseSettings

Owners = Mapping[str, DatabaseSettings]

GROWN: Sentence = ("{topic} 的分区数为 {wanted}，原为 {has}。", "partitions of {topic}: {wanted}, before {has}.")
READERS_UNKNOWN: Sentence = (
    "{topic} 的分区数仍为 {has}，而非 {wanted}：这里无从得知其读取方读到哪里，无需处理。",
    "partitions of {topic}: {has} as before, not {wanted}: nobody here knows how far its readers are; nothing is to be done.",
)
NOT_TAKEN_AWAY: Sentence = (
    "{topic} 的分区数仍为 {has}，而非 {wanted}：分区不能减少，请将 FUXUE_PARTITIONS 设为 {topic}:{has}。",
    "partitions of {topic}: {has} as before, not {wanted}: none can be taken away; set FUXUE_PARTITIONS to {topic}:{has}.",
)
AT_WORK: Sentence = (
    (
        "{topic} 的分区数仍为 {has}，而非 {wanted}：正在工作的有 {workers}，请停止网关和所有 worker，"
        "再运行 docker compose run --rm bootstrap。"
    ),
    (
        "partitions of {topic}: {has} as before, not {wanted}: at work are {workers}; stop the gateway and every worker, then run"
        " docker compose run --rm bootstrap."
    ),
)
STILL_UNREAD: Sentence = (
    (
        "{topic} 的分区数仍为 {has}，而非 {wanted}：其中还有未读的消息（{unread}），请让 worker 再运行一会儿，停下后"
        "再运行 docker compose run --rm bootstrap。"
    ),
    (
        "partitions of {topic}: {has} as before, not {wanted}: messages in it are still to be read ({unread}); let the workers run,"
        " then stop them and run docker compose run --rm bootstrap."
    ),
)


def bring_partitions(settings: KafkaSettings, layout: Layout, owners: Owners) -> list[str]:
    """Give topics the partitions of the layout where that is safe; answers in sentences what was done, and what was left and why.

    `owners` are the services' databases. Raises BusUnavailable, StoreBusy, and Misconfigured where the broker keeps no ACLs.
    """
    with asking(settings, ("分区数", "its partitions")) as admin:
        counts = partitions_of(admin, settings, [form.name for form in layout.topics])
        differ = [form for form in layout.topics if counts.get(form.name, form.partitions) != form.partitions]
        return [_bring(admin, settings, form, counts[form.name], layout.readers(form.name), owners) for form in differ]


def _bring(admin: Any, settings: KafkaSettings, form: TopicForm, has: int, readers: Collection[str], owners: Owners) -> str:
    counts = {"topic": form.name, "has": has, "wanted": form.partitions}
    if form.name not in owners:
        return sentence(READERS_UNKNOWN, **counts)
    if has > form.partitions:
        return sentence(NOT_TAKEN_AWAY, **counts)
    with _at_work({name: owners[name] for name in (form.name, *readers)}) as at_work:
        if at_work:
            return sentence(AT_WORK, **counts, workers=", ".join(f"{name}-worker" for name in at_work))
        extents = extents_of(admin, settings, form.name)
        behind = {reader: unread(extents, _positions(owners[reader], form.name)) for reader in readers}
        if told := ", ".join(f"{reader} {messages}" for reader, messages in behind.items() if messages):
            return sentence(STILL_UNREAD, **counts, unread=told)
        grow(admin, settings, form.name, form.partitions)
    return sentence(GROWN, **counts)


@contextmanager
def _at_work(owners: Owners) -> Iterator[list[str]]:
    """Those of the services that a worker leads; the others are led from here meanwhile, so that nobody begins to send."""
    found = []
    with ExitStack() as opened:
        for name, owner in owners.items():
            lead = opened.enter_context(begun(owner))
            if lead.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, LEADER)).fetchone() != (True,):
                found.append(name)
        yield sorted(found)


def _positions(owner: DatabaseSettings, topic: str) -> dict[int, Position]:
    """How far a service has read a topic, in the same commits as what came of it."""
    with session(owner) as connection:
        rows = connection.execute(
            "SELECT bus_partition, next_offset, topic_id FROM bus_offsets WHERE topic = %s", (topic,)
        ).fetchall()
    return {partition: Position(offset, topic_id) for partition, offset, topic_id in rows}
