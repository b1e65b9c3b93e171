"""Invented rosters: rows that break no rule, to be spoilt cell by cell, and the files made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from services.contracts.identity_numbers import Sex, check_character
from services.registry.domain.roster_rows import COLUMNS, SHEET
from services.registry.domain.school_rows import CLASS_COLUMNS, CLASSES_SHEET, SCHOOL_COLUMNS, SCHOOLS_SHEET
from tests.chassis.spreadsheets.workbooks import workbook
from tests.neighbours import COUNTY

TODAY = date(2026, 9, 8)
SCHOOL_CODE, OTHER_SCHOOL_CODE = "2199012600", "2199012601"
VILLAGE = f"{COUNTY}101202"
FAMILY_NAME_AT_REST = "测试"

Row = dict[str, str | float]


def resident_id(born_on: date, order: int, sex: Sex = "female") -> str:
    """An invented number of a county that does not exist, its check character right."""
    number = order * 2 + (1 if sex == "male" else 0)
    seventeen = f"{COUNTY}{born_on:%Y%m%d}{number:03d}"
    return seventeen + check_character(seventeen)


def child(order: int, **cells: str | float) -> Row:
    """A girl of grade 4, class 1, with her mother; `cells` change what is named."""
    born_on = date(2016, 10, 1 + order % 28)
    number = resident_id(born_on, 100 + order)
    row: Row = {
        "学籍号": f"G{number}",
        "姓名": f"{FAMILY_NAME_AT_REST}{_hanzi(order)}",
        "性别": "女",
        "证件类型": "居民身份证",
        "证件号码": number,
        "出生日期": born_on.isoformat(),
        "民族": "彝族",
        "年级": "4",
        "班号": "1",
        "寄宿": "否",
        "户籍区划": VILLAGE,
        "户籍地址": f"上箐口{order}号",
        "现住区划": VILLAGE,
        "现住地址": f"下蕨坪{order}号",
        "困难类别": "脱贫户、留守",
        "残疾类别": "",
        "残疾等级": "",
        "第二语言": "彝语",
        "监护人1姓名": f"阿果{_hanzi(order)}",
        "监护人1关系": "母亲",
        "监护人1电话": f"154{order:08d}",
        "监护人1证件号": resident_id(date(1986, 2, 1 + order % 28), 200 + order),
        "监护人2姓名": "",
        "监护人2关系": "",
        "监护人2电话": "",
        "监护人2证件号": "",
        "实际照料人": f"阿果{_hanzi(order)}",
    }
    return {**row, **cells}


def _hanzi(order: int) -> str:
    return chr(0x4E10 + order)


def children(how_many: int) -> list[Row]:
    return [child(order) for order in range(how_many)]


def roster(rows: Sequence[Mapping[str, str | float]], headers: Sequence[str] = tuple(COLUMNS)) -> bytes:
    """A workbook of these rows."""
    return workbook({SHEET: [list(headers), *([row.get(header, "") for header in headers] for row in rows)]})


def roster_csv(rows: Sequence[Mapping[str, str | float]], encoding: str = "gb18030") -> bytes:
    """A .csv file of these rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([str(row[header]) for header in COLUMNS] for row in rows)
    return text.getvalue().encode(encoding)


def school(code: str, **cells: str | float) -> Row:
    """A boarding primary school."""
    row: Row = dict.fromkeys(SCHOOL_COLUMNS, "")
    named: Row = {"学校代码": code, "学校名称": f"测试小学{code[-2:]}", "英文名": "Test School", "办学类型": "小学", "寄宿制": "是"}
    return {**row, **named, "区划代码": f"{COUNTY}101", **cells}


def school_class(code: str, grade: int, number: int, **cells: str | float) -> Row:
    """A class of this school year."""
    row: Row = {
        "学校代码": code,
        "年级": str(grade),
        "班号": str(number),
        "入学年份": str(2026 - grade + 1),
        "班主任工号": "YX00001",
    }
    return {**row, **cells}


def school_list(schools: Sequence[Row], classes: Sequence[Row]) -> bytes:
    """The county's workbook."""
    return workbook(
        {
            SCHOOLS_SHEET: [list(SCHOOL_COLUMNS), *([row[column] for column in SCHOOL_COLUMNS] for row in schools)],
            CLASSES_SHEET: [list(CLASS_COLUMNS), *([row[column] for column in CLASS_COLUMNS] for row in classes)],
        }
    )


@cache
def two_schools() -> bytes:
    """Two schools with classes in grades 4 and 5."""
    codes = (SCHOOL_CODE, OTHER_SCHOOL_CODE)
    classes = [school_class(code, grade, number) for code in codes for grade in (4, 5) for number in (1, 2)]
    return school_list([school(code) for code in codes], classes)
