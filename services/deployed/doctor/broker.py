"""The brokers from inside: reachable, laid out as the services need it, with room."""

from __future__ import annotations

from collections.abc import Iterator

from services.chassis.bus.kafka_inspection import Disk, brokers, let_in_no_more, missing
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout
from services.chassis.errors import BusUnavailable, Misconfigured
from services.deployed.doctor.certificates import Trust
from services.deployed.doctor.findings import Finding, well, wrong
from services.deployed.doctor.host import not_looked_at, room
from services.deployed.doctor.outside import addresses_outside

MISSING_SHOWN = 8


def topics_users_and_rights(settings: KafkaSettings, layout: Layout) -> Iterator[Finding]:
    """From inside, as the one who may do everything."""
    try:
        gaps = list(missing(settings, layout))
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
            ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."),
        )
    if not gaps:
        yield well("broker", "主题、用户和权限齐全。", "Topics, users and rights are complete.")
        return
    told = "; ".join(gaps[:MISSING_SHOWN]) + (f" … ({len(gaps)})" if len(gaps) > MISSING_SHOWN else "")
    yield wrong(
        "broker",
        (f"缺少：{told}", f"Missing: {told}"),
        ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."),
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
