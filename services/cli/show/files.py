"""What became of an imported file, and every bad row of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from services.cli.options import OTHERWISE
from services.cli.show.tables import CONSOLE, both, facts, table, when
from services.contracts.labels import Names, named
from services.contracts.labels.reasons import IMPORT_KINDS
from services.contracts.labels.states import IMPORT_STATES

_ROWS: Mapping[str, Names] = {
    "rows": ("行数", "rows"),
    "errors": ("错误", "errors"),
    "warnings": ("警告", "warnings"),
    "enrolled": ("新增", "new"),
    "changed": ("变更", "changed"),
    "unchanged": ("无变化", "unchanged"),
    "refused": ("未生效", "refused"),
}
_COUNTY_LISTS: Mapping[str, Names] = {
    "bodies": ("单位名录", "bodies"),
    "officers": ("人员名录", "officers"),
    "calendar_government": ("工作日历", "calendar of working days"),
    "calendar_school": ("校历", "school calendar"),
}
"""What identity reads, by `kind`."""
_VERDICTS: Mapping[str, Names] = {"enrolled": ("将新增", "would be new"), "changed": ("将变更", "would change")}
_ROWS_NAMED = 60
"""How many rows of a dry run one line names."""
_ROLL_CALLS: Mapping[str, Names] = {
    "rows": ("行数", "rows"),
    "roll_calls": ("点名次数", "roll calls"),
    "taken": ("其中新录入", "of these new"),
}
_SEVERITIES: Mapping[str, Names] = {"error": ("错误", "errors"), "warning": ("警告", "warnings")}


@dataclass(frozen=True)
class Asked:
    """What was asked for: the file by its name, and whether it was only to be checked."""

    file: str
    dry_run: bool


def imported(answer: Mapping[str, Any], asked: Asked, language: str) -> None:
    """What an import did or would do, and what was found in the file."""
    CONSOLE.print(facts("导入 import", _import(answer, asked)))
    for severity in _SEVERITIES:
        found = [finding for finding in answer["findings"] if finding["severity"] == severity]
        if found:
            CONSOLE.print(_findings(severity, found, answer, language))
    if answer["errors"]:
        CONSOLE.print(f"模板 template: fuxue template {answer['kind']} FILE")
        CONSOLE.print(OTHERWISE[language])
    if answer["repeated"]:
        on = when(answer["uploaded_at"])
        if asked.dry_run:
            CONSOLE.print(f"此文件已于 {on} 导入过，再导入不会有任何改变；上面是那次导入的结果。--again 可重新检查。")
            CONSOLE.print(
                f"Imported before, on {on}; nothing would change. Above is what came of it then; --again checks the file anew."
            )
        else:
            CONSOLE.print(f"此文件已于 {on} 导入过，没有改变。 Imported before, on {on}; nothing changed.")


def county_list(answer: Mapping[str, Any], file: str) -> None:
    """What a list of bodies, officers or days came to."""
    rows = (
        (("文件", "file"), file),
        (("种类", "kind"), both(named(_COUNTY_LISTS, answer["kind"]))),
        (("行数", "rows"), answer["rows"]),
        (("变更", "changes"), answer["changed"]),
    )
    CONSOLE.print(facts("导入 import", rows))


def roll_calls(answer: Mapping[str, Any], file: str) -> None:
    """What a file of roll calls came to."""
    counted = ((label, answer[name]) for name, label in _ROLL_CALLS.items())
    CONSOLE.print(facts("导入点名 roll calls", ((("文件", "file"), file), *counted)))


def _import(answer: Mapping[str, Any], asked: Asked) -> Iterator[tuple[Names, object]]:
    yield ("文件", "file"), asked.file
    yield ("种类", "kind"), both(named(IMPORT_KINDS, answer["kind"]))
    yield ("结果", "result"), both(named(IMPORT_STATES, answer["status"]))
    for name, label in _ROWS.items():
        yield label, answer.get(name)
        if name in _VERDICTS:
            yield _VERDICTS[name], _rows_of(answer.get("changes", ()), name)
    yield ("上传", "uploaded"), when(answer["uploaded_at"])
    yield ("编号", "id"), answer["import_id"]


def _rows_of(changes: Sequence[Mapping[str, Any]], verdict: str) -> str:
    """The rows of a dry run that would come to this, sheet by sheet."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for change in changes:
        if change["verdict"] == verdict:
            rows[change["sheet"]].append(change["row"])
    return "\n".join(
        " ".join(
            filter(None, (sheet, "第", _in_short(numbers[:_ROWS_NAMED]), "…" if len(numbers) > _ROWS_NAMED else "", "行 rows"))
        )
        for sheet, numbers in rows.items()
    )


def _in_short(numbers: Sequence[int]) -> str:
    """Rows that follow one another as from–to."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


_Finding = Mapping[str, Any]


def _findings(severity: str, found: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], language: str) -> Table:
    """One line a row and rule: what is wrong with several columns in the same way is said once."""
    alike: defaultdict[tuple[Any, ...], list[_Finding]] = defaultdict(list)
    for finding in found:
        alike[finding["sheet"], finding["row"], finding["message"], finding["accepted"]].append(finding)
    rows = [
        (_place(several, language), message, accepted)
        for (_, _, message, accepted), several in sorted(alike.items(), key=lambda each: each[0][:2])
    ]
    label = _SEVERITIES[severity]
    overtaken = answer["refused"] if severity == "error" else 0  # found after the check, which counted the others
    title = f"{both(label)} – {len(found)} / {answer[label[1]] + overtaken}"
    return table(title, (("位置", "place"), ("问题", "what is wrong"), ("应为", "accepted form")), rows)


def _place(several: Sequence[_Finding], language: str) -> str:
    first = several[0]
    row = f"第 {first['row']} 行" if language == "zh" else f"row {first['row']}"
    columns = ("、" if language == "zh" else ", ").join(finding["column_name"] for finding in several)
    return " ".join(part for part in (first["sheet"], row, columns) if part)
