"""The county's list of schools and classes: its two sheets, and what a row of each says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import msgspec

from services.contracts.codes import SchoolKind, Session
from services.contracts.identity_numbers import division_code, school_code
from services.contracts.ids import ClassId, SchoolId, class_id, school_id, school_year
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import RowReader
from services.registry.domain.roster_rows import CLASS_NUMBERS, GRADES
from services.registry.domain.roster_words import SCHOOL_KINDS, SESSIONS, YES_NO

SCHOOLS_SHEET, CLASSES_SHEET = "学校", "班级"

SCHOOL_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "学校代码": "school code",
        "学校名称": "name",
        "英文名": "English name",
        "办学类型": "kind of school",
        "区划代码": "division",
        "寄宿制": "boarding",
        "中心校代码": "code of the central school",
        "点名场次": "sessions of roll call",
    }
)

OPTIONAL_COLUMNS = frozenset({"点名场次"})
"""A list without it leaves the sessions of each school as they are."""

CLASS_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "学校代码": "school code",
        "年级": "grade",
        "班号": "class number",
        "入学年份": "year of entry",
        "班主任工号": "staff number of the homeroom teacher",
    }
)
"""Who the homeroom teacher is follows from identity's appointments; here the number is only for people to read."""

FIRST_JUNIOR_GRADE = 7


class SchoolRow(msgspec.Struct, frozen=True, tag=True):
    """A school as a row names it; `central_code` is empty where there is none above it."""

    number: int
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_code: str
    sessions: tuple[Session, ...] = ()


class ClassRow(msgspec.Struct, frozen=True, tag=True):
    """A class as a row names it; `cohort` is the year in which it was (or would have been) grade 1."""

    number: int
    school_id: SchoolId
    class_id: ClassId
    cohort: int
    class_number: int


def read_school(number: int, row: RowReader) -> SchoolRow | None:
    """The school that a row names, or nothing; the row reader has noted what is wrong."""
    code = row.number_as_text("学校代码", school_code)
    if not row.text("学校代码"):
        row.note("学校代码", rules.MISSING)
    name = row.line("学校名称") if row.required("学校名称") else ""
    name_en = row.line("英文名")
    kind = row.word("办学类型", SCHOOL_KINDS)
    division = row.form("区划代码", division_code)
    if not row.text("区划代码"):
        row.note("区划代码", rules.MISSING)
    boarding = row.word("寄宿制", YES_NO)
    central = row.number_as_text("中心校代码", school_code)
    sessions = tuple(row.words("点名场次", SESSIONS))
    if not row.accepted or code is None or kind is None or division is None or boarding is None:
        return None
    return SchoolRow(number, code, name, name_en, kind, division.code, boarding, central or "", sessions)


def read_class(number: int, row: RowReader, today: date) -> ClassRow | None:
    """The class that a row names, or nothing; the row reader has noted what is wrong."""
    code = row.number_as_text("学校代码", school_code)
    if not row.text("学校代码"):
        row.note("学校代码", rules.MISSING)
    grade = row.whole("年级", *GRADES, rules.GRADE_NOT_ACCEPTED)
    class_number = row.whole("班号", *CLASS_NUMBERS, rules.CLASS_NUMBER_NOT_ACCEPTED)
    entered = row.required("入学年份")
    if grade is not None and entered is not None and entered not in _entry_years(grade, today):
        row.note("入学年份", rules.ENTRY_YEAR_DIFFERS)
    if not row.accepted or code is None or grade is None or class_number is None:
        return None
    year = school_year(today)
    return ClassRow(
        number=number,
        school_id=school_id(code),
        class_id=class_id(code, year, grade, class_number),
        cohort=year - grade + 1,
        class_number=class_number,
    )


def _entry_years(grade: int, today: date) -> set[str]:
    """The year in which the class entered grade 1; of a junior class also the one in which it entered grade 7."""
    year = school_year(today)
    entered_junior = {str(year - (grade - FIRST_JUNIOR_GRADE))} if grade >= FIRST_JUNIOR_GRADE else set()
    return {str(year - grade + 1)} | entered_junior
