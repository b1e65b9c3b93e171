"""One school's list of pupils: its columns, and what a row of it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import msgspec

from services.contracts.codes import DisabilityGrade, DisabilityKind, Group
from services.contracts.identity_numbers import (
    Phone,
    ResidentId,
    RollNumber,
    disagreements,
    division_code,
    passport_number,
    person_name,
    phone,
    resident_id,
    roll_number,
    roll_number_disagreement,
)
from services.contracts.ids import ClassId, class_id, school_year
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import RowReader
from services.registry.domain.roster_words import (
    DISABILITY_GRADES,
    DISABILITY_KINDS,
    GROUPS,
    LANGUAGES,
    PAPERS,
    PEOPLES,
    RELATIONS,
    SEXES,
    YES_NO,
    Paper,
    Sex,
)

SHEET = "学生名册"

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "学籍号": "roll number",
        "姓名": "name",
        "性别": "sex",
        "证件类型": "kind of paper",
        "证件号码": "identity number",
        "出生日期": "birth date",
        "民族": "people",
        "年级": "grade",
        "班号": "class number",
        "寄宿": "boarding",
        "户籍区划": "division of the household register",
        "户籍地址": "address in the household register",
        "现住区划": "division of residence",
        "现住地址": "address of residence",
        "困难类别": "groups",
        "残疾类别": "kind of disability",
        "残疾等级": "grade of disability",
        "第二语言": "second language",
        "监护人1姓名": "guardian 1: name",
        "监护人1关系": "guardian 1: relation",
        "监护人1电话": "guardian 1: phone",
        "监护人1证件号": "guardian 1: identity number",
        "监护人2姓名": "guardian 2: name",
        "监护人2关系": "guardian 2: relation",
        "监护人2电话": "guardian 2: phone",
        "监护人2证件号": "guardian 2: identity number",
        "实际照料人": "actual carer",
    }
)
"""The headers, all of which must be there but the optional ones, with their names in English."""

OPTIONAL_COLUMNS = frozenset({"残疾类别", "残疾等级"})
"""A roster without them leaves what is known of each child's disability as it is."""

_PEOPLES = MappingProxyType({"": "", **{people: people for people in PEOPLES}})
_KINDS: Mapping[str, DisabilityKind | None] = MappingProxyType({"": None, **DISABILITY_KINDS})
_GRADES: Mapping[str, DisabilityGrade | None] = MappingProxyType({"": None, **DISABILITY_GRADES})
_LANGUAGES: Mapping[str, str | None] = MappingProxyType({"": None, "无": None, **LANGUAGES})
_LEAST_YEARS, _MOST_YEARS = 3, 25
"""Ages beyond which a birth date is probably wrong (compulsory schooling: 6 to about 17)."""

GRADES = (1, 9)
CLASS_NUMBERS = (1, 99)


class GuardianRow(msgspec.Struct, frozen=True):
    """A guardian as the row names them; numbers may be empty. `mobile`: a text can reach them."""

    name: str
    relation: str
    phone: str
    mobile: bool
    id_number: str
    carer: bool


class PupilRow(msgspec.Struct, frozen=True, tag=True):
    """A child as a row that breaks no rule names it; what the row leaves open is empty."""

    number: int
    roll_number: str
    name: str
    sex: Sex
    paper: Paper
    id_number: str
    born_on: date
    people: str
    grade: int
    class_id: ClassId
    boarding: bool
    household_division: str
    household_address: str
    residence_division: str
    residence_address: str
    groups: tuple[Group, ...]
    second_language: str | None
    guardians: tuple[GuardianRow, ...]
    carer: str
    disability_kind: DisabilityKind | None = None
    disability_grade: DisabilityGrade | None = None


