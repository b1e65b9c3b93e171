"""What the bootstrap writes down for the workers: this broker was looked at, and what it tells is of these databases.

Whose a broker is can be told only while it answers (`broker_owner`). So that a start without it does not lose the question, the
answer is kept in each service's database together with the state of the data that it was found for; a worker sends and hears
nothing on a broker of which it does not stand there (`deployed.checked_broker`). It is forgotten as soon as the data are others:
made anew, or put back from a backup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from services.chassis.bus.kafka_settings import KafkaSettings
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.sessions import Session, session

Connections = Mapping[str, Session]
"""Each server by its name, as its superuser."""

DATA = (
    "SELECT system_identifier, timeline_id, coalesce(pg_read_file('backup_label.old', 0, 4096, true), '')"
    " FROM pg_control_system(), pg_control_checkpoint()"
)
"""Which cluster, on which of its timelines, and the label of the very backup from which it was last put back."""

States = Mapping[str, str]
"""The state of each service's data."""


def states(servers: Sequence[DatabaseServer], connections: Connections) -> States:
    """Of each service what changes when its data are replaced, and only then."""
    found: dict[str, str] = {}
    for server in servers:
        row = connections[server.name].execute(DATA).fetchone()
        state = hashlib.sha256(repr(row).encode()).hexdigest()
        found |= {database.service: state for database in server.databases}
    return found


def forget_others(databases: Sequence[ServiceDatabase], settings: KafkaSettings, now: States) -> bool:
    """Forget what was found of other brokers, or for other data; answers whether it stands of this broker in all databases."""
    standing = [_forget_others(database, settings, now[database.service]) for database in databases]
    return all(standing)


def _forget_others(database: ServiceDatabase, settings: KafkaSettings, state: str) -> bool:
    with session(database.migrator) as connection:
        connection.execute("DELETE FROM checked_brokers WHERE broker <> %s OR state <> %s", (settings.broker, state))
        return connection.execute("SELECT 1 FROM checked_brokers").fetchone() is not None


def forget(databases: Sequence[ServiceDatabase]) -> None:
    """No worker that starts from now on uses the broker."""
    for database in databases:
        with session(database.migrator) as connection:
            connection.execute("DELETE FROM checked_brokers")


def write_down(databases: Sequence[ServiceDatabase], settings: KafkaSettings, now: States) -> None:
    """The broker is ours."""
    for database in databases:
        with session(database.migrator) as connection:
            connection.execute(
                "INSERT INTO checked_brokers (broker, state) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (settings.broker, now[database.service]),
            )
