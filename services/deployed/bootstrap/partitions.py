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
from services.chassis.bus.layout import Layout, TopicForm
from services.chassis.bus.places import Position
from services.chassis.storage.postgres_lead import LEADER, LOCKS
from services.deployed.sessions import begun, session
from services.deployed.settings import DatabaseSettings

Owners = Mapping[str, DatabaseSettings]


def bring_partitions(settings: KafkaSettings, layout: Layout, owners: Owners) -> list[str]:
    """Give topics the partitions of the layout where that is safe; answers in sentences what was done, and what was left and why.

    `owners` are the services' databases. Raises BusUnavailable, StoreBusy, and Misconfigured where the broker keeps no ACLs.
    """
    with asking(settings, ("分区数", "its partitions")) as admin:
        counts = partitions_of(admin, settings, [form.name for form in layout.topics])
        differ = [form for form in layout.topics if counts.get(form.name, form.partitions) != form.partitions]
        return [_bring(admin, settings, form, counts[form.name], layout.readers(form.name), owners) for form in differ]


def _bring(admin: Any, settings: KafkaSettings, form: TopicForm, has: int, readers: Collection[str], owners: Owners) -> str:
    left = f"partitions of {form.name}: {has} as before, not {form.partitions}"
    if form.name not in owners:
        return f"{left}: nobody here knows how far its readers are"
    if has > form.partitions:
        return f"{left}: none can be taken away; set FUXUE_PARTITIONS to {form.name}:{has}"
    with _at_work({name: owners[name] for name in (form.name, *readers)}) as at_work:
        if at_work:
            workers = ", ".join(f"{name}-worker" for name in at_work)
            return f"{left}: at work are {workers}; stop the gateway and every worker, then run the bootstrap again"
        extents = extents_of(admin, settings, form.name)
        behind = {reader: unread(extents, _positions(owners[reader], form.name)) for reader in readers}
        if told := ", ".join(f"{reader} {messages}" for reader, messages in behind.items() if messages):
            return f"{left}: messages in it are still to be read ({told}); let the workers run, then stop them and run it again"
        grow(admin, settings, form.name, form.partitions)
    return f"partitions of {form.name}: {form.partitions}, before {has}"


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
