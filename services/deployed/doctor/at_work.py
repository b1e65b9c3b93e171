"""The services, asked through the gateway: what waits too long, what is parked or lost, how far each is behind on the bus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from services.chassis.errors import Fault
from services.chassis.rest import Positions, Rest
from services.chassis.web.health import OUTBOX_SLOW_SECONDS
from services.contracts.services import SERVICES
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.doctor.host import clocks

LAG_WORTH_A_LOOK = 1_000
"""Messages; a service handles some thousands a second."""

Ends = Callable[[], Positions]


def each_service(client: httpx.Client, ends: Ends) -> Iterator[Finding]:
    """`client` speaks to the gateway as the operator."""
    known = _known(ends)
    for name in SERVICES:
        try:
            answer = client.get(f"/{name}/health")
            rest = client.get(f"/{name}/operator/rest")
        except httpx.TransportError as silence:
            yield wrong(
                f"service {name}",
                ("网关没有应答。", f"The gateway does not answer ({type(silence).__name__})."),
                ("检查 gateway 容器。", "Look at the container gateway."),
            )
            return
        if not answer.is_success or not rest.is_success:
            yield wrong(
                f"service {name}",
                (f"服务未应答（{answer.status_code}）。", f"The service does not do its work ({answer.status_code})."),
                (f"检查容器 {name} 及其日志。", f"Look at the container {name} and its log."),
            )
            continue
        yield from _waiting(name, answer.json())
        yield from _lag(name, msgspec.json.decode(rest.content, type=Rest), known)
        if "date" in answer.headers:
            apart = abs((datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])).total_seconds()) - 1.0
            yield clocks(f"clock {name}", max(apart, 0.0))


def _known(ends: Ends) -> Positions:
    try:
        return ends()
    except Fault:  # the broker's own finding tells it
        return {}


def _waiting(name: str, health: Mapping[str, Any]) -> Iterator[Finding]:
    subject = f"service {name}"
    found = False
    if (age := health["oldest_outbox_seconds"]) > OUTBOX_SLOW_SECONDS:
        found = True
        yield wrong(
            subject,
            (f"最早的待发事件已等待 {age:.0f} 秒。", f"The oldest event to be sent has waited for {age:.0f} s."),
            (
                f"检查 {name}-worker 与 kafka：事件不会丢失，但其他部门尚未得知。",
                f"Look at {name}-worker and kafka: nothing is lost, but nobody else knows.",
            ),
        )
    if health["parked"]:
        found = True
        yield wrong(
            subject,
            (f"搁置了 {health['parked']} 个事件。", f"{health['parked']} events are parked."),
            ("fuxue parked list 查看原因，处理后 replay。", "fuxue parked list tells why; replay them once that is mended."),
        )
    if health["lost_places"]:
        found = True
        yield wrong(
            subject,
            (
                f"在总线上丢失了 {health['lost_places']} 处读取位置。",
                f"It has lost its place on the bus in {health['lost_places']} partitions.",
            ),
            ("运行 fuxue republish。", "Run fuxue republish."),
        )
    if not found:
        yield well(subject, "正常。", "At work.")


def _lag(name: str, rest: Rest, ends: Positions) -> Iterator[Finding]:
    behind = rest.unread(ends)
    if behind > LAG_WORTH_A_LOOK:
        yield warning(
            f"lag {name}",
            (f"还有 {behind} 条消息未处理。", f"It is {behind} messages behind."),
            (
                f"稍后再看；若不减少，检查或增加 {name}-worker。",
                f"Look again in a while; if it does not fall, look at {name}-worker or add one.",
            ),
        )
