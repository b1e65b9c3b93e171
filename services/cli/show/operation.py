"""What the operator sees: verifications, rebuilt read models, parked events. No child is among it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

from services.cli.show.sentences import broken
from services.cli.show.tables import CONSOLE, both, facts, stacked, table, when
from services.contracts.labels import Names, named
from services.contracts.labels.states import SERVICE_NAMES

FINDINGS_SHOWN = 50

WRONG: Mapping[str, Names] = {
    "changed": ("事件内容被改", "the event was changed"),
    "unknown_suite": ("算法未知", "unknown suite of algorithms"),
    "chain_broken": ("与前一事件不相接", "does not follow the event before"),
    "removed": ("事件被删", "an event was removed"),
    "rewritten": ("事件流被重写", "the stream was rewritten"),
    "slipped_in": ("事件是后来塞入的", "the event was slipped in"),
    "not_signed": ("检查点签名无效", "the checkpoint is not signed"),
    "checkpoints_broken": ("检查点不相接", "the checkpoints do not follow each other"),
    "other_than_anchor": ("与监督所存锚点不符", "other than oversight's anchor"),
    "anchor_not_signed": ("锚点签名无效", "the anchor is not signed"),
    "names_no_event": ("指向不存在的事件", "names no event"),
    "journal_changed": ("收件日志被改", "the journal of received events was changed"),
    "publication_changed": ("对外消息被改", "what was told outside was changed"),
    "publication_rewritten": ("对外消息与检查点不符", "what was told outside is not what was signed"),
    "publication_removed": ("对外消息被删", "what was told outside was removed"),
    "publication_slipped_in": ("对外消息是后来塞入的", "a message outside was slipped in"),
}
"""What can be wrong with a log (`chassis.findings.Wrong`)."""

_VERIFIED: Sequence[Names] = (
    ("服务", "service"),
    ("事件", "events"),
    ("事件流", "streams"),
    ("检查点/锚点", "checkpoints / anchors"),
    ("此前无删除", "nothing removed before"),
    ("结论", "verdict"),
)
_TOLD: Sequence[Names] = (
    ("服务", "service"),
    ("消息", "messages"),
    ("此前属实", "proved before"),
    ("监督留证至", "anchored before"),
)
_WRONG: Sequence[Names] = (
    ("服务", "service"),
    ("流", "stream"),
    ("版本", "version"),
    ("异常", "what is wrong"),
    ("细节", "detail"),
)
_PARKED: Sequence[Names] = (
    ("服务", "service"),
    ("号", "position"),
    ("事件", "type"),
    ("流", "stream"),
    ("版本", "version"),
    ("原因", "reason"),
    ("自", "since"),
)


def _service(name: str) -> str:
    return both(named(SERVICE_NAMES, name))


@contextmanager
def counting(service: str) -> Iterator[Callable[[int], None]]:
    """While a log is verified: how many events were, on a terminal and beside what the command prints."""
    told = Console(stderr=True)
    with told.status(f"核验 verifying　{_service(service)}") as status:
        yield lambda events: status.update(f"核验 verifying　{_service(service)}　{events} 个事件 events")


def verified(reports: Mapping[str, Mapping[str, Any]]) -> None:
    """What a verification saw, service by service: the logs, what others outside were told, and what is wrong."""
    rows = [
        (
            stacked(named(SERVICE_NAMES, name)),
            report["events"],
            report["streams"],
            f"{report['checkpoints']} / {report['anchors']}",
            when(report["removals_excluded_until"]),
            "完好\nsound" if report["sound"] else f"{report['wrong']} 处异常\nwrong",
        )
        for name, report in reports.items()
    ]
    shown = table("核验 verification", _VERIFIED, rows)
    shown.columns[0].no_wrap = True  # the names of services are typed as arguments
    CONSOLE.print(shown)
    _told_outside(reports)
    _wrong(reports)


def _told_outside(reports: Mapping[str, Mapping[str, Any]]) -> None:
    """Of the services that tell others outside: how much, and up to when it is proved."""
    told = [
        (
            _service(name),
            report["publications"],
            when(report["publications_proved_until"]),
            when(report["publications_anchored_until"]),
        )
        for name, report in reports.items()
        if report["publications"]
    ]
    if told:
        CONSOLE.print(table("对外消息 told outside", _TOLD, told))


def _wrong(reports: Mapping[str, Mapping[str, Any]]) -> None:
    """The first bad event of each stream."""
    found = [
        (_service(name), finding["stream_id"], finding["version"], both(named(WRONG, finding["wrong"])), finding["detail"])
        for name, report in reports.items()
        for finding in report["findings"][:FINDINGS_SHOWN]
    ]
    if found:
        CONSOLE.print(table("异常 what is wrong", _WRONG, found))


def rebuilt(service: str, answer: Mapping[str, Any]) -> None:
    """What a rebuild did."""
    CONSOLE.print(Text.assemble(("重建 rebuilt", "bold"), f"　{_service(service)}　{answer['events']} 个事件 events"))
    CONSOLE.print(table("", (("表", "table"), ("行", "rows")), answer["rows"].items()))


def republished(answers: Mapping[str, Mapping[str, Any]]) -> None:
    """How many events of each service went to the bus once more."""
    rows = [(_service(name), answer["events"]) for name, answer in answers.items()]
    CONSOLE.print(table("重新发布 sent again", (("服务", "service"), ("事件", "events")), rows))


def parked(answer: Mapping[str, Any]) -> None:
    """What waits, and why."""
    items = answer["items"]
    if not items:
        CONSOLE.print("没有搁置的事件。 Nothing is parked.")
        return
    rows = [
        (
            _service(item["service"]),
            item["position"],
            item["type"],
            item["stream_id"],
            item["version"],
            item["reason"],
            when(item["parked_at"]),
        )
        for item in items
    ]
    CONSOLE.print(table("搁置 parked", _PARKED, rows))


def parked_event(answer: Mapping[str, Any]) -> None:
    """One event that waits: what it is, why it waits, what waits behind it."""
    rows: Sequence[tuple[Names, object]] = (
        (("服务", "service"), _service(answer["service"])),
        (("号", "position"), answer["position"]),
        (("事件", "type"), answer["type"]),
        (("事件编号", "event id"), answer["event_id"]),
        (("流", "stream"), answer["stream_id"]),
        (("版本", "version"), answer["version"]),
        (("搁置于", "parked at"), when(answer["parked_at"])),
        (("原因", "reason"), answer["reason"]),
        (("细节", "detail"), answer["detail"]),
        (("其后等待", "waiting behind it"), len(answer["on_this_key"]) - 1),
    )
    CONSOLE.print(facts("搁置 parked", rows))


_STATES: Mapping[str, Names] = {"well": ("正常", "well"), "warning": ("留意", "warning"), "wrong": ("异常", "wrong")}
_INDENT = "  "


def findings(found: Sequence[Mapping[str, Any]]) -> None:
    """What the doctor found, what is wrong first; not in a table, whose columns would break commands and paths."""
    order = ("wrong", "warning", "well")
    for each in sorted(found, key=lambda each: order.index(each["state"])):
        CONSOLE.print(f"{both(_STATES[each['state']])}　{each['subject']}", style="bold", soft_wrap=True)
        for sentence in (each["what"], each["remedy"]):
            if sentence is not None:
                _print_sentence(sentence["zh"])
                _print_sentence(sentence["en"])


def _print_sentence(sentence: str) -> None:
    for line in broken(sentence, CONSOLE.width - len(_INDENT)):
        CONSOLE.print(f"{_INDENT}{line}", soft_wrap=True)
