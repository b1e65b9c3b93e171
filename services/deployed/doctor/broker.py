"""The brokers from inside: reachable, laid out as the services need it, with room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.chassis.bus.kafka_inspection import Differences, Disk, brokers, differences, let_in_no_more
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout
from services.chassis.errors import BusUnavailable, Misconfigured
from services.contracts.services import SERVICES
from services.deployed.doctor.certificates import Trust
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.doctor.host import not_looked_at, room
from services.deployed.doctor.outside import addresses_outside

SHOWN = 8
"""Of each kind; how many more there are is told."""

RUN_BOOTSTRAP = ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap.")


def topics_users_and_rights(settings: KafkaSettings, layout: Layout) -> Iterator[Finding]:
    """From inside, as the one who may do everything."""
    try:
        found = differences(settings, layout)
        gone = let_in_no_more(settings, layout)
    except (BusUnavailable, Misconfigured) as trouble:
        yield wrong(
            "broker",
            ("消息总线无法使用。", str(trouble)),
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
            f"部门主题只能有 {should} 个分区：删除该主题，然后 docker compose run --rm operator republish casework。",
            f"A department's topic has {should}: delete it, then docker compose run --rm operator republish casework.",
        )
    elif has > should:
        remedy = (
            f"分区不能减少：在 .env 的 FUXUE_PARTITIONS 中写入 {topic}:{has}。",
            f"Partitions cannot be taken away: put {topic}:{has} into FUXUE_PARTITIONS in .env.",
        )
    else:
        remedy = (
            "停止 gateway 和所有 worker，再运行 docker compose run --rm bootstrap（运维手册“扩容”一节）。",
            "Stop the gateway and every worker, then run docker compose run --rm bootstrap (operating guide, Scale out).",
        )
    return warning(f"partitions of {topic}", what, remedy)


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
