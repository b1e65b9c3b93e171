"""The broker's part of the bootstrap, which needs the broker: whose it is, then topics, users and rights.

One of several may be away. Without all of them the rest of a start goes on: a web container needs its database only, and a worker
that starts waits by itself (`deployed.checked_broker`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import msgspec

from services.chassis.bus import kafka_admin
from services.chassis.bus.kafka_clients import answering
from services.chassis.bus.kafka_inspection import brokers_up
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_trouble import Sentence, sentence
from services.chassis.errors import BusUnavailable, Misconfigured
from services.contracts.topics import layout
from services.deployed.bootstrap.broker_owner import must_be_ours
from services.deployed.bootstrap.bus_epoch import begin_where_topics_are_gone
from services.deployed.bootstrap.checked_brokers import States, forget, write_down
from services.deployed.bootstrap.partitions import bring_partitions
from services.deployed.bootstrap.settings import BootstrapSettings

Tell = Callable[[str], None]

FIRST_PATIENCE_SECONDS = 120.0
"""How long brokers may take to begin where no worker could do anything without them; three on two cores take about half of it."""

PATIENCE_SECONDS = 30.0
"""And where all is as it was: whoever waits for the web side waits for this."""

ASKED_AGAIN_SECONDS = 1.0

AWAY: Sentence = (
    "Kafka 无法使用，本次跳过：{why} 网页端照常启动；{left}",
    "Kafka cannot be used, and is passed over this time: {why} The web side starts all the same; {left}",
)
WORKERS_GO_ON: Sentence = (
    "worker 在 Kafka 恢复后自动继续。如有新主题、用户或权限要设置，届时运行 docker compose run --rm bootstrap。",
    (
        "workers go on by themselves once it is back. Where topics, users or rights are new, run docker compose run --rm bootstrap"
        " then."
    ),
)
WORKERS_WAIT: Sentence = (
    "尚未核对它是否属于本部署，在此之前 worker 不收发消息：Kafka 恢复后运行 docker compose up --wait。",
    (
        "whether it is this deployment's has not been looked at, and until then workers send and hear nothing: once it is back,"
        " run docker compose up --wait."
    ),
)
SOME_AWAY: Sentence = (
    "Kafka：{wanted} 台中只有 {up} 台在运行（编号 {numbers}），照此继续；缺的那台恢复后会自动补齐副本。",
    (
        "Kafka: {up} of {wanted} brokers are up (number {numbers}); this goes on with them, and the missing one catches up by"
        " itself once it is back."
    ),
)


def bring_broker(settings: BootstrapSettings, now: States, tell: Tell, *, checked: bool) -> None:
    """Look whose the broker is, and bring it to its layout; where it is away, say so.

    `checked` where it has been found to be ours for these very data before. Raises Misconfigured for a broker that is another's or
    ahead of a database: then no worker that starts uses it.
    """
    try:
        reached, up = _wait(settings.kafka, PATIENCE_SECONDS if checked else FIRST_PATIENCE_SECONDS)
        if len(up) < settings.kafka.replication:
            numbers = ", ".join(map(str, sorted(up)))
            tell(sentence(SOME_AWAY, wanted=settings.kafka.replication, up=len(up), numbers=numbers))
        _must_be_ours(settings, reached)
        if robbed := begin_where_topics_are_gone(reached, settings.databases, datetime.now(UTC)):
            services = ", ".join(robbed)
            tell(
                f"总线的新纪元：{services} 会重新发送已发出的全部内容，无需处理。\n"
                f"new epoch of the bus: {services} send again all that they have told; nothing is to be done."
            )
        _lay_out(settings, reached, tell)
    except BusUnavailable as away:
        tell(_away(str(away), checked=checked))
    else:
        write_down(settings.databases, settings.kafka, now)


def _must_be_ours(settings: BootstrapSettings, reached: KafkaSettings) -> None:
    """Raises Misconfigured for another's, and then no worker that starts from now on uses it."""
    try:
        must_be_ours(reached, settings.databases, settings.county)
    except Misconfigured:
        forget(settings.databases)
        raise


def _wait(kafka: KafkaSettings, seconds: float) -> tuple[KafkaSettings, Collection[int]]:
    """The brokers that are up, and how they are reached, as soon as all are, or some when the time is over.

    Raises BusUnavailable where none is. Only those that answer are asked: to look for the name of a container that is not there
    may take a client longer than it may take to sign in.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            reached = msgspec.structs.replace(kafka, servers=answering(kafka) or kafka.servers)
            up = brokers_up(reached)
        except BusUnavailable:
            if time.monotonic() > until:
                raise
        else:
            if len(up) >= kafka.replication or time.monotonic() > until:
                return reached, up
        time.sleep(ASKED_AGAIN_SECONDS)


def _away(why: str, *, checked: bool) -> str:
    """What is said where the broker is passed over; `why` in Chinese and English, or in one of them."""
    zh, _, en = why.partition("\n")
    parts = zip(AWAY, (zh, en or zh), WORKERS_GO_ON if checked else WORKERS_WAIT, strict=True)
    return "\n".join(words.format(why=reason, left=left) for words, reason, left in parts)


def _lay_out(settings: BootstrapSettings, reached: KafkaSettings, tell: Tell) -> None:
    wanted = layout(settings.desks, settings.partitions)
    applied = kafka_admin.apply(reached, wanted, settings.passwords)
    changed = (
        ("主题 topics", (*applied.topics_made, *applied.topics_changed)),
        ("用户 users", applied.users_set),
        ("收回的用户 users withdrawn", applied.users_withdrawn),
    )
    for what, names in changed:
        if names:
            tell(f"{what} {', '.join(names)}")
    if applied.rights_given or applied.rights_taken:
        tell(f"权限 rights: 给予 given {applied.rights_given}, 收回 taken {applied.rights_taken}")
    for told in bring_partitions(reached, wanted, settings.owners):
        tell(told)
