"""The county's lists as rows, headers first, in the forms that the identity and registry services read."""

from collections.abc import Sequence

from services.contracts.codes import Session
from services.demo.county.calendars import GovernmentDay, SchoolDay
from services.demo.county.officers import Body, Officer, homeroom_login
from services.demo.county.schools import School, SchoolClass

Rows = list[list[str]]

SESSIONS = {Session.MORNING: "上午", Session.AFTERNOON: "下午", Session.DORMITORY: "宿舍", Session.RETURN_DAY: "返校"}


def bodies(county: Sequence[Body]) -> Rows:
    headers = ["单位代码", "单位名称", "英文名", "类型", "部门", "区划代码", "上级单位代码"]
    return [headers] + [
        [body.code, body.name, body.english, body.kind, body.department, body.division, body.superior] for body in county
    ]


def schools(founded: Sequence[School]) -> Rows:
    headers = ["学校代码", "学校名称", "英文名", "办学类型", "区划代码", "寄宿制", "中心校代码", "点名场次"]
    return [headers] + [
        [
            each.code,
            each.name,
            each.english,
            each.kind,
            each.division,
            _yes_no(each.boarding),
            each.central_code,
            "、".join(SESSIONS[session] for session in each.sessions),
        ]
        for each in founded
    ]


def classes(opened: Sequence[SchoolClass], appointed: Sequence[Officer]) -> Rows:
    numbers = {officer.login: officer.number for officer in appointed}
    headers = ["学校代码", "年级", "班号", "入学年份", "班主任工号"]
    return [headers] + [
        [
            each.school_code,
            str(each.grade),
            str(each.number),
            str(each.entered_in),
            numbers[homeroom_login(each.school_code, each.grade, each.number)],
        ]
        for each in opened
    ]


def officers(appointed: Sequence[Officer]) -> Rows:
    headers = ["工号", "姓名", "登录名", "单位代码", "角色", "年级", "班号", "任职开始"]
    return [headers] + [
        [
            officer.number,
            officer.name,
            officer.login,
            officer.body_code,
            officer.role,
            "" if officer.grade is None else str(officer.grade),
            "" if officer.class_number is None else str(officer.class_number),
            officer.since.isoformat(),
        ]
        for officer in appointed
    ]


def government_calendar(days: Sequence[GovernmentDay]) -> Rows:
    rows = [[day.on.isoformat(), "工作日" if day.works else "休息日", day.name] for day in days]
    return [["日期", "类型", "名称"], *rows]


def school_calendar(days: Sequence[SchoolDay]) -> Rows:
    rows = [[day.on.isoformat(), "上课" if day.taught else "放假", day.name] for day in days]
    return [["日期", "类型", "名称"], *rows]


def _yes_no(yes: bool) -> str:  # noqa: FBT001 - a cell of a form
    return "是" if yes else "否"
