"""The brokers from inside: reachable, laid out as the services need it, with room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg

from services.chassis.bus.kafka_inspection import Copies, Differences, Disk, brokers, differences, let_in_no_more, too_few_copies
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout
from services.chassis.errors import BusUnavailable, Misconfigured, StoreBusy
from services.contracts.services import SERVICES
from services.deployed.checked_broker import is_checked, said_not_checked
from services.deployed.doctor.certificates import Trust
from services.deployed.doctor.findings import Finding, said, warning, well, wrong
from services.deployed.doctor.host import not_looked_at, room
from services.deployed.doctor.outside import addresses_outside
from services.deployed.servers import ServiceDatabase

SHOWN = 8
"""Of each kind; how many more there are is told."""

RUN_BOOTSTRAP = ("运行 `docker compose run --rm bootstrap`。", "Run `docker compose run --rm bootstrap`.")


def topics_users_and_rights(settings: KafkaSettings, layout: Layout) -> Iterator[Finding]:
    """From inside, as the one who may do everything."""
    try:
        found = differences(settings, layout)
        gone = let_in_no_more(settings, layout)
        few = too_few_copies(settings, layout)
    except (BusUnavailable, Misconfigured) as trouble:
        yield wrong(
            "broker",
            said(trouble),
            ("检查 kafka 容器及其日志。", "Look at the container kafka and its log."),
        )
        return
    for user in gone:
        yield wrong(
            f"broker user {user}",
            (
                "已不在 FUXUE_DEPARTMENT_SYSTEMS 中，但仍能读取。",
                "It is not in FUXUE_DEPARTMENT_SYSTEMS any more, and can still read.",
            ),
            RUN_BOOTSTRAP,
        )
    yield from _copies(few, settings.replication)
    if found == Differences():
        yield well("broker", "主题、用户和权限齐全，且无多余。", "Topics, users and rights are complete, and none is beyond that.")
        return
    kinds = (
        ("缺少", "Missing", found.missing),
        ("多余的权限（可读写不该读写的内容）", "Rights beyond what they should have", found.surplus),
        ("设置不符", "Settings that differ", found.settings),
    )
    for zh, en, each in kinds:
        if each:
            told = _shown(each)
            yield wrong("broker", (f"{zh}：{told}", f"{en}: {told}"), RUN_BOOTSTRAP)
    for topic, has, should in found.partitions:
        yield _partitions(topic, has, should)


def _shown(each: Sequence[str]) -> str:
    return "; ".join(each[:SHOWN]) + (f" … ({len(each)})" if len(each) > SHOWN else "")


def _partitions(topic: str, has: int, should: int) -> Finding:
    what = (f"主题 {topic} 有 {has} 个分区，应为 {should} 个。", f"The topic {topic} has {has} partitions, not {should}.")
    if topic not in SERVICES:
        remedy = (
            f"部门主题只能有 {should} 个分区：删除该主题，然后 `docker compose run --rm operator republish casework`。",
            f"A department's topic has {should}: delete it, then `docker compose run --rm operator republish casework`.",
        )
    elif has > should:
        remedy = (
            f"分区不能减少：在 .env 的 FUXUE_PARTITIONS 中写入 `{topic}:{has}`。",
            f"Partitions cannot be taken away: put `{topic}:{has}` into FUXUE_PARTITIONS in .env.",
        )
    else:
        remedy = (
            "停止 gateway 和所有 worker，再运行 `docker compose run --rm bootstrap`（运维手册“扩容”一节）。",
            "Stop the gateway and every worker, then run `docker compose run --rm bootstrap` (operating guide, Scale out).",
        )
    return warning(f"partitions of {topic}", what, remedy)


def looked_at(databases: Sequence[ServiceDatabase], settings: KafkaSettings) -> Iterator[Finding]:
    """Whether the bootstrap has found the broker to be this deployment's: until then workers send and hear nothing."""
    if waiting := [database.service for database in databases if not _looked_at(database, settings)]:
        zh, en = said_not_checked(settings)
        yield wrong(
            "broker not looked at",
            (f"{'、'.join(waiting)}：{zh}", f"{', '.join(waiting)}: {en}"),
            ("Kafka 恢复后运行 `docker compose up --wait`。", "Once Kafka is up, run `docker compose up --wait`."),
        )


def _looked_at(database: ServiceDatabase, settings: KafkaSettings) -> bool:
    try:
        return is_checked(database.application, settings)
    except (StoreBusy, psycopg.ProgrammingError):  # the database's own finding tells it
        return True


def _copies(few: Sequence[Copies], wanted: int) -> Iterator[Finding]:
    """Topics that a broker's loss would hurt: which catch up by themselves, and which never had enough copies."""
    behind = [each for each in few if each.assigned >= wanted]
    if behind:
        told = _shown([f"{each.topic} {each.in_step}/{wanted}" for each in behind])
        yield wrong(
            "broker copies",
            (f"有 Kafka 不在或落后，副本不足：{told}", f"A broker is away or behind, so copies are short: {told}"),
            (
                "启动缺的那台（`docker compose up --wait`），查看其日志；它恢复后会自动补齐，不需要其他操作。",
                "Start the missing one (`docker compose up --wait`) and read its log; once it is back it catches up by itself.",
            ),
        )
    if never := [each for each in few if each.assigned < wanted]:
        told = _shown([f"{each.topic} {each.assigned}/{wanted}" for each in never])
        yield wrong(
            "broker copies never made",
            (f"创建时副本就不足：{told}", f"Made with fewer copies than there should be: {told}"),
            (
                "Kafka 不会自行增加副本：按《运维指南》“扩容”一节从一台改为三台的步骤迁移。",
                "Kafka adds none by itself: move over as the guide says of brokers, under scaling out.",
            ),
        )


def each_broker(settings: KafkaSettings, address: str, trust: Trust) -> Iterator[Finding]:
    """The brokers that are up, one by one: where they send departments, and whether they have room."""
    try:
        up = brokers(settings)
    except (BusUnavailable, Misconfigured):  # the broker's own finding tells it
        up = []
    yield from addresses_outside(up, address, trust)
    for each in up:
        for disk in each.disks:
            yield _disk(f"disk of broker {each.number}", disk)


def _disk(subject: str, disk: Disk) -> Finding:
    if disk.out_of_use:
        return wrong(
            subject,
            (f"Kafka 已停用 {disk.place}：无法读写。", f"Kafka has taken {disk.place} out of use: it cannot be read or written."),
            ("检查该机器的磁盘，然后重启这台 Kafka。", "Look at that machine's disk, then restart this broker."),
        )
    return room(subject, disk.free, disk.total) if disk.total > 0 else not_looked_at(subject, disk.place)
