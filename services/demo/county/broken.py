"""Rosters with planted faults, for people and tests to try the import on; the demonstration does not import them.

Each fault stands in a row of its own, in a row that is otherwise good; the truth file says row, column and rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from services.demo.county import names, rosters
from services.demo.county.households import Guardian, Household, Papers
from services.demo.county.places import COUNTY_CODE, Township
from services.demo.county.pupils import Pupil
from services.demo.county.schools import School

Cell = str | float
_FIRST_ROW = 2  # as a spreadsheet counts, below the headers
_AGE_IN_GRADE_ONE = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `spoil` gives the cell, from the row as it should be; a warning does not keep the row out."""

    column: str
    rule: str
    spoil: Callable[[list[str]], Cell]
    warning: bool = False


def _constant(cell: Cell) -> Callable[[list[str]], Cell]:
    return lambda _: cell


def _cell(row: list[str], column: str) -> str:
    return row[rosters.HEADERS.index(column)]


def _other_check_character(row: list[str], column: str) -> str:
    number = _cell(row, column)
    return number[:-1] + ("1" if number[-1] != "1" else "2")


_FAULTS = (
    Fault("证件号码", "resident_id.check_digit", lambda row: _other_check_character(row, "证件号码")),
    Fault("证件号码", "number.spreadsheet", lambda row: float(_cell(row, "证件号码")[:17]) * 10),
    Fault("证件号码", "resident_id.form", lambda row: _cell(row, "证件号码")[:15]),
    Fault("学籍号", "roll_number.check_digit", lambda row: _other_check_character(row, "学籍号")),
    Fault("出生日期", "roster.no_such_date", lambda row: f"{_cell(row, '出生日期')[:4]}-02-30"),
    Fault("出生日期", "roster.date_in_the_future", _constant("2099-03-01")),
    Fault("班号", "roster.unknown_class", _constant("99")),
    Fault("年级", "roster.unknown_class", _constant("10")),
    Fault("姓名", "name.empty", _constant("")),
    Fault("姓名", "name.lost_character", _constant("李?")),
    Fault("性别", "roster.unknown_word", _constant("男生")),
    Fault("现住区划", "division_code.form", lambda row: _cell(row, "现住区划")[:7]),
    Fault("困难类别", "roster.unknown_word", _constant("一般困难")),
    Fault("监护人1电话", "phone.form", lambda row: _cell(row, "监护人1电话")[:10]),
    Fault("监护人1电话", "phone.area_code", _constant("2345678")),
    Fault("监护人1电话", "number.spreadsheet", lambda row: float(_cell(row, "监护人1电话"))),
    Fault("监护人1证件号", "resident_id.check_digit", lambda row: _other_check_character(row, "监护人1证件号")),
    Fault("性别", "resident_id.sex_differs", lambda row: "女" if _cell(row, "性别") == "男" else "男", warning=True),
)
_DUPLICATE_RULE = "roster.duplicate_roll_number"


@dataclass(frozen=True, slots=True)
class BrokenRoster:
    """The rows below the headers, and what is wrong with which of them."""

    school_code: str
    rows: tuple[tuple[Cell, ...], ...]
    faults: tuple[dict[str, object], ...]

    def facts(self, names: list[str]) -> dict[str, object]:
        return {"files": names, "school_code": self.school_code, "faults": list(self.faults)}

    def as_text(self) -> tuple[tuple[str, ...], ...]:
        """As a spreadsheet saves it to CSV: a long figure keeps six digits."""
        return tuple(
            tuple(cell if isinstance(cell, str) else f"{cell:.5E}" if cell > 1e11 else f"{cell:.1f}" for cell in row)
            for row in self.rows
        )


def broken_roster(chance: Random, papers: Papers, school: School, township: Township, *, first_day: date) -> BrokenRoster:
    """A good row first and last, one bad row for each fault between them, and a roll number that stands there twice."""
    good = [_good_row(chance, papers, school, township, first_day) for _ in range(len(_FAULTS) + 2)]
    rows: list[tuple[Cell, ...]] = [tuple(good[0])]
    faults: list[dict[str, object]] = []
    for fault, row in zip(_FAULTS, good[1:-1], strict=True):
        faults.append(_fault_fact(len(rows), fault.column, fault.rule, warning=fault.warning))
        place = rosters.HEADERS.index(fault.column)
        rows.append((*row[:place], fault.spoil(row), *row[place + 1 :]))
    faults.append(_fault_fact(len(rows), "学籍号", _DUPLICATE_RULE, warning=False))
    rows.append((good[0][0], *_good_row(chance, papers, school, township, first_day)[1:]))
    rows.append(tuple(good[-1]))
    return BrokenRoster(school.code, tuple(rows), tuple(faults))


def _fault_fact(place: int, column: str, rule: str, *, warning: bool) -> dict[str, object]:
    return {"row": place + _FIRST_ROW, "column": column, "rule": rule, "warning": warning}


def _good_row(chance: Random, papers: Papers, school: School, township: Township, first_day: date) -> list[str]:
    """A child of grade 1 of whom nobody has heard; a J roll number, so that a spoilt ID spoils nothing else."""
    born_on = date(first_day.year - _AGE_IN_GRADE_ONE, 1, chance.randrange(1, 29))
    family, father = names.family_name(chance, names.HAN), names.given_name(chance, names.HAN, "male")
    guardian_number = papers.resident_id(COUNTY_CODE, born_on.replace(year=born_on.year - 30), "male")
    village = township.villages[0]
    address = f"{township.name}{village.name}{chance.randrange(1, 9)}组"
    household = Household(
        township=township,
        village=village,
        address=address,
        registered_division=village.code,
        registered_address=address,
        ethnicity=names.HAN,
        second_language="",
        family=family,
        father=father,
        guardians=(Guardian(family + father, "父亲", papers.mobile(), guardian_number),),
        carer=family + father,
        groups=(),
    )
    pupil = Pupil(
        roll_number=f"J{papers.resident_id(COUNTY_CODE, born_on, 'female')}",
        name=names.full_name(chance, names.HAN, "female", family=family, father=father),
        sex="female",
        paper="居民身份证",
        paper_number=papers.resident_id(COUNTY_CODE, born_on, "female"),
        born_on=born_on,
        school_code=school.code,
        grade=1,
        class_number=1,
        boards=False,
        household=0,
        groups=(),
    )
    return rosters.row(pupil, household)
