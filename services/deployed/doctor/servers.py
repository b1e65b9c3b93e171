"""The PostgreSQL servers: each lets its superuser in, shows the same time, has room, and holds no other's data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

import psycopg

from services.chassis.errors import StoreBusy
from services.chassis.storage.postgres_connections import by_name
from services.deployed.bootstrap.elsewhere import strays
from services.deployed.database_tls import OWN_SERVERS
from services.deployed.doctor.findings import Finding, said, warning, wrong
from services.deployed.doctor.host import MAKE_ROOM, clocks, not_looked_at, room
from services.deployed.servers import DatabaseServer
from services.deployed.sessions import Session, begun


def each_server(servers: Sequence[DatabaseServer]) -> Iterator[Finding]:
    """Each server once, whatever the others are like; then what stands on one that is not its own."""
    with ExitStack() as opened:
        reached: dict[str, Session] = {}
        for server in servers:
            try:
                with by_name(server.superuser.url):
                    connection = opened.enter_context(begun(server.superuser))
                    yield from _clock(server.name, connection)
                    yield _disk(f"disk of {server.name}", connection)
                reached[server.name] = connection
            except StoreBusy as trouble:
                yield wrong(
                    server.name,
                    said(trouble),
                    (
                        f"检查 {server.name} 容器或主机，以及 deploy/secrets。",
                        f"Look at {server.name}, the container or the machine, and at deploy/secrets.",
                    ),
                )
        try:
            yield from _left_behind([server for server in servers if server.name in reached], reached)
        except psycopg.OperationalError:
            yield warning(
                "copies left behind",
                ("检查时有一台服务器断开，未能查完。", "A server went away while it was asked."),
                ("请再运行一次 doctor。", "Run the doctor again."),
            )


def _clock(name: str, connection: Session) -> Iterator[Finding]:
    """The server's clock against ours."""
    before = datetime.now(UTC)
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    after = datetime.now(UTC)
    if row is not None:
        apart = max((before - row[0]).total_seconds(), (row[0] - after).total_seconds(), 0.0)
        yield clocks(f"clock {name}", apart)


def _disk(subject: str, connection: Session) -> Finding:
    """The disk under the server's data, which only a program on its machine can tell."""
    try:
        free, total = room_of(connection)
    except psycopg.errors.DiskFull:
        return wrong(subject, ("磁盘已满。", "The disk is full."), MAKE_ROOM)
    except psycopg.DatabaseError as refused:  # a server elsewhere may let nobody run a program, or have no df
        if connection.broken:
            raise
        return not_looked_at(subject, type(refused).__name__)
    return room(subject, free, total)


def room_of(connection: Session) -> tuple[int, int]:
    """Bytes that are free of how many, where the server runs: in its data directory."""
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE TEMPORARY TABLE told (line text)")
        connection.execute("COPY told FROM PROGRAM 'LC_ALL=C df -Pk . | tail -n 1'")
        row = connection.execute("SELECT line FROM told").fetchone()
    _, kibibytes, _, free, *_ = str(row[0] if row else "").split()
    return int(free) * 1024, int(kibibytes) * 1024


def _left_behind(servers: Sequence[DatabaseServer], reached: dict[str, Session]) -> Iterator[Finding]:
    for database, server in strays(servers, reached):
        name = database.migrator.name
        yield warning(
            f"{name} on {server.name}",
            (
                f"{database.service} 的数据库已迁走，此处留有旧副本：在其中，之后删除的儿童信息仍可读。",
                f"{database.service} has moved away and left a copy: children who are erased since are readable in it.",
            ),
            (
                f"确认无误后删除：`{take_away(server, name)}`",
                f"Once all is well, take it away: `{take_away(server, name)}`",
            ),
        )


def take_away(server: DatabaseServer, database: str) -> str:
    """The command that drops a database: in the container of a server of the deployment's own, elsewhere from any machine."""
    superuser = server.superuser
    if superuser.host in OWN_SERVERS:
        program = f"docker compose exec {superuser.host} psql"
    else:
        program = f"psql -h {superuser.host} -p {superuser.port}"
    return f"{program} -U {superuser.user} -c 'DROP DATABASE {database}'"
