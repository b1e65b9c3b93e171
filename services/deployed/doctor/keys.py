"""The keys: those that each service's data were sealed and signed with are the ones that the deployment was given.

Of a service that was given several wrapping keys also by which of them its children's keys are wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from services.chassis.errors import StoreBusy
from services.chassis.wrapping import WRAPPING_KEYS, IndexKeyMoved, NeededWrapping
from services.deployed.data_keys import KeyIds, NeededKeys, needed
from services.deployed.doctor.findings import Finding, said, warning, well, wrong
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session

PUT_BACK: tuple[str, str] = (
    "放回为这些数据另行保存的 deploy/secrets，再运行 `docker compose up --wait`。",
    "Put the copy of deploy/secrets back that was kept for these data, then run `docker compose up --wait`.",
)


def each_services_keys(databases: Sequence[ServiceDatabase], given: Mapping[str, KeyIds]) -> Iterator[Finding]:
    """What is wrong, and which wrapping key is in force; of a database that does not answer, others tell."""
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
        else:
            yield from _in_force(service, keys.wrapping, given.wrapping)


def _in_force(service: str, needed: NeededWrapping, given: Sequence[str]) -> Iterator[Finding]:
    """Which lines still wrap, and which may go: neither the first nor the last, nor one that wraps anything."""
    if len(given) == 1:
        return
    subject, first = f"wrapping keys of {service}", f"1 ({given[0]})"
    if not needed.opening:  # then the data do not tell by which line a process would wrap
        yield well(subject, "还没有学生密钥，没有任何一行在封存内容。", "There is no child's key yet: no line wraps anything.")
        return
    still = _lines(given, lambda line: line > 1 and given[line - 1] in needed.opening)
    free = _lines(given, lambda line: 1 < line < len(given) and given[line - 1] not in needed.opening)
    may_go = (f"可以去掉的行：{free}。", f" Lines that may go: {free}.") if free else ("没有可以去掉的行。", " No line may go.")
    if still:
        what = (
            f"第一行是 {first}，而仍用于封存学生密钥的还有：{still}。{may_go[0]}",
            f"The first line is {first}, but children's keys are still wrapped by {still}.{may_go[1]}",
        )
        yield warning(subject, what, _wrapped_anew(service))
    else:
        yield well(
            subject,
            f"学生密钥只由第一行封存：{first}。{may_go[0]}",
            f"Children's keys are wrapped by the first line alone: {first}.{may_go[1]}",
        )


def _lines(given: Sequence[str], wanted: Callable[[int], bool]) -> str:
    """Lines of the file by their numbers, each with the id of its key."""
    return ", ".join(f"{line} ({key_id})" for line, key_id in enumerate(given, 1) if wanted(line))


def _wrapped_anew(service: str) -> tuple[str, str]:
    containers = f"{service} {service}-worker"
    restart = f"`docker compose restart {containers}`"
    return (
        (
            f"若放入新密钥后尚未重启：{restart}，一分钟后再看。否则 {service}-worker 的日志说明原因："
            "chore_failed，或 wrapped_key_damaged（某学生的密钥已损坏，该行须保留）。"
        ),
        (
            f"Where they were not restarted since a new key was put in front: {restart}, and look again a minute later. Else the"
            f" log of {service}-worker tells why: chore_failed, or wrapped_key_damaged (a child's key is spoilt, its line stays)."
        ),
    )


def _in_order(service: str) -> tuple[str, str]:
    """What a copy of the file that is older than its first line could not do."""
    containers = f"{service} {service}-worker"
    return (
        f"恢复各行的次序，运行 `docker compose run --rm secrets`，再运行 `docker compose restart {containers}`。",
        f"Put the lines back in order, run `docker compose run --rm secrets`, then `docker compose restart {containers}`.",
    )
