"""The keys: those that each service's data were sealed and signed with are the ones that the deployment was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.chassis.errors import StoreBusy
from services.chassis.wrapping import WRAPPING_KEYS, IndexKeyMoved
from services.deployed.data_keys import KeyIds, NeededKeys, needed
from services.deployed.doctor.findings import Finding, said, wrong
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session

PUT_BACK: tuple[str, str] = (
    "放回为这些数据另行保存的 deploy/secrets，再运行 `docker compose up --wait`。",
    "Put the copy of deploy/secrets back that was kept for these data, then run `docker compose up --wait`.",
)


def each_services_keys(databases: Sequence[ServiceDatabase], given: Mapping[str, KeyIds]) -> Iterator[Finding]:
    """What is wrong; of a database that does not answer, others tell."""
    for database in databases:
        try:
            with session(database.application) as connection:
                keys = needed(connection, database.service)
        except StoreBusy:
            continue
        yield from _compared(database.service, keys, given[database.service])


def _compared(service: str, keys: NeededKeys, given: KeyIds) -> Iterator[Finding]:
    subject, where = f"keys of {service}", f"deploy/secrets/{service}/"
    wrong_files = keys.not_in(given)
    for name in wrong_files:
        what = f"数据需要别的密钥：{where}{name} 与数据不符。", f"The data need another key than the one in {where}{name}."
        yield wrong(subject, what, PUT_BACK)
    if WRAPPING_KEYS not in wrong_files:
        try:
            keys.wrapping.must_be_given(given.wrapping, where + WRAPPING_KEYS)
        except IndexKeyMoved as moved:
            yield wrong(subject, said(moved), _in_order(service))


def _in_order(service: str) -> tuple[str, str]:
    """What a copy of the file that is older than its first line could not do."""
    containers = f"{service} {service}-worker"
    return (
        f"恢复各行的次序，运行 `docker compose run --rm secrets`，再运行 `docker compose restart {containers}`。",
        f"Put the lines back in order, run `docker compose run --rm secrets`, then `docker compose restart {containers}`.",
    )
