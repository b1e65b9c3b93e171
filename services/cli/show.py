"""What the commands print: tables, timelines and findings for a terminal, in two languages where the house gives two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from services.chassis.decider import COUNTY_TIME

ERRORS_SHOWN = 50
_console = Console()


def _when(instant: str) -> str:
    """An instant as the county's clocks show it."""
    return datetime.fromisoformat(instant).astimezone(COUNTY_TIME).strftime("%Y-%m-%d %H:%M")


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    return table


def _plain(value: object) -> str:
    """A value inside a table cell."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(_plain(part) for part in value)
    return "" if value is None else str(value)


def imported(answer: Mapping[str, Any]) -> None:
    """What an import did or would do, and every bad row."""
    facts = {name: value for name, value in answer.items() if not isinstance(value, list)}
    _console.print(_table("导入 import", ("", ""), [(name, _plain(value)) for name, value in facts.items()]))
    findings = answer.get("findings") or ()
    for severity, title in (("error", "错误 errors"), ("warning", "警告 warnings")):
        rows = [
            (f"第{finding['row']}行 {finding['column_name'] or ''}", finding["message"], finding["accepted"])
            for finding in findings
            if finding["severity"] == severity
        ]
        if rows:
            _console.print(_table(title, ("位置 place", "说明 what", "应为 accepted"), rows))
    if answer.get("repeated"):
        _console.print("此文件已导入过，没有改变。 This file was imported before; nothing changed.")


LEDGERS = {"school_age": "适龄", "suspected": "疑似辍学", "dropout": "辍学", "struck_off": "已销号"}


def ledger(answer: Mapping[str, Any]) -> None:
    """A page of the ledgers, one child a line."""
    rows = [
        (
            item.get("entry_number"),
            item["name"],
            item["school_name"],
            f"{item['grade']}–{item['class_number']}",
            LEDGERS.get(item["ledger"], item["ledger"]),
            item["ledger_since"],
            item["absent_days"] or "",
        )
        for item in answer["items"]
    ]
    columns = ("编号 no.", "姓名 name", "学校 school", "班级 class", "台账 ledger", "自 since", "缺课天数 days")
    _console.print(_table(f"台账 ledger – {len(rows)} / {answer['total']}", columns, rows))


CASE_FACTS = {
    "number": "编号 number",
    "stage": "阶段 stage",
    "opened_on": "立案 opened",
    "dropout_on": "辍学 dropout",
    "primary_cause": "主因 cause",
    "returned_on": "返校 returned",
    "placement": "安置 placement",
    "observed_on": "观察期满 observed",
    "ended_on": "结束 ended",
    "outcome": "结果 outcome",
}
"""What stands at the head of a case; everything else is in `--json`."""

CASE_TABLES = {
    "visits": ("家访 visits", ("nth", "visited_on", "result", "next_step")),
    "duties": ("协办 duties", ("number", "department", "kind", "status", "finding")),
    "follow_ups": ("跟踪 follow-ups", ("nth", "contacted_on", "study", "life")),
}


def case(answer: Mapping[str, Any]) -> None:
    """One case: what it is, then visits, duties and follow-ups as tables of their own."""
    pupil = answer.get("pupil") or {}
    facts = [("姓名 name", _plain(pupil.get("name")))]
    facts += [(label, _plain(answer.get(name))) for name, label in CASE_FACTS.items() if answer.get(name) is not None]
    _console.print(_table(f"个案 case {answer.get('number') or answer['case_id']}", ("", ""), facts))
    for name, (title, columns) in CASE_TABLES.items():
        rows = answer.get(name)
        if _is_table(rows):
            _console.print(_table(title, columns, [[_plain(row.get(column)) for column in columns] for row in rows or ()]))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def trace(answer: Mapping[str, Any], language: str) -> None:
    """The chain as an indented timeline: when, what, who; an event stands under what caused it."""
    root = Tree(f"[bold]{answer['reference']}[/bold] – {len(answer['items'])} events")
    at_depth: list[Tree] = [root]
    for item in answer["items"]:
        who = _who(item["who"], language)
        if item.get("on_behalf_of"):
            who = f"{who} ← {_who(item['on_behalf_of'], language)}"
        what = f"[cyan]{item['service']}[/cyan] {item[language]}"
        line = f"[dim]{_when(item['occurred_at'])}[/dim] {what} [dim]· {who} · {item['event_id']}[/dim]"
        del at_depth[item["depth"] + 1 :]
        at_depth.append(at_depth[-1].add(line))
    Console(width=max(_console.width, 140)).print(root)
    if answer.get("truncated"):
        _console.print("… 只显示一部分 only a part is shown")


def _who(actor: Mapping[str, Any], language: str) -> str:
    if actor.get("service"):
        return str(actor["service"])
    offices = "、".join(f"{office[f'body_{language}'] or ''}{office[f'role_{language}']}" for office in actor["offices"])
    return " ".join(part for part in (actor.get("name") or actor["officer_id"], offices) if part)


def summary(answer: Mapping[str, Any]) -> None:
    """The county in numbers, section by section."""
    for section, numbers in answer.items():
        if isinstance(numbers, Mapping):
            rows = [(name, _plain(number)) for name, number in numbers.items()]
            _console.print(_table(section, ("", ""), rows))
        elif _is_table(numbers):
            columns = list(numbers[0])
            _console.print(_table(section, columns, [[_plain(row.get(column)) for column in columns] for row in numbers]))
        else:
            _console.print(f"[bold]{section}[/bold] {_plain(numbers)}")


def verified(reports: Mapping[str, Mapping[str, Any]]) -> None:
    """What a verification saw, service by service, and the first bad event of each."""
    rows = [
        (
            name,
            report["events"],
            report["streams"],
            report["checkpoints"],
            report["anchors"],
            _when(report["removals_excluded_until"]) if report["removals_excluded_until"] else "–",
            "完好 sound" if report["sound"] else f"{report['wrong']} 处异常 wrong",
        )
        for name, report in reports.items()
    ]
    columns = ("service", "events", "streams", "checkpoints", "anchors", "removals excluded until", "")
    _console.print(_table("核验 verification", columns, rows))
    for name, report in reports.items():
        for finding in report["findings"][:ERRORS_SHOWN]:
            place = f"{finding['stream_id']} version {finding['version']}"
            _console.print(f"[red]{name}[/red] {place}: {finding['wrong']} – {finding['detail']}")


def rebuilt(answer: Mapping[str, Any]) -> None:
    """What a rebuild did."""
    _console.print(_table(f"{answer['events']} events", ("table", "rows"), list(answer["rows"].items())))


def parked(answer: Mapping[str, Any]) -> None:
    """What waits, and why."""
    items = answer["items"]
    if not items:
        _console.print("没有搁置的事件。 Nothing is parked.")
        return
    columns = ("service", "position", "type", "stream_id", "version", "reason", "detail")
    _console.print(_table("搁置 parked", columns, [[item[column] for column in columns] for item in items]))


def parked_event(answer: Mapping[str, Any]) -> None:
    """One event that waits: what it is, why it waits, what waits behind it."""
    facts = [
        (name, answer[name]) for name in ("service", "position", "type", "stream_id", "version", "parked_at", "reason", "detail")
    ]
    facts.append(("behind", len(answer["on_this_key"]) - 1))
    _console.print(_table("搁置 parked", ("", ""), facts))