def read_row(number: int, row: RowReader, school_code: str, today: date) -> PupilRow | None:
    """The child that a row names, or nothing; the row reader has noted what is wrong."""
    roll = row.number_as_text("学籍号", roll_number)
    name = row.must("姓名", person_name)
    sex = row.word("性别", SEXES)
    born_on = row.day("出生日期", today)
    paper = row.word("证件类型", PAPERS)
    id_number = _paper_number(row, paper, sex, born_on, roll)
    if born_on is not None and not _LEAST_YEARS <= (today - born_on).days / 365.25 <= _MOST_YEARS:
        row.note("出生日期", rules.AGE_OUT_OF_RANGE, "warning")
    people = row.word("民族", _PEOPLES)
    grade = row.whole("年级", *GRADES, rules.UNKNOWN_CLASS)
    class_number = row.whole("班号", *CLASS_NUMBERS, rules.UNKNOWN_CLASS)
    boarding = row.word("寄宿", YES_NO)
    household_division = row.form("户籍区划", division_code)
    residence_division = row.form("现住区划", division_code)
    if not row.text("现住区划"):
        row.note("现住区划", rules.MISSING)
    household_address, residence_address = row.line("户籍地址"), row.line("现住地址")
    groups = row.words("困难类别", GROUPS)
    kind, severity = row.word("残疾类别", _KINDS), row.word("残疾等级", _GRADES)
    if (kind or severity) and Group.DISABLED not in groups:
        row.note("困难类别", rules.DISABILITY_WITHOUT_GROUP)
    second_language = row.word("第二语言", _LANGUAGES)
    carer = row.form("实际照料人", person_name)
    guardians = [guardian for place in (1, 2) if (guardian := _guardian(row, place, carer.matching if carer else "")) is not None]
    _warn(row, roll, id_number, guardians)
    if not row.accepted or name is None or sex is None or paper is None or born_on is None or people is None:
        return None
    if grade is None or class_number is None or boarding is None or residence_division is None:
        return None
    return PupilRow(
        number=number,
        roll_number=roll.number if roll else "",
        name=name.as_typed,
        sex=sex,
        paper=paper,
        id_number=id_number,
        born_on=born_on,
        people=people,
        grade=grade,
        class_id=class_id(school_code, school_year(today), grade, class_number),
        boarding=boarding,
        household_division=household_division.code if household_division else "",
        household_address=household_address,
        residence_division=residence_division.code,
        residence_address=residence_address,
        groups=tuple(groups),
        second_language=second_language,
        guardians=tuple(guardians),
        carer=carer.as_typed if carer else "",
        disability_kind=kind,
        disability_grade=severity,
    )


def _paper_number(row: RowReader, paper: Paper | None, sex: Sex | None, born_on: date | None, roll: RollNumber | None) -> str:
    """The number of the child's paper; where it says another sex, birth date or roll number, that is a warning."""
    if paper is None:
        return ""
    if paper is Paper.NONE:
        if row.text("证件号码"):
            row.note("证件类型", rules.NUMBER_WITHOUT_PAPER)
        return ""
    if not row.text("证件号码"):
        row.note("证件号码", rules.PAPER_WITHOUT_NUMBER)
        return ""
    if paper is Paper.PASSPORT:
        return row.number_as_text("证件号码", passport_number) or ""
    read = row.number_as_text("证件号码", resident_id)
    if read is None:
        return ""
    for broken in disagreements(read, sex=sex, born_on=born_on):
        row.note("性别" if broken.code.endswith("sex_differs") else "出生日期", broken, "warning")
    differs = roll_number_disagreement(roll, read) if roll else None
    if differs is not None:
        row.note("学籍号", differs, "warning")
    return read.number


def _guardian(row: RowReader, place: int, carer: str) -> GuardianRow | None:
    columns = [f"监护人{place}{what}" for what in ("姓名", "关系", "电话", "证件号")]
    if not any(row.text(column) for column in columns):
        return None
    name = row.must(columns[0], person_name)
    relation = row.word(columns[1], RELATIONS)
    called: Phone | None = row.number_as_text(columns[2], phone)
    number: ResidentId | None = row.number_as_text(columns[3], resident_id)
    if name is None or relation is None:
        return None
    return GuardianRow(
        name=name.as_typed,
        relation=relation,
        phone=called.number if called else "",
        mobile=called is not None and called.kind == "mobile",
        id_number=number.number if number else "",
        carer=bool(carer) and name.matching == carer,
    )


def _warn(row: RowReader, roll: RollNumber | None, id_number: str, guardians: list[GuardianRow]) -> None:
    """What keeps no row out, but will be missed one day."""
    if not row.accepted:
        return
    if roll is None and not id_number:
        row.note("学籍号", rules.NO_NUMBER, "warning")
    if not guardians:
        row.note("监护人1姓名", rules.NO_GUARDIAN, "warning")
    elif not any(guardian.phone for guardian in guardians):
        row.note("监护人1电话", rules.NO_PHONE, "warning")
