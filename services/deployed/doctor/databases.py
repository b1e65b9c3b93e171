"""The databases: reachable, of this release, with a worker that leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psycopg

from services.chassis.errors import StoreBusy
from services.chassis.storage.migrate import SchemaTooNew, SchemaTooOld, must_be_current
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.postgres_lead import LEADER, LOCKS
from services.deployed.bootstrap.settings import ServiceDatabase
from services.deployed.doctor.findings import Finding, well, wrong

RESTART = ("重启该服务的 worker 容器，查看其日志。", "Restart the service's worker container and read its log.")


def each_database(wanted: Sequence[ServiceDatabase], migrations: Mapping[str, Path]) -> Iterator[Finding]:
    """Each service's database, as the application sees it."""
    for database in wanted:
        subject = f"database {database.application.name}"
        try:
            yield from _schema_and_leader(subject, database, migrations[database.service])
        except (psycopg.OperationalError, StoreBusy) as trouble:
            refused = "password authentication failed" in str(trouble)
            what = (
                ("数据库不接受应用的密码。", "The database does not take the application's password.")
                if refused
                else ("数据库无法连接。", "The database cannot be reached.")
            )
            remedy = (
                ("运行 bootstrap 重新设置密码。", "Run the bootstrap: it sets the password again.")
                if refused
                else ("检查 postgres 容器及其日志。", "Look at the container postgres and its log.")
            )
            yield wrong(subject, what, remedy)


def _schema_and_leader(subject: str, database: ServiceDatabase, migrations: Path) -> Iterator[Finding]:
    with psycopg.connect(database.application.url) as connection:  # first: it says why it may not come in
        leads = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (LOCKS, LEADER),
        ).fetchone()
    engine = engine_for(database.application.url, 1)
    try:
        must_be_current(engine, migrations)
        yield well(subject, "可连接，结构与本版本一致。", "Reachable, with this release's schema.")
    except (SchemaTooOld, SchemaTooNew) as trouble:
        zh, _, en = str(trouble).partition("\n")
        yield wrong(subject, (zh, en), ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."))
    finally:
        engine.dispose()
    if leads == (0,):
        yield wrong(
            f"{database.service} worker",
            ("没有 worker 在主导：事件不发送，期限不触发。", "No worker leads: nothing is sent, no term falls due."),
            RESTART,
        )
