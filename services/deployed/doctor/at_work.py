"""The services, asked through the gateway: what waits too long, what is parked or lost, how far each is behind on the bus."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from services.chassis.errors import Fault
from services.chassis.rest import Positions, Rest
from services.chassis.web.health import OUTBOX_SLOW_SECONDS
from services.chassis.web.tokens import LEEWAY_SECONDS
from services.contracts.services import SERVICES
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.doctor.host import clocks

LAG_WORTH_A_LOOK = 1_000
"""Messages; a service handles some thousands a second."""

AS_OPERATOR = "docker compose run --rm operator"
WHOLE_SECOND = timedelta(seconds=1)

Ends = Callable[[], Positions]


def each_service(client: httpx.Client, ends: Ends) -> Iterator[Finding]:
    """`client` speaks to the gateway as the operator."""
    known = _known(ends)
    for name in SERVICES:
        try:
            before = datetime.now(UTC)
            answer = client.get(f"/{name}/health")
            after = datetime.now(UTC)
            rest = client.get(f"/{name}/operator/rest")
            lost = client.get(f"/{name}/operator/lost-places")
        except httpx.ReadTimeout:  # the gateway took the question, so it is there
            yield _takes_too_long(name)
            continue
        except httpx.TransportError as silence:
            yield wrong(
                f"service {name}",
                ("网关没有应答。", f"The gateway does not answer ({type(silence).__name__})."),
                ("检查 gateway 容器。", "Look at the container gateway."),
            )
            return
        yield from _clock(name, answer, before, after)  # first: one that is wrong is why the operator's token is refused
        if refused := [each for each in (answer, rest, lost) if not each.is_success]:
            yield _does_not_work(name, refused[0])
            continue
        yield from _waiting(name, answer.json(), {each["topic"] for each in lost.json()["items"]})
        yield from _lag(name, msgspec.json.decode(rest.content, type=Rest), known)


def _known(ends: Ends) -> Positions:
    try:
        return ends()
    except Fault:  # the broker's own finding tells it
        return {}


def _clock(name: str, answer: httpx.Response, before: datetime, after: datetime) -> Iterator[Finding]:
    """The service's clock, which its answer shows in whole seconds, against ours before and after it was asked."""
    if "date" not in answer.headers:
        return
    shown = parsedate_to_datetime(answer.headers["date"])
    apart = max((before - shown - WHOLE_SECOND).total_seconds(), (shown - after).total_seconds(), 0.0)
    yield clocks(f"clock {name}", apart)


def _takes_too_long(name: str) -> Finding:
    return wrong(
        f"service {name}",
        ("服务没有及时应答。", "The service does not answer in time."),
        (
            f"先看上面关于其数据库的结论，再检查容器 {name} 及其日志。",
            f"See first what is found of its database above, then look at the container {name} and its log.",
        ),
    )


def _database_away(name: str) -> Finding:
    return wrong(
        f"service {name}",
        ("服务在运行，但其数据库不可用，因此不能办理。", "The service is up, and does not answer because its database is away."),
        (
            f"按上面关于其数据库的结论处理；若无，容器 {name} 的日志中 database_not_readable 说明原因。",
            f"Do what is said of its database above; else database_not_readable in the log of {name} tells why.",
        ),
    )


def _does_not_work(name: str, refused: httpx.Response) -> Finding:
    if _says_that_its_database_is_away(refused):
        return _database_away(name)
    asked = f"{refused.request.url.path} {refused.status_code}"
    if refused.status_code == httpx.codes.UNAUTHORIZED:
        return wrong(
            f"service {name}",
            (f"服务不接受运维令牌（{asked}）。", f"The service does not take the operator's token ({asked})."),
            (
                f"先校准时钟：相差超过 {LEEWAY_SECONDS} 秒的令牌会被拒绝；时钟一致时，查看容器 {name} 的日志。",
                f"Set the clocks first: over {LEEWAY_SECONDS} s apart, tokens are refused. If they agree, read the log of {name}.",
            ),
        )
    return wrong(
        f"service {name}",
        (f"服务不能工作（{asked}）。", f"The service does not do its work ({asked})."),
        (f"检查容器 {name} 及其日志。", f"Look at the container {name} and its log."),
    )


def _says_that_its_database_is_away(refused: httpx.Response) -> bool:
    """Whether the service itself has answered for its health, and not the gateway in its place."""
    if refused.status_code != httpx.codes.SERVICE_UNAVAILABLE or "json" not in refused.headers.get("content-type", ""):
        return False
    return bool(refused.json().get("database") == "unreadable")


def _waiting(name: str, health: Mapping[str, Any], lost: Collection[str]) -> Iterator[Finding]:
    """`lost` are the topics in which it has lost its place, each with the name of the service that writes it, and departments'."""
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
            (
                f"`{AS_OPERATOR} parked list` 列出原因与号（POSITION），处理后 `{AS_OPERATOR} parked replay {name} POSITION`。",
                f"`{AS_OPERATOR} parked list` tells why and each POSITION; mended: `{AS_OPERATOR} parked replay {name} POSITION`.",
            ),
        )
    for topic in sorted(lost):
        found = True
        yield _lost(name, topic)
    if not found:
        yield well(subject, "正常。", "At work.")


def _lost(name: str, topic: str) -> Finding:
    if topic in SERVICES:
        what = (f"丢失了在主题 {topic} 上的读取位置。", f"It has lost its place in the topic {topic}.")
        writer = topic
    else:
        what = (
            f"部门主题 {topic} 曾被重建，此前告知部门的内容已不在其中。",
            f"The department's topic {topic} was made anew: what the department was told is missing there.",
        )
        writer = name
    return wrong(
        f"service {name}",
        what,
        (
            f"让写该主题的服务重发：`{AS_OPERATOR} republish {writer}`。",
            f"Let the service that writes it send it again: `{AS_OPERATOR} republish {writer}`.",
        ),
    )


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
