"""The databases: reachable, of this release, with a worker that leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from services.chassis.errors import StoreBusy
from services.chassis.storage.migrate import SchemaTooNew, SchemaTooOld, must_be_current
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.postgres_lead import LEADER, LOCKS, READERS
from services.chassis.storage.postgres_trouble import NoDatabase, PasswordRefused
from services.deployed.doctor.findings import Finding, said, warning, well, wrong
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import Session, session

RUN_THE_BOOTSTRAP = ("运行 `docker compose run --rm bootstrap`。", "Run `docker compose run --rm bootstrap`.")
GET_THE_NEWER_IMAGE = (
    (
        "取得更新版本的镜像（`docker compose build` 或 `docker compose pull`，或 deploy/images/build.sh，或 load.sh），"
        "再运行 `docker compose up --wait`。"
    ),
    (
        "Get the image of the newer release (`docker compose build` or `docker compose pull`, or deploy/images/build.sh, or"
        " load.sh), then run `docker compose up --wait`."
    ),
)
RESTART = ("重启该服务的 worker 容器，查看其日志。", "Restart the service's worker container and read its log.")


def each_database(wanted: Sequence[ServiceDatabase], migrations: Mapping[str, Path]) -> Iterator[Finding]:
    """Each service's database, as the application sees it."""
    for database in wanted:
        subject = f"database {database.application.name}"
        try:
            yield from _schema_and_leader(subject, database, migrations[database.service])
        except (PasswordRefused, NoDatabase) as trouble:
            yield wrong(subject, said(trouble), RUN_THE_BOOTSTRAP)
        except StoreBusy as trouble:
            yield wrong(subject, said(trouble), _look_at(database.application.host))


def _look_at(host: str) -> tuple[str, str]:
    return (f"检查 {host} 容器或主机及其日志。", f"Look at {host}, the container or the machine, and at its log.")


def _schema_and_leader(subject: str, database: ServiceDatabase, migrations: Path) -> Iterator[Finding]:
    with session(database.application) as connection:  # first: it says why it may not come in
        leads = _held(connection, LEADER)
        paused = _held(connection, READERS)
    engine = engine_for(database.application.url, 1)
    try:
        must_be_current(engine, migrations)
        yield well(subject, "可连接，结构与本版本一致。", "Reachable, with this release's schema.")
    except SchemaTooOld as trouble:
        yield wrong(subject, said(trouble), RUN_THE_BOOTSTRAP)
    except SchemaTooNew as trouble:
        yield wrong(subject, said(trouble), GET_THE_NEWER_IMAGE)
    finally:
        engine.dispose()
    if paused:
        yield warning(
            f"{database.service} readers",
            ("备份正在进行，消息处理已暂停。", "A backup holds the readers: no message is handled."),
            ("备份结束后自动恢复；若没有备份在运行，请报告。", "It ends with the backup; if none is being made, report it."),
        )
    if not leads:
        yield wrong(
            f"{database.service} worker",
            ("没有 worker 在主导：事件不发送，期限不触发。", "No worker leads: nothing is sent, no term falls due."),
            RESTART,
        )


def _held(connection: Session, lock: int) -> bool:
    """Whether somebody has one of the house's locks in this database for himself."""
    found = connection.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND mode = 'ExclusiveLock' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        (LOCKS, lock),
    )
    return found.fetchone() is not None
