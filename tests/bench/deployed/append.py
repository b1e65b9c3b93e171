"""One event with its hash and its outbox row on PostgreSQL, one process – against `eventsourcing`, on the same server."""

from __future__ import annotations

import statistics

import sqlalchemy as sa

from services.chassis.storage.postgres import PostgresStore
from tests.bench.append import ROUNDS, Ours, Peer, seconds_each
from tests.bench.deployed.servers import Servers
from tests.bench.figures import Figure
from tests.chassis.toy import MIGRATIONS
from tests.postgres import PostgresServer

BAR = 3.0
PEER = "eventsourcing 9.5.6 save"
APPENDS_A_ROUND = 200


def peer_environment(postgres: PostgresServer, *, functions: bool = False) -> dict[str, str]:
    """What makes an application of `eventsourcing` use a new database; its database functions are off unless asked for."""
    url = sa.make_url(postgres.owner_url(postgres.empty()))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_HOST": url.host or "",
        "POSTGRES_PORT": str(url.port),
        "POSTGRES_DBNAME": url.database or "",
        "POSTGRES_USER": url.username or "",
        "POSTGRES_PASSWORD": str(url.password),
        "POSTGRES_ENABLE_DB_FUNCTIONS": "yes" if functions else "no",
    }


def measure(servers: Servers) -> list[Figure]:
    """The ratio of the medians of alternating rounds."""
    ours = Ours(PostgresStore(servers.postgres.database(MIGRATIONS / "roll")))
    peer = Peer(peer_environment(servers.postgres))
    tuned = Peer(peer_environment(servers.postgres, functions=True))
    times: dict[str, list[float]] = {"ours": [], "peer": [], "peer with its database functions": []}
    appends = servers.of(APPENDS_A_ROUND)
    for number in range(ROUNDS + 1):
        for who, append in zip(times, (ours.append, peer.append, tuned.append), strict=True):
            spent = seconds_each(append, number * appends, appends)
            if number:  # the first round warms up
                times[who].append(spent)
    for each in (peer, tuned):
        each.close()
    ours.store.close()
    median = {who: statistics.median(spent) for who, spent in times.items()}
    note = ", ".join(f"{who} {spent * 1e6:,.0f} µs" for who, spent in median.items())
    return [Figure("PostgreSQL: append 1 event + outbox + hash", median["peer"] / median["ours"], "×", BAR, "at least", PEER, note)]
