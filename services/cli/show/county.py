"""The county, or the officer's part of it, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.columns import Columns
from rich.table import Table
from rich.text import Text

from services.cli.show.tables import CONSOLE, counts, table
from services.contracts.codes import Ledger, Outcome
from services.contracts.labels import LABELS, Names, names_of
from services.contracts.labels.states import AID_STATES, ALARMS, CASE_STAGES, TEXT_STATES

DISTRIBUTIONS: Mapping[str, Names] = {
    "cause": ("原因", "cause"),
    "grade": ("年级", "grade"),
    "township": ("乡镇", "township"),
}
"""By what the children in the ledgers are shown, as oversight calls it and as people read it."""

_UNDER_OBSERVATION: Names = ("其中返校观察", "observed")
_CHILDREN: Mapping[str, Names] = {
    "pupils": ("在籍学生", "pupils on the roll"),
    "dropouts": ("本学年曾辍学", "dropped out this year"),
    "returned": ("其中已返校", "of these came back"),
    "relapsed": ("其中再次失学", "of these left again"),
}
_RATES: Mapping[str, Names] = {
    "dropout_rate": ("辍学率", "dropout rate"),
    "return_rate": ("返校率", "return rate"),
    "relapse_rate": ("复辍率", "relapse rate"),
}
_SHARES: Mapping[str, Names] = {
    "suspected": ("疑似", "suspected"),
    "dropout": ("辍学", "dropout"),
    "under_observation": ("返校观察", "observed"),
}
_DUTIES: Mapping[str, Names] = {
    "open": ("在办", "open"),
    "overdue": ("逾期", "overdue"),
    "done": ("办结", "done"),
    "declined": ("不属其职责", "declined"),
    "withdrawn": ("撤销", "withdrawn"),
}


def summary(answer: Mapping[str, Any]) -> None:
    """Section by section: ledgers, rates, cases, causes, grades, townships, duties, aid, texts, alarms."""
    year = answer["school_year"]
    CONSOLE.print(Text.assemble(("汇总 summary", "bold"), f"　{answer['on']}　{year}—{year + 1} 学年 school year\n"))
    _beside(_ledgers(answer), _rates(answer["rates"]))
    CONSOLE.print("已离开台账：毕业、转出、超龄等，与已销号的个案不是同一个数。")
    CONSOLE.print("Left the ledgers: graduated, moved, over age; not the number of closed cases.\n")
    _beside(_states("个案 cases", CASE_STAGES, answer["stages"]), _states("销号结果 outcomes", LABELS[Outcome], answer["outcomes"]))
    for by, label in DISTRIBUTIONS.items():
        _beside(_shares(label, answer["distribution"][by]))
    _beside(_duties(answer["duties"]))
    _beside(_states("资助 aid", AID_STATES, answer["aid"]), _states("短信 texts", TEXT_STATES, answer["texts"]))
    opened = [(label, answer["alarms"][kind]) for kind, label in ALARMS.items() if answer["alarms"][kind]]
    alarms = counts("未处理预警 open alarms", opened)
    _beside(alarms)
    if not alarms.row_count:
        CONSOLE.print("没有未处理的预警。 No alarm is open.")


def _beside(*tables: Table) -> None:
    """Tables beside each other, where the terminal is wide enough; an empty one is left out."""
    filled = [each for each in tables if each.row_count]
    if filled:
        CONSOLE.print(Columns(filled, padding=(0, 3)))


def _ledgers(answer: Mapping[str, Any]) -> Table:
    counted = answer["ledgers"]
    rows = [(names_of(Ledger, ledger), counted[ledger]) for ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED, Ledger.DROPOUT)]
    return counts(
        "台账 ledgers",
        [*rows, (_UNDER_OBSERVATION, counted["under_observation"]), (names_of(Ledger, Ledger.STRUCK_OFF), counted["struck_off"])],
    )


def _rates(rates: Mapping[str, Any]) -> Table:
    rows: list[tuple[Names, object]] = [(label, rates[name]) for name, label in _CHILDREN.items()]
    rows += [(label, "–" if rates[name] is None else f"{rates[name]:.2%}") for name, label in _RATES.items()]
    return counts("比率 rates", rows)


def _states(title: str, names: Mapping[str, Names], counted: Mapping[str, int]) -> Table:
    """Every state that something is in, in the order of its life."""
    return counts(title, [(label, counted[state]) for state, label in names.items() if counted.get(state)])


def _shares(label: Names, items: Sequence[Mapping[str, Any]]) -> Table:
    if all(item["key"].isdigit() and len(item["key"]) == 1 for item in items):
        items = sorted(items, key=lambda item: str(item["key"]))  # grades in their order, all else by how many
    rows = [(f"{item['zh']} {item['en']}", *(item[column] for column in _SHARES)) for item in items]
    return table(f"台账学生按{label[0]} children in the ledgers by {label[1]}", (label, *_SHARES.values()), rows)


def _duties(duties: Sequence[Mapping[str, Any]]) -> Table:
    rows = [(f"{duty['zh']} {duty['en']}", *(duty[state] for state in _DUTIES)) for duty in duties]
    return table("部门协办 duties of the departments", (("部门", "department"), *_DUTIES.values()), rows)
