"""A bus that holds nothing of what services have told: restored databases beside an empty broker, or a broker that was lost.

There the services' readers miss what was told, and what happens anew may come under numbers that departments have seen before. So a
new epoch begins, and each service's worker sends everything again (`chassis.epochs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.chassis.bus.kafka_inspection import topics
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.envelope import stamp
from services.chassis.storage import epochs
from services.deployed.bootstrap.databases import engine_of
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session

_TOLD_OUTSIDE = """
SELECT DISTINCT topic FROM publications p WHERE NOT EXISTS
    (SELECT 1 FROM outbox o WHERE o.topic = p.topic AND o.stream_id = p.stream_id AND o.version = p.version)
"""
"""The topics on which something was told that does not wait to be sent: they were made before it was."""

_HAS_TOLD = """
SELECT EXISTS (SELECT 1 FROM bus_epochs) OR EXISTS
    (SELECT 1 FROM events e WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.stream_id = e.stream_id AND o.version = e.version))
"""
"""Whether anybody can have heard of it: of a first start everything waits still. In an epoch everything may wait again."""


def begin_where_topics_are_gone(settings: KafkaSettings, databases: Sequence[ServiceDatabase], now: datetime) -> list[str]:
    """Where anything was ever told, begin a new epoch for each service whose topics are not there; answers which services.

    Also for one that has told nothing yet: whoever reads its topic sees a new one, and waits for its word that nothing is missing.
    Done before the topics are made: whoever is cut short in between finds them missing still. Raises BusUnavailable.
    """
    if not any(map(_has_told, databases)):
        return []
    there = topics(settings)
    robbed = [database for database in databases if not there.issuperset(_topics_of(database))]
    for database in robbed:
        with engine_of(database.migrator) as engine, engine.begin() as connection:
            epochs.begin(connection, stamp(now))
    return [database.service for database in robbed]


def _has_told(database: ServiceDatabase) -> bool:
    with session(database.migrator) as connection:
        return connection.execute(_HAS_TOLD).fetchone() == (True,)


def _topics_of(database: ServiceDatabase) -> Iterator[str]:
    """The topics of a service: its own, made before anything happens in it, and those on which it has told others."""
    yield database.service
    with session(database.migrator) as connection:
        yield from (topic for (topic,) in connection.execute(_TOLD_OUTSIDE).fetchall())
