"""A server holds one deployment's databases: what stands there is looked at before a role, a password or a database is changed.

Roles and databases bear the same names in every deployment, so another's passwords would be replaced and its data worked on.
Whose data are, their keys tell: no other deployment has those. As the superuser, for the services' own passwords may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.chassis.errors import Misconfigured, StoreBusy
from services.chassis.storage.postgres_trouble import PasswordRefused
from services.chassis.wrapping import WRAPPING_KEYS
from services.deployed.bootstrap.databases import has_database
from services.deployed.bootstrap.elsewhere import Connections
from services.deployed.bootstrap.one_county import must_be_of_county
from services.deployed.data_keys import KeyIds, NeededKeys, is_there, needed
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.sessions import Session, session


class NotOurs(Misconfigured):
    """The data on a server need other keys than those that this deployment was given, or nothing says that they are its own."""


Reason = tuple[str, str]

OTHER_KEYS: Reason = (
    "需要别的密钥（{files}），deploy/secrets 中的与之不符",
    "need other keys than those in deploy/secrets ({files})",
)
NOTHING_SAYS: Reason = (
    "不接受 deploy/secrets 中的密码，也没有密钥能说明它们属于本部署",
    "do not take the passwords in deploy/secrets, and no key says that they are this deployment's",
)
REFUSED: Reason = (
    (
        "{where} 上 {services} 的数据{why}。若是本部署的数据，请放回为其另行保存的 deploy/secrets，"
        "再运行 docker compose up --wait；若属于另一套部署，请为本部署另用一台 PostgreSQL：一台服务器只容一套部署。什么也没有改动。"
    ),
    (
        "The data of {services} at {where} {why}. Where they are this deployment's, put the copy of deploy/secrets back that was"
        " kept for them, and run docker compose up --wait; where they are another deployment's, give this one a PostgreSQL server"
        " of its own: a server holds one deployment. Nothing was changed."
    ),
)


def must_be_ours(servers: Sequence[DatabaseServer], connections: Connections, county: str, given: Mapping[str, KeyIds]) -> None:
    """Raises OtherCounty, NotOurs and IndexKeyMoved; a database in which nothing has happened may be anybody's."""
    for server in servers:
        other_keys: dict[str, tuple[str, ...]] = {}
        unknown: list[str] = []
        for database, found, keys in _standing(server, connections):
            if found is not None:
                must_be_of_county(database.service, found, county)
            if wrong := keys.not_in(given[database.service]):
                other_keys[database.service] = wrong
            elif found is not None and not keys.told and _is_refused(database):
                unknown.append(database.service)
            else:
                where = f"deploy/secrets/{database.service}/{WRAPPING_KEYS}"
                keys.wrapping.must_be_given(given[database.service].wrapping, where)
        if other_keys:
            files = ", ".join(f"{service}/{name}" for service, names in other_keys.items() for name in names)
            raise _not_ours(server, tuple(other_keys), OTHER_KEYS, files)
        if unknown:
            raise _not_ours(server, unknown, NOTHING_SAYS)


def _standing(server: DatabaseServer, connections: Connections) -> Iterator[tuple[ServiceDatabase, str | None, NeededKeys]]:
    """The databases that are there, each with the county of its events, where anything has happened, and the keys that it needs."""
    for database in server.databases:
        if has_database(connections[server.name], database):
            with session(server.superuser_in(database)) as inside:
                yield database, _county(inside), needed(inside, database.service)


def _county(inside: Session) -> str | None:
    if not is_there(inside, "events"):
        return None
    last = inside.execute("SELECT county FROM events ORDER BY position DESC LIMIT 1").fetchone()
    return None if last is None else str(last[0])


def _is_refused(database: ServiceDatabase) -> bool:
    """Whether the database does not take its owner's password; whatever else is wrong says nothing of whose it is."""
    try:
        with session(database.migrator):
            return False
    except PasswordRefused:
        return True
    except StoreBusy:
        return False


def _not_ours(server: DatabaseServer, services: Sequence[str], reason: Reason, files: str = "") -> NotOurs:
    return NotOurs(
        "\n".join(
            words.format(where=server.name, services=between.join(services), why=why.format(files=files))
            for words, why, between in zip(REFUSED, reason, ("、", ", "), strict=True)
        )
    )
