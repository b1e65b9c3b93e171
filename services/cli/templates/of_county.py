"""The files that identity reads: bodies, officers, calendars."""

from __future__ import annotations

from collections.abc import Sequence

from services.cli.templates.form import BLANK_IF_NONE, DATE, Column, Sheet, Template
from services.contracts.codes import Department, Role
from services.contracts.labels import LABELS, Names
from services.identity.adapters import county_files as read

_CODE: Names = ("单位代码；学校用 10 位学校代码，其余自定", "code of the body; of a school its 10-digit code, else your own")
_BODIES = (
    ("570126.education", "示例县教育局", "Example County Education Bureau", "教育局", "education", "570126", ""),
    ("570126.government", "示例县人民政府", "Example County Government", "县委县政府", "", "570126", ""),
    ("570126.police", "示例县公安局", "Example County Public Security", "部门", "public_security", "570126", ""),
    ("570126100", "示例镇人民政府", "Example Town Government", "乡镇", "", "570126100", ""),
    ("3157126100", "示例镇中心学校", "Example Town School", "学校", "", "570126100", "570126.education"),
)
_OFFICERS = (
    ("YX00001", "示例甲", "lead", "570126.education", "bureau_lead", "", "", "2026-09-01"),
    ("YX00002", "示例乙", "clerk", "570126.education", "bureau_clerk", "", "", "2026-09-01"),
    ("YX00003", "示例丙", "county", "570126.government", "county_leader", "", "", "2026-09-01"),
    ("YX00004", "示例丁", "accounts", "570126.education", "account_admin", "", "", "2026-09-01"),
    ("YX00005", "示例戊", "town", "570126100", "township_officer", "", "", "2026-09-01"),
    ("YX00006", "示例己", "principal", "3157126100", "principal", "", "", "2026-09-01"),
    ("YX00007", "示例庚", "registrar", "3157126100", "roll_administrator", "", "", "2026-09-01"),
    ("YX00008", "示例辛", "teacher-4-1", "3157126100", "homeroom_teacher", "4", "1", "2026-09-01"),
)
"""The examples of all templates are of one small county: they can be imported as they are, to try it out."""
_DAY_NAME: Names = (
    "可空；以“寒假”“暑假”开头的放假分隔学期",
    "may be empty; a 放假 that begins with 寒假 or 暑假 parts the terms",
)


def bodies() -> Template:
    """Everybody who has a part in it: bureau, schools, townships, villages, departments."""
    forms: Sequence[Column] = (
        Column("单位代码", "code", required=True, form=_CODE),
        Column("单位名称", "name", required=True, form=("单位名称", "its name")),
        Column("英文名", "English name", required=True, form=("英文名；没有就再写一次单位名称", "in English, or its name again")),
        Column("类型", "kind", required=True, form=("可用词之一", "one of the words"), words=tuple(read.BODY_KINDS)),
        Column(
            "部门",
            "department",
            required=False,
            form=("部门填其代码，其余留空", "of a department its code, else empty"),
            words=tuple(f"{code}（{zh}）" for code, (zh, _) in LABELS[Department].items()),
        ),
        Column("区划代码", "division", required=True, form=("6、9 或 12 位，文本", "6, 9 or 12 digits, as text")),
        Column("上级单位代码", "superior body", required=False, form=BLANK_IF_NONE),
    )
    return Template(("单位名录", "list of bodies"), (Sheet("单位", forms, _BODIES),))


def officers() -> Template:
    """Who holds which post; each gets an account by the login name."""
    roles = tuple(f"{code}（{zh}）" for code, (zh, _) in LABELS[Role].items() if code != Role.OPERATOR)
    homeroom: Names = ("班主任必填，其余留空", "needed of a homeroom teacher, else empty")
    forms: Sequence[Column] = (
        Column("工号", "staff number", required=True, form=("每人一个", "one a person")),
        Column("姓名", "name", required=True, form=("姓名", "a name")),
        Column("登录名", "login name", required=True, form=("每人一个，登录用", "one a person, to sign in with")),
        Column("单位代码", "body", required=True, form=("单位名录中的代码", "a code of the list of bodies")),
        Column("角色", "role", required=True, form=("填代码", "its code"), words=roles),
        Column("年级", "grade", required=False, form=homeroom),
        Column("班号", "class number", required=False, form=homeroom),
        Column("任职开始", "in office from", required=True, form=DATE),
    )
    return Template(("人员名录", "list of officers"), (Sheet(read.OFFICERS_SHEET, forms, _OFFICERS),))


def calendar_government() -> Template:
    """Working days, by which the terms of departments are counted; of a day that is not named the weekday decides."""
    days = (("2026-10-01", "休息日", "国庆节"), ("2026-10-10", "工作日", "调休上班"))
    return _calendar(("工作日历", "calendar of working days"), tuple(read.GOVERNMENT_DAYS), days)


def calendar_schools() -> Template:
    """Days of school; of a day that is not named the weekday decides, a term is what lies between two vacations."""
    days = (("2026-09-01", "上课", "开学"), ("2026-10-01", "放假", "国庆节"), ("2027-01-18", "放假", "寒假"))
    return _calendar(("校历", "school calendar"), tuple(read.SCHOOL_DAYS), days)


def _calendar(label: Names, kinds: Sequence[str], days: Sequence[Sequence[str]]) -> Template:
    forms: Sequence[Column] = (
        Column("日期", "date", required=True, form=DATE),
        Column("类型", "kind", required=True, form=("可用词之一", "one of the words"), words=kinds),
        Column("名称", "name", required=False, form=_DAY_NAME),
    )
    return Template(label, (Sheet("日历", forms, days),))
