"""The PostgreSQL servers of a deployment: one for all services, or some with servers of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from services.contracts.services import SERVICES
from services.deployed.settings import POSTGRES_PORT, DatabaseSettings


class ServiceDatabase(msgspec.Struct, frozen=True):
    """A service's database: who owns it, and who works in it."""

    service: str
    migrator: DatabaseSettings
    application: DatabaseSettings


class DatabaseServer(msgspec.Struct, frozen=True):
    """A PostgreSQL server: its superuser, and the databases of the services that it is to hold."""

    superuser: DatabaseSettings
    databases: tuple[ServiceDatabase, ...]

    @property
    def name(self) -> str:
        """What it is called in findings, and in a backup of several."""
        host, port = self.superuser.host, self.superuser.port
        return host if port == POSTGRES_PORT else f"{host}-{port}"

    def superuser_in(self, database: ServiceDatabase) -> DatabaseSettings:
        """One of the databases that it holds, as its superuser."""
        return msgspec.structs.replace(self.superuser, name=database.migrator.name)


def in_order(servers: Iterable[DatabaseServer]) -> tuple[DatabaseServer, ...]:
    """As they are copied: who asks others over HTTP before those who are asked, so identity, whom all ask, comes last."""
    return tuple(sorted(servers, key=lambda server: -min(SERVICES.index(each.service) for each in server.databases)))


def owners(servers: Iterable[DatabaseServer]) -> Mapping[str, DatabaseSettings]:
    """Each service's database, as its owner."""
    return {each.service: each.migrator for server in servers for each in server.databases}
