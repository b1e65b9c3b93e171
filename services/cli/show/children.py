"""Children as the officer may see them: a page of the ledgers, one case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from services.cli.show.tables import CONSOLE, both, facts, stacked, table, when
from services.contracts.cause_details import CauseDetail
from services.contracts.codes import Cause, Department, DutyKind, Ledger, Outcome, Placement, Role, VisitResult
from services.contracts.labels import Names, named, names_of
from services.contracts.labels.findings import findings_of
from services.contracts.labels.reasons import LINES
from services.contracts.labels.states import CASE_STAGES, CLOSING_STEPS, DUTY_STATES

_LEDGER_COLUMNS: Sequence[Names] = (
    ("编号", "number"),
    ("姓名", "name"),
    ("学校班级与台账", "school, class, ledger"),
    ("末次到校", "attended"),
    ("缺课自", "missing"),
    ("上课日", "days"),
)
_UNNUMBERED_COLUMNS: Sequence[Names] = (("姓名", "name"), ("学校班级", "school, class"), ("个案", "case id"))
LONGEST_MISSING_FIRST: Names = (
    "次序：缺课最久的在前，在校的按学校、班级。",
    "In order: the longest missing first, those at school by school and class.",
)
BY_SCHOOL: Names = (
    "次序：按学校、班级；全部列出（--all）时缺课最久的在前。",
    "In order: by school and class; all of it (--all), the longest missing first.",
)
UNKNOWN_OR_RESTRICTED = "（未记录或受限 not recorded or restricted）"
"""Whoever may not know restricted causes is not told either that there is one."""
FOLLOWED: Mapping[str, Names] = {
    "study": ("学习", "study"),
    "life": ("生活", "life"),
    "psychology": ("心理", "psychology"),
    "attendance": ("出勤", "attendance"),
}


def ledger(answer: Mapping[str, Any]) -> None:
    """A page of the ledgers, one child a line; days are the school days from the first missed one to yesterday."""
    rows = [
        (
            item.get("entry_number"),
            item["name"],
            f"{item['school_name']}\n{item['grade']} 年级 {item['class_number']} 班\n{_standing(item)}",
            item["last_attended_on"] if item["away_since"] else None,  # of who is back it would be a day long past
            item["away_since"],
            item["school_days_missing"],
        )
        for item in answer["items"]
    ]
    CONSOLE.print(table(f"台账 ledgers – {len(rows)} / {answer['total']}", _LEDGER_COLUMNS, rows))
    for line in LONGEST_MISSING_FIRST if answer["whole"] else BY_SCHOOL:
        CONSOLE.print(line)
    _unnumbered([item for item in answer["items"] if item["case_id"] and not item.get("entry_number")])
    if answer["next"] is not None:
        CONSOLE.print("未完：全部用 --all，下一页用下面一行。")
        CONSOLE.print("There is more: --all shows it, the line below the next page.")
        CONSOLE.print(f"--after {answer['next']}", soft_wrap=True)


def _unnumbered(items: Sequence[Mapping[str, Any]]) -> None:
    """The children whose case has no number yet, which it gets at the dropout, with what opens it."""
    if not items:
        return
    rows = [(item["name"], f"{item['school_name']} {item['grade']}.{item['class_number']}", item["case_id"]) for item in items]
    shown = table("尚无编号的个案 cases without a number yet", _UNNUMBERED_COLUMNS, rows)
    shown.columns[-1].no_wrap = True  # it is typed off the screen
    CONSOLE.print(shown)
    CONSOLE.print("打开个案 to open one: fuxue case ID　fuxue trace ID")


def _standing(item: Mapping[str, Any]) -> str:
    shown = both(names_of(Ledger, item["ledger"]))
    if item["ledger_since"]:
        shown = f"{shown}\n列入 since {item['ledger_since']}"
    under_observation = item["ledger"] == Ledger.DROPOUT and item.get("returned_on") and not item.get("lost_on")
    return f"{shown}\n返校 returned {item['returned_on']}\n已返校观察 observed" if under_observation else shown


def case(answer: Mapping[str, Any]) -> None:
    """One case: what it is, then officers, plan, visits, duties and follow-ups as tables of their own."""
    CONSOLE.print(facts(f"个案 case {answer['number'] or answer['case_id']}", _head(answer)))
    officers: Mapping[str, str] = answer["officer_names"]
    for shown in (
        _officers(answer, officers),
        _plan(answer, officers),
        _visits(answer["visit_records"], officers),
        _duties(answer["duties"], officers),
        _follow_ups(answer["follow_up_records"]),
        _closing(answer, officers),
    ):
        if shown.row_count:
            CONSOLE.print(shown)


def _head(answer: Mapping[str, Any]) -> Iterator[tuple[Names, object]]:
    def of(codes: type[Any], code: str | None) -> str | None:
        return None if code is None else both(names_of(codes, code))

    yield ("姓名", "name"), answer["pupil"].get("name")
    yield ("学校", "school"), answer["class"]["school_name"]
    yield ("年级", "grade"), answer["grade"]
    yield ("班级", "class"), answer["class"]["number"]
    yield ("阶段", "stage"), both(named(CASE_STAGES, answer["stage"]))
    yield ("立案", "opened"), answer["opened_on"]
    yield ("辍学", "dropout"), answer["dropout_on"]
    cause, untold = of(Cause, answer["primary_cause"]), UNKNOWN_OR_RESTRICTED if answer["restricted"] is None else None
    yield ("主要原因", "primary cause"), cause or untold
    yield ("其他原因", "other causes"), "、".join(both(names_of(Cause, cause)) for cause in answer["other_causes"])
    yield ("原因细分", "of these"), "、".join(both(names_of(CauseDetail, each)) for each in answer["cause_details"])
    yield ("劝返难度大", "hard case"), "是 yes" if answer["hard"] else None
    yield ("约定返校", "return agreed for"), answer["agreed_on"]
    yield ("返校", "returned"), answer["returned_on"]
    yield ("安置", "placement"), of(Placement, answer["placement"])
    yield ("再次失学", "missing again"), answer["relapsed_on"]
    yield ("观察期满", "observed until"), answer["observed_on"]
    yield ("申请销号", "closing proposed"), of(Outcome, answer["proposed_outcome"])
    yield ("结束", "ended"), answer["ended_on"]
    yield ("结果", "outcome"), of(Outcome, answer["outcome"])


def _officers(answer: Mapping[str, Any], officers: Mapping[str, str]) -> Table:
    rows = [
        (both(named(LINES, each["line"])), officers[each["officer_id"]], each["from_on"], each["until_on"])
        for each in answer["officers"]
    ]
    rows += [(both(named(LINES, line)), "空缺 vacant", None, None) for line in answer["lines_without_officer"]]
    return table("包保责任人 responsible officers", (("线", "line"), ("姓名", "name"), ("自", "from"), ("至", "until")), rows)


def _plan(answer: Mapping[str, Any], officers: Mapping[str, str]) -> Table:
    measures: Mapping[str, Names] = answer["measure_names"]
    rows = [
        (
            stacked(named(measures, each["kind"])),
            officers.get(each["responsible_id"] or "", ""),
            each["due_on"],
        )
        for each in answer["plan"]
    ]
    columns: Sequence[Names] = (("措施", "measure"), ("责任人", "officer"), ("期限", "due"))
    return table("一生一案 plan", columns, rows)


def _visits(records: Iterable[Mapping[str, Any]], officers: Mapping[str, str]) -> Table:
    rows = [
        (
            facts_of["nth"],
            facts_of["visited_on"],
            officers.get(facts_of["by_officer_id"], ""),
            stacked(names_of(VisitResult, facts_of["result"])),
            texts.get("next_step"),
        )
        for facts_of, texts in _told(records)
    ]
    columns: Sequence[Names] = (("次", "nth"), ("日期", "date"), ("家访人", "by"), ("结果", "result"), ("下一步", "next step"))
    return table("家访 visits", columns, rows)


def _duties(duties: Iterable[Mapping[str, Any]], officers: Mapping[str, str]) -> Table:
    rows = [
        (
            duty["number"],
            "\n".join((*names_of(Department, duty["department"]), *names_of(DutyKind, duty["kind"]))),
            _status(duty, officers),
            None if duty["finding"] is None else stacked(named(findings_of(DutyKind(duty["kind"])), duty["finding"])),
            f"{duty['due_on']}\n逾期 late" if duty["answered_late"] else duty["due_on"],
        )
        for duty in duties
    ]
    columns: Sequence[Names] = (
        ("编号", "number"),
        ("部门与事项", "department, duty"),
        ("状态", "status"),
        ("结论", "finding"),
        ("期限", "due"),
    )
    return table("部门协办 duties", columns, rows)


def _status(duty: Mapping[str, Any], officers: Mapping[str, str]) -> str:
    """Where the duty stands, and which leader was told of its delay."""
    status, told = stacked(named(DUTY_STATES, duty["status"])), officers.get(duty["told_officer_id"] or "")
    return status if told is None else f"{status}\n→ {told}"


def _follow_ups(records: Iterable[Mapping[str, Any]]) -> Table:
    rows = [
        (
            facts_of["nth"],
            facts_of["contacted_on"],
            "\n".join(f"{both(label)}: {texts[name]}" for name, label in FOLLOWED.items() if texts.get(name)),
        )
        for facts_of, texts in _told(records)
    ]
    return table("跟踪 follow-ups", (("次", "nth"), ("日期", "date"), ("情况", "what was seen")), rows)


def _closing(answer: Mapping[str, Any], officers: Mapping[str, str]) -> Table:
    """Who proposed, confirmed, sent back and approved, with the posts held that day; who acted for another, for whom."""
    rows = [
        (
            (at := when(step["occurred_at"])),
            stacked(named(CLOSING_STEPS, step["event"])),
            officers[step["actor"]] + (f"\n代 for {officers[step['on_behalf_of']]}" if step["on_behalf_of"] else ""),
            "\n".join(_posts(answer["appointments"][step["actor"]], at.partition(" ")[0])),
        )
        for step in answer["closing"]
    ]
    return table("销号 closing", (("时间", "time"), ("事项", "step"), ("姓名", "by"), ("任职", "post")), rows)


def _posts(appointments: Iterable[Mapping[str, Any]], day: str) -> Iterator[str]:
    for held in appointments:
        if held["from_on"] <= day and (held["until_on"] is None or day <= held["until_on"]):
            yield f"{held['body_name'] or ''} {both(names_of(Role, held['role']))}"


def _told(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The facts of records, and the words in them, where the officer may read them."""
    return ((record["facts"], record["texts"] or {}) for record in records)
