"""What became of an imported file, and every bad row of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from services.cli.show.tables import CONSOLE, both, facts, table, when
from services.contracts.labels import Names, named
from services.contracts.labels.reasons import IMPORT_KINDS
from services.contracts.labels.states import IMPORT_STATES

_ROWS: Mapping[str, Names] = {
    "rows": ("行数", "rows"),
    "errors": ("错误", "errors"),
    "warnings": ("警告", "warnings"),
    "enrolled": ("新增学生", "pupils enrolled"),
    "changed": ("变更", "changed"),
    "unchanged": ("无变化", "unchanged"),
    "refused": ("未生效", "refused"),
}
_ROLL_CALLS: Mapping[str, Names] = {
    "rows": ("行数", "rows"),
    "roll_calls": ("点名次数", "roll calls"),
    "taken": ("其中新录入", "of these new"),
}
_SEVERITIES: Mapping[str, Names] = {"error": ("错误", "errors"), "warning": ("警告", "warnings")}


def imported(answer: Mapping[str, Any], language: str) -> None:
    """What an import did or would do, and what was found in the file."""
    CONSOLE.print(facts("导入 import", _import(answer)))
    for severity in _SEVERITIES:
        found = [finding for finding in answer["findings"] if finding["severity"] == severity]
        if found:
            CONSOLE.print(_findings(severity, found, answer, language))
    if answer["repeated"]:
        CONSOLE.print("此文件已导入过，没有改变。 This file was imported before; nothing changed.")


def roll_calls(answer: Mapping[str, Any]) -> None:
    """What a file of roll calls came to."""
    CONSOLE.print(facts("导入点名 roll calls", ((label, answer[name]) for name, label in _ROLL_CALLS.items())))


def _import(answer: Mapping[str, Any]) -> Iterator[tuple[Names, object]]:
    yield ("文件", "file"), both(named(IMPORT_KINDS, answer["kind"]))
    yield ("结果", "result"), both(named(IMPORT_STATES, answer["status"]))
    for name, label in _ROWS.items():
        yield label, answer.get(name)
    yield ("上传", "uploaded"), when(answer["uploaded_at"])
    yield ("编号", "id"), answer["import_id"]


_Finding = Mapping[str, Any]


def _findings(severity: str, found: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], language: str) -> Table:
    """One line a row and rule: what is wrong with several columns in the same way is said once."""
    sheets = {finding["sheet"] for finding in found}
    alike: defaultdict[tuple[Any, ...], list[_Finding]] = defaultdict(list)
    for finding in found:
        alike[finding["sheet"], finding["row"], finding["message"], finding["accepted"]].append(finding)
    rows = [
        (_place(several, language, many_sheets=len(sheets) > 1), message, accepted)
        for (_, _, message, accepted), several in sorted(alike.items(), key=lambda each: each[0][:2])
    ]
    label = _SEVERITIES[severity]
    title = f"{both(label)} – {len(found)} / {answer[label[1]]}"
    return table(title, (("位置", "place"), ("问题", "what is wrong"), ("应为", "accepted form")), rows)


def _place(several: Sequence[_Finding], language: str, *, many_sheets: bool) -> str:
    first = several[0]
    row = f"第 {first['row']} 行" if language == "zh" else f"row {first['row']}"
    columns = ("、" if language == "zh" else ", ").join(finding["column_name"] for finding in several)
    return " ".join(part for part in (first["sheet"] if many_sheets else "", row, columns) if part)
