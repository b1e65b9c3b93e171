"""The databases: reachable, of this release, with a worker that leads, clocks in step, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from services.chassis.errors import StoreBusy
from services.chassis.storage.migrate import SchemaTooNew, SchemaTooOld, must_be_current
from services.chassis.storage.postgres import engine_for
from services.chassis.storage.postgres_lead import LEADER, LOCKS
from services.deployed.bootstrap.settings import ServiceDatabase
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.settings import DatabaseSettings

SKEW_SECONDS = 2.0
"""Further apart, dates and terms near midnight and the tokens' lives are not what people think."""

LEAST_FREE = 0.10
RESTART = ("重启该服务的 worker 容器，查看其日志。", "Restart the service's worker container and read its log.")


def databases(wanted: Sequence[ServiceDatabase], migrations: Mapping[str, Path]) -> Iterator[Finding]:
    """Each service's database, as the application sees it."""
    for database in wanted:
        subject = f"database {database.application.name}"
        try:
            yield from _database(subject, database, migrations[database.service])
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


def _database(subject: str, database: ServiceDatabase, migrations: Path) -> Iterator[Finding]:
    engine = engine_for(database.application.url, 1)
    try:
        must_be_current(engine, migrations)
        yield well(subject, "可连接，结构与本版本一致。", "Reachable, with this release's schema.")
    except (SchemaTooOld, SchemaTooNew) as trouble:
        zh, _, en = str(trouble).partition("\n")
        yield wrong(subject, (zh, en), ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."))
    finally:
        engine.dispose()
    with psycopg.connect(database.application.url) as connection:
        leads = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (LOCKS, LEADER),
        ).fetchone()
    if leads == (0,):
        yield wrong(
            f"{database.service} worker",
            ("没有 worker 在主导：事件不发送，期限不触发。", "No worker leads: nothing is sent, no term falls due."),
            RESTART,
        )


def clock(superuser: DatabaseSettings) -> Iterator[Finding]:
    """The server's clock against ours."""
    with psycopg.connect(superuser.url) as connection:
        before = datetime.now(UTC)
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        after = datetime.now(UTC)
    if row is None:
        return
    apart = max((before - row[0]).total_seconds(), (row[0] - after).total_seconds(), 0.0)
    yield clocks_apart("clock postgres", apart)


def clocks_apart(subject: str, seconds: float) -> Finding:
    """What it means when two machines' clocks are that far apart."""
    if seconds <= SKEW_SECONDS:
        return well(subject, "时钟一致。", "The clocks agree.")
    return wrong(
        subject,
        (f"时钟相差 {seconds:.1f} 秒。", f"The clocks are {seconds:.1f} s apart."),
        (
            "在各主机上启用时间同步（chrony 或 systemd-timesyncd）。",
            "Turn on time synchronisation on every host (chrony, timesyncd).",
        ),
    )


def disk(place: Path) -> Iterator[Finding]:
    """Room where the engine keeps its volumes."""
    if not place.exists():
        return
    usage = shutil.disk_usage(place)
    free, gigabytes = usage.free / usage.total, usage.free / 1e9
    subject = "disk"
    if free >= LEAST_FREE:
        yield well(subject, f"剩余 {gigabytes:.0f} GB（{free:.0%}）。", f"{gigabytes:.0f} GB are free ({free:.0%}).")
    else:
        yield warning(
            subject,
            (f"磁盘只剩 {gigabytes:.1f} GB（{free:.0%}）。", f"Only {gigabytes:.1f} GB are free ({free:.0%})."),
            (
                "移走旧备份，或扩大磁盘：磁盘写满后服务只读。",
                "Move old backups away or enlarge the disk: once full, nothing is accepted.",
            ),
        )
