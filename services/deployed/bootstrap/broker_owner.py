"""Whose a broker is: two deployments that share one, each under its own prefix, never touch what is the other's.

Under one prefix they would read each other's events and set each other's passwords. So before anything is changed there, the
messages that stand on the services' topics are looked for in this deployment's own databases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import psycopg

from services.chassis.bus.kafka_ends import ends
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.errors import Misconfigured
from services.deployed.servers import ServiceDatabase


def must_be_ours(settings: KafkaSettings, databases: Sequence[ServiceDatabase], county: str) -> None:
    """Raises Misconfigured where the topics hold events, and none of them is in our databases."""
    strangers: set[str] = set()
    for database in databases:
        told = [headers for headers in ends(settings, database.service) if "ce_id" in headers]
        if told and _holds_any(database, {headers["ce_id"] for headers in told}):
            return
        strangers |= {headers.get("ce_county", "?") for headers in told}
    if strangers:
        raise Misconfigured(_sentence(settings, strangers, county))


def _holds_any(database: ServiceDatabase, event_ids: Collection[str]) -> bool:
    with psycopg.connect(database.migrator.url) as connection:
        found = connection.execute("SELECT EXISTS (SELECT 1 FROM events WHERE event_id = ANY(%s))", (list(event_ids),)).fetchone()
    return found == (True,)


def _sentence(settings: KafkaSettings, counties: Collection[str], county: str) -> str:
    whose = f"county {', '.join(sorted(counties))}" if set(counties) != {county} else "this county, but of other databases"
    where = f"under the prefix {settings.prefix!r}" if settings.prefix else "without a prefix"
    return (
        f"Kafka at {settings.where} holds events {where} that are not in our databases (of {whose}): another deployment uses it."
        " Nothing was changed there. Give this deployment a FUXUE_KAFKA_PREFIX of its own; or, where the other is gone or the"
        " databases come from a backup older than the broker's messages, delete its topics and start again"
    )
