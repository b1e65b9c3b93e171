"""One row of a roll-call file: a child that was away, or a class of which nobody was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

import msgspec

from services.contracts.codes import ExcuseKind, Session
from services.contracts.identity_numbers import roll_number, school_code
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import Cell, RowReader
from services.registry.domain.roster_words import SESSIONS

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "日期": "day",
        "学校代码": "school code",
        "年级": "grade",
        "班号": "class number",
        "场次": "session",
        "学籍号": "roll number",
        "情况": "standing",
    }
)
"""The columns, with their names in English."""

ALL_PRESENT = "全勤"

Standing = Literal["all_present", "absent"] | ExcuseKind

STANDINGS: Mapping[str, Standing] = MappingProxyType(
    {
        ALL_PRESENT: "all_present",
        "缺勤": "absent",
        "旷课": "absent",
        "请假": ExcuseKind.LEAVE,
        "事假": ExcuseKind.LEAVE,
        "病假（有证明）": ExcuseKind.ILLNESS_WITH_PROOF,
        "病假(有证明)": ExcuseKind.ILLNESS_WITH_PROOF,
    }
)
"""Illness without proof is leave only if the school says so: there is no word for it here."""

GRADE_MOST, CLASS_MOST = 9, 99


class ClassSession(msgspec.Struct, frozen=True, order=True):
    """The list to which a row belongs."""

    day: date
    school_code: str
    grade: int
    class_number: int
    session: Session


class RollCallLine(msgspec.Struct, frozen=True):
    """A row in the accepted form; `roll_number` is empty where all were present."""

    of: ClassSession
    standing: Standing
    roll_number: str


def read_line(cells: Mapping[str, Cell], today: date) -> tuple[RollCallLine | None, RowReader]:
    """The row, or nothing; the reader has noted every broken rule."""
    reader = RowReader(cells)
    day = reader.day("日期", today)
    school = reader.must("学校代码", school_code)
    grade = reader.whole("年级", 1, GRADE_MOST, rules.GRADE_NOT_ACCEPTED)
    number = reader.whole("班号", 1, CLASS_MOST, rules.CLASS_NUMBER_NOT_ACCEPTED)
    session = reader.word("场次", SESSIONS)
    standing = reader.word("情况", STANDINGS)
    roll = reader.number_as_text("学籍号", roll_number)
    if standing == "all_present" and reader.text("学籍号"):
        reader.note("学籍号", rules.ALL_PRESENT_NAMES_NOBODY)
    if standing is not None and standing != "all_present" and not reader.text("学籍号"):
        reader.note("学籍号", rules.MISSING)
    if day is None or school is None or grade is None or number is None or session is None or standing is None:
        return None, reader
    of = ClassSession(day, school, grade, number, session)
    return RollCallLine(of, standing, roll.number if roll else ""), reader
