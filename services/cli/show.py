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
    errors = answer.get("error_rows") or answer.get("errors") or ()
    if errors:
        columns = list(errors[0])
        rows = [[_plain(error.get(column)) for column in columns] for error in errors]
        _console.print(_table("未通过的行 rows that are not in form", columns, rows))


def ledger(answer: Mapping[str, Any]) -> None:
    """A page of the ledgers."""
    items = answer["items"]
    columns = list(items[0]) if items else ["pupil_id"]
    rows = [[_plain(item.get(column)) for column in columns] for item in items]
    _console.print(_table(f"台账 ledger – {answer['total']}", columns, rows))


def case(answer: Mapping[str, Any]) -> None:
    """One case: what it is, then each part of it as a table of its own."""
    facts = [(name, _plain(value)) for name, value in answer.items() if not _is_table(value)]
    _console.print(_table(f"个案 case {answer.get('number') or answer['case_id']}", ("", ""), facts))
    for name, value in answer.items():
        if _is_table(value):
            columns = list(dict.fromkeys(column for row in value for column in row))
            _console.print(_table(name, columns, [[_plain(row.get(column)) for column in columns] for row in value]))


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
