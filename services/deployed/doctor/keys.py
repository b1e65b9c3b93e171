"""The keys: those that each service's data were sealed and signed with are the ones that the deployment was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.chassis.errors import StoreBusy
from services.deployed.data_keys import KeyIds, needed
from services.deployed.doctor.findings import Finding, wrong
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session


def each_services_keys(databases: Sequence[ServiceDatabase], given: Mapping[str, KeyIds]) -> Iterator[Finding]:
    """What is wrong; of a database that does not answer, others tell."""
    for database in databases:
        try:
            with session(database.application) as connection:
                keys = needed(connection, database.service)
        except StoreBusy:
            continue
        for name in keys.not_in(given[database.service]):
            yield wrong(
                f"keys of {database.service}",
                (
                    f"数据需要别的密钥：deploy/secrets/{database.service}/{name} 与数据不符。",
                    f"The data need another key than the one in deploy/secrets/{database.service}/{name}.",
                ),
                (
                    "放回为这些数据另行保存的 deploy/secrets，再运行 `docker compose up --wait`。",
                    "Put the copy of deploy/secrets back that was kept for these data, then run `docker compose up --wait`.",
                ),
            )
