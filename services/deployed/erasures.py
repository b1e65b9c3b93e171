"""The lists of erased children, kept apart from the databases: a copy of yesterday must not bring back who was erased today.

What is erased is a child's key in each service (`chassis.sealing`): the row stays, without bytes. A list names the children's
ids by service, never anything else; it only grows. Each service's worker writes one every minute, each backup one beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from services.chassis.errors import Misconfigured
from services.chassis.files import put_in_place
from services.deployed.sessions import session
from services.deployed.settings import DatabaseSettings

FILE_NAME = "erasures.json"

Erased = Mapping[str, frozenset[str]]
"""Of each service, the subjects whose keys are destroyed."""


def noted(*directories: Path) -> Erased:
    """What the lists say together; raises Misconfigured where one cannot be read, for nothing may be served then."""
    together: dict[str, frozenset[str]] = {}
    for directory in directories:
        for service, subjects in _listed(directory / FILE_NAME).items():
            together[service] = together.get(service, frozenset()) | subjects
    return together


def _listed(path: Path) -> Erased:
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, frozenset[str]])
    except (msgspec.MsgspecError, OSError) as broken:
        raise Misconfigured(
            f"{path} 无法读取或已损坏，请从备份放回。\n{path} cannot be read, or is broken; put it back from its backup."
        ) from broken


def note(directory: Path, databases: Mapping[str, DatabaseSettings]) -> Erased:
    """Add to the directory's list who is erased now; answers the whole list. Raises Misconfigured and StoreBusy."""
    before = noted(directory)
    now = {service: before.get(service, frozenset()) | _erased_in(settings) for service, settings in databases.items()}
    if now != before:
        sorted_lists = {service: sorted(subjects) for service, subjects in now.items()}
        _put(directory / FILE_NAME, msgspec.json.encode(sorted_lists))
    return now


def _put(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        put_in_place(path, content)
    except OSError as trouble:
        raise Misconfigured(
            f"{path} 无法写入（{trouble.strerror}）：被删除的孩子不在名单上，恢复备份会使其信息重现；请检查该卷。\n"
            f"{path} cannot be written ({trouble.strerror}): who is erased is on no list, and a restore would bring them back;"
            " look at the volume that is mounted there."
        ) from trouble


def reapply(erased: Erased, databases: Mapping[str, DatabaseSettings]) -> int:
    """Destroy again the keys of all who are on the list; answers how many were there again."""
    return sum(_destroy(databases[service], subjects) for service, subjects in erased.items() if service in databases)


def _erased_in(settings: DatabaseSettings) -> frozenset[str]:
    with session(settings) as connection:
        if connection.execute("SELECT to_regclass('subject_keys')").fetchone() == (None,):
            return frozenset()  # a service that this release has brought, before its first migration
        rows = connection.execute("SELECT subject_id FROM subject_keys WHERE wrapped_key = ''::bytea").fetchall()
    return frozenset(subject for (subject,) in rows)


def _destroy(settings: DatabaseSettings, subjects: Iterable[str]) -> int:
    """A key that the copy does not hold was made after it; its row keeps one from being made again."""
    with session(settings) as connection:
        destroyed = connection.execute(
            "UPDATE subject_keys SET wrapped_key = ''::bytea WHERE subject_id = ANY(%s) AND wrapped_key <> ''::bytea",
            (list(subjects),),
        ).rowcount
        connection.execute(
            "INSERT INTO subject_keys (subject_id, suite, wrapping_key_id, wrapped_key)"
            " SELECT subject, '', '', ''::bytea FROM unnest(%s::text[]) AS subject ON CONFLICT DO NOTHING",
            (list(subjects),),
        )
    return destroyed
