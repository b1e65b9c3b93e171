"""The county's own lists: bodies, officers, calendars – read row by row, every bad row named by sheet, row and column.

A row is named, its value never repeated. A file is taken whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.chassis.county import DayKind
from services.chassis.errors import FieldError, FormRejected
from services.chassis.spreadsheets import Cell, SheetRow
from services.contracts.codes import BodyKind, Department, Role
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.contracts.ids import ClassId, body_id, class_id, officer_id, school_year
from services.contracts.topics import DEPARTMENT_PREFIX
from services.identity.domain.authority import Authority
from services.identity.domain.body import RegisterBody
from services.identity.domain.officer import AppointOfficer, RegisterOfficer, appointment_id
from services.identity.storage.rows import BodyRow

T = TypeVar("T")

BodyOf = Callable[[str], BodyRow | None]
"""A registered body by its code."""

BODY_COLUMNS = ("单位代码", "单位名称", "英文名", "类型", "部门", "区划代码", "上级单位代码")
OFFICER_COLUMNS = ("工号", "姓名", "登录名", "单位代码", "角色", "年级", "班号", "任职开始")
CALENDAR_COLUMNS = ("日期", "类型", "名称")
OFFICERS_SHEET = "人员"

BODY_KINDS = {
    "教育局": BodyKind.BUREAU,
    "学校": BodyKind.SCHOOL,
    "乡镇": BodyKind.TOWNSHIP,
    "村": BodyKind.VILLAGE,
    "部门": BodyKind.DEPARTMENT,
    "县委县政府": BodyKind.COUNTY_OFFICE,
}
GOVERNMENT_DAYS = {"工作日": DayKind.WORK, "休息日": DayKind.REST}
SCHOOL_DAYS = {"上课": DayKind.SCHOOL, "放假": DayKind.OFF, "返校": DayKind.RETURN}
VACATIONS = ("寒假", "暑假")
CLASS_ROLES = frozenset({Role.HOMEROOM_TEACHER})
GRADES = range(1, 10)
TEXT_LONGEST = 100
ERRORS_SHOWN = 200


@dataclass(frozen=True)
class OfficerLine:
    """One row of the officers' list: the person, the appointment, the login name."""

    register: RegisterOfficer
    appoint: AppointOfficer
    login: str


class _Row:
    """The cells of a row by column, and what is wrong with them."""

    def __init__(self, row: SheetRow, columns: Sequence[str], errors: list[FieldError]) -> None:
        self._place = f"{row.sheet}第{row.number}行" if row.sheet else f"第{row.number}行"
        self._cells: Mapping[str, Cell] = dict(zip(columns, row.cells, strict=False))
        self._errors = errors

    def wrong(self, column: str, zh: str, en: str) -> None:
        self._errors.append(FieldError(f"{self._place}/{column}", zh, en))

    def text(self, column: str, *, required: bool = True) -> str:
        cell = self._cells.get(column, "")
        if not isinstance(cell, str):
            self.wrong(column, "应为文本单元格。", "The cell must be text.")
            return ""
        value = cell.strip()
        if (required and not value) or len(value) > TEXT_LONGEST:
            self.wrong(column, f"必填，1–{TEXT_LONGEST} 个字符。", f"Required, 1–{TEXT_LONGEST} characters.")
            return ""
        return value

    def choice(self, column: str, choices: Mapping[str, T], *, required: bool = True) -> T | None:
        value = self.text(column, required=required)
        if not value:
            return None
        if value not in choices:
            accepted = "、".join(choices)
            self.wrong(column, f"应为：{accepted}。", f"One of: {accepted}.")
        return choices.get(value)

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError:
            if value:
                self.wrong(column, "日期格式应为 YYYY-MM-DD。", "A date is written YYYY-MM-DD.")
            return date.min

    def whole(self, column: str, accepted: Iterable[int]) -> int | None:
        value = self.text(column, required=False)
        if not value:
            return None
        if not value.isdecimal() or int(value) not in accepted:
            self.wrong(column, "数字不在允许范围内。", "The number is outside of the accepted range.")
            return None
        return int(value)

    def division(self, column: str) -> str:
        value = self.text(column)
        try:
            return division_code(value).code if value else ""
        except NotWellFormed as broken:
            self.wrong(column, broken.rule.zh, broken.rule.en)
            return ""


