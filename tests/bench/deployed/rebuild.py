"""Rebuilding a read model on PostgreSQL from a million events of its service's own log."""

from __future__ import annotations

import time

from services.chassis.rebuild import rebuild
from services.chassis.storage.postgres import PostgresStore
from tests.bench.deployed.servers import Servers
from tests.bench.figures import Figure
from tests.bench.rebuild import fill, lives
from tests.chassis.toy import MIGRATIONS, roll_model

PUPILS = 200_000
"""Five events each."""

BAR_SECONDS = 20.0


def measure(servers: Servers) -> list[Figure]:
    """Seconds from the beginning to the swap."""
    store = PostgresStore(servers.postgres.database(MIGRATIONS / "roll"))
    fill(store, lives(servers.of(PUPILS)))
    began = time.perf_counter()
    rebuilt = rebuild(roll_model(), store)
    seconds = time.perf_counter() - began
    store.close()
    note = f"{rebuilt.events / seconds:,.0f} events/s, {rebuilt.rows['pupils']:,} rows"
    return [Figure(f"rebuild of a read model, {rebuilt.events:,} events", seconds, "s", BAR_SECONDS, "at most", note=note)]
