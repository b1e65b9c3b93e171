"""One school's list of pupils as rows, in the column order that the registry reads."""

from collections.abc import Sequence

from services.demo.county.households import Guardian, Household
from services.demo.county.pupils import Pupil

GUARDIAN_COLUMNS = ("姓名", "关系", "电话", "证件号")
HEADERS = (
    "学籍号",
    "姓名",
    "性别",
    "证件类型",
    "证件号码",
    "出生日期",
    "民族",
    "年级",
    "班号",
    "寄宿",
    "户籍区划",
    "户籍地址",
    "现住区划",
    "现住地址",
    "困难类别",
    "第二语言",
    *(f"监护人{place}{column}" for place in (1, 2) for column in GUARDIAN_COLUMNS),
    "实际照料人",
)
_NOBODY = Guardian("", "", "", "")


def row(pupil: Pupil, household: Household) -> list[str]:
    first, second = (*household.guardians, _NOBODY)[:2]
    return [
        pupil.roll_number,
        pupil.name,
        "男" if pupil.sex == "male" else "女",
        pupil.paper,
        pupil.paper_number,
        pupil.born_on.isoformat(),
        household.ethnicity,
        str(pupil.grade),
        str(pupil.class_number),
        "是" if pupil.boards else "否",
        household.registered_division,
        household.registered_address,
        household.village.code,
        household.address,
        "、".join(pupil.groups),
        household.second_language,
        *_guardian_cells(first),
        *_guardian_cells(second),
        household.carer,
    ]


def _guardian_cells(guardian: Guardian) -> Sequence[str]:
    return guardian.name, guardian.relation, guardian.phone, guardian.id_number