def bodies(rows: Iterable[SheetRow]) -> list[RegisterBody]:
    """The commands of a list of bodies; raises FormRejected naming every bad row."""
    departments = {department.value: department for department in Department}

    def read(row: _Row) -> RegisterBody:
        code = row.text("单位代码")
        parent = row.text("上级单位代码", required=False)
        return RegisterBody(
            body_id=body_id(code),
            code=code,
            kind=row.choice("类型", BODY_KINDS) or BodyKind.DEPARTMENT,
            name=row.text("单位名称"),
            name_en=row.text("英文名"),
            division=row.division("区划代码"),
            department=row.choice("部门", departments, required=False),
            parent_id=body_id(parent) if parent else None,
        )

    return _all(rows, BODY_COLUMNS, read)


def officers(rows: Iterable[SheetRow], body_of: BodyOf, today: date, authority: Authority) -> list[OfficerLine]:
    """The commands of a list of officers; grades and class numbers are those of the school year of `today`."""
    roles = {role.value: role for role in Role if role is not Role.OPERATOR}

    def read(row: _Row) -> OfficerLine:
        number, code = row.text("工号"), row.text("单位代码")
        if number.startswith(DEPARTMENT_PREFIX):
            row.wrong("工号", f"不能以“{DEPARTMENT_PREFIX}”开头。", f"Must not begin with “{DEPARTMENT_PREFIX}”, as systems do.")
        role = row.choice("角色", roles) or Role.TEACHER
        grade, class_number = row.whole("年级", GRADES), row.whole("班号", range(1, 100))
        from_on = row.day("任职开始")
        body = body_of(code)
        if body is None and code:
            row.wrong("单位代码", "没有该单位，请先导入单位名录。", "There is no such body; import the list of bodies first.")
        taught: ClassId | None = None
        if role in CLASS_ROLES:
            if grade is None or class_number is None:
                row.wrong("年级", "班主任须填写年级和班号。", "A homeroom teacher needs grade and class number.")
            else:
                taught = class_id(code, school_year(today), grade, class_number)
        officer, where = officer_id(number), body_id(code)
        return OfficerLine(
            register=RegisterOfficer(officer_id=officer, staff_number=number, name=row.text("姓名"), body_id=where),
            appoint=AppointOfficer(
                officer_id=officer,
                appointment_id=appointment_id(officer, role, where, taught),
                role=role,
                body_id=where,
                body_kind=body.kind if body else BodyKind.SCHOOL,
                division=body.division if body else "",
                from_on=from_on,
                class_id=taught,
                department=body.department if body else None,
                authority=authority,
            ),
            login=row.text("登录名"),
        )

    return _all(rows, OFFICER_COLUMNS, read)


def calendar(rows: Iterable[SheetRow], *, government: bool) -> dict[date, DayKind]:
    """The days of a calendar file."""
    kinds = GOVERNMENT_DAYS if government else SCHOOL_DAYS

    def read(row: _Row) -> tuple[date, DayKind]:
        kind = row.choice("类型", kinds) or DayKind.OFF
        if kind is DayKind.OFF and row.text("名称", required=False).startswith(VACATIONS):
            kind = DayKind.VACATION
        return row.day("日期"), kind

    return dict(_all(rows, CALENDAR_COLUMNS, read))


def _all(rows: Iterable[SheetRow], columns: Sequence[str], read: Callable[[_Row], T]) -> list[T]:
    """Read every row under the header; all errors of the file come together."""
    errors: list[FieldError] = []
    iterator: Iterator[SheetRow] = iter(rows)
    header = next(iterator, None)
    named = [str(cell).strip() for cell in header.cells] if header else []
    if missing := [column for column in columns if column not in named]:
        accepted = "，".join(columns)
        zh = f"缺少列：{'、'.join(missing)}。应有列：{accepted}。"
        raise FormRejected(FieldError("file", zh, f"Missing columns; the file needs: {accepted}."))
    filled = (row for row in iterator if any(str(cell).strip() for cell in row.cells))
    read_rows = [read(_Row(row, named, errors)) for row in filled]
    if errors:
        raise FormRejected(*errors[:ERRORS_SHOWN])
    if not read_rows:
        raise FormRejected(FieldError("file", "文件中没有数据行。", "The file has no rows."))
    return read_rows
