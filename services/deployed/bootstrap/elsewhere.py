"""Databases that stand on another server than the one that the settings name for their service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg

from services.chassis.errors import Misconfigured
from services.deployed.bootstrap.databases import has_database
from services.deployed.servers import DatabaseServer, ServiceDatabase

Connections = Mapping[str, psycopg.Connection[Any]]
"""Each server by its name, as its superuser."""


class DatabaseElsewhere(Misconfigured):
    """The settings name a new server for a service whose data still stand on the former."""


def must_stand_where_looked_for(servers: Sequence[DatabaseServer], connections: Connections) -> None:
    """Raises DatabaseElsewhere rather than let a service begin anew on an empty server while its data stand on another."""
    for database, former in strays(servers, connections):
        own = next(server for server in servers if database in server.databases)
        if not has_database(connections[own.name], database):
            raise DatabaseElsewhere(
                f"{database.service} 的数据还在 {former.name} 上，而设置指向 {own.name}；"
                f"请先运行 docker compose run --rm operator move {database.service} --from {former.name}。\n"
                f"The data of {database.service} stand on {former.name}, the settings name {own.name}:"
                f" first run docker compose run --rm operator move {database.service} --from {former.name}."
            )


def strays(servers: Sequence[DatabaseServer], connections: Connections) -> Iterator[tuple[ServiceDatabase, DatabaseServer]]:
    """The services' databases on servers that are not theirs, each with the one that it stands on."""
    for server in servers:
        for other in servers:
            if other.name != server.name:
                yield from ((each, server) for each in other.databases if has_database(connections[server.name], each))
