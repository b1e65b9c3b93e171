"""The words that rosters use, and the codes that they mean (domain.md §2, §3; the forms of the national pupil register).

Groups of a child stand in its events, but for the restricted one (涉案未成年人, involved in a case): that is a field of the
vault, as are kind and grade of a disability. What a later roster does not name is `none` from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from services.contracts.codes import DisabilityGrade, DisabilityKind, Group, SchoolKind, Session

Sex = Literal["male", "female"]


class Paper(StrEnum):
    """What proves who a child is."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT_RESIDENCE = "foreign_permanent_residence"
    PASSPORT = "passport"
    NONE = "none"


SEXES: Mapping[str, Sex] = MappingProxyType({"男": "male", "女": "female"})

YES_NO: Mapping[str, bool] = MappingProxyType({"是": True, "否": False})

PAPERS: Mapping[str, Paper] = MappingProxyType(
    {
        "居民身份证": Paper.RESIDENT_ID,
        "港澳台居民居住证": Paper.RESIDENCE_PERMIT,
        "外国人永久居留身份证": Paper.FOREIGN_PERMANENT_RESIDENCE,
        "护照": Paper.PASSPORT,
        "无": Paper.NONE,
        "": Paper.NONE,
    }
)

GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        "脱贫户": Group.RELIEF_HOUSEHOLD,
        "监测户": Group.MONITORED,
        "低保": Group.MINIMUM_LIVING,
        "特困": Group.DESTITUTE,
        "孤儿": Group.ORPHAN,
        "事实无人抚养": Group.UNSUPPORTED,
        "残疾": Group.DISABLED,
        "留守": Group.LEFT_BEHIND,
        "随迁": Group.MIGRANT,
        "困境儿童": Group.IN_DIFFICULTY,
        "涉案未成年人": Group.INVOLVED_IN_CASE,
        "低保边缘": Group.MINIMUM_LIVING_MARGIN,
        "支出型困难": Group.EXPENSE_DRIVEN,
    }
)

DISABILITY_KINDS: Mapping[str, DisabilityKind] = MappingProxyType(
    {
        "视力": DisabilityKind.VISUAL,
        "听力": DisabilityKind.HEARING,
        "言语": DisabilityKind.SPEECH,
        "肢体": DisabilityKind.PHYSICAL,
        "智力": DisabilityKind.INTELLECTUAL,
        "精神": DisabilityKind.MENTAL,
        "多重": DisabilityKind.MULTIPLE,
    }
)

DISABILITY_GRADES: Mapping[str, DisabilityGrade] = MappingProxyType(
    {
        "一级": DisabilityGrade.ONE,
        "二级": DisabilityGrade.TWO,
        "三级": DisabilityGrade.THREE,
        "四级": DisabilityGrade.FOUR,
    }
)

RELATIONS: Mapping[str, str] = MappingProxyType(
    {
        "父亲": "father",
        "母亲": "mother",
        "祖父": "grandfather",
        "祖母": "grandmother",
        "外祖父": "maternal_grandfather",
        "外祖母": "maternal_grandmother",
        "继父": "stepfather",
        "继母": "stepmother",
        "养父": "adoptive_father",
        "养母": "adoptive_mother",
        "兄": "brother",
        "姐": "sister",
        "伯父": "uncle",
        "叔父": "uncle",
        "舅父": "uncle",
        "姑母": "aunt",
        "姨母": "aunt",
        "其他亲属": "relative",
        "其他": "other",
    }
)

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "彝语": "ii",
        "苗语": "hmn",
        "藏语": "bo",
        "维吾尔语": "ug",
        "壮语": "za",
        "蒙古语": "mn",
        "哈萨克语": "kk",
        "朝鲜语": "ko",
        "侗语": "kmc",
        "布依语": "pcc",
        "傣语": "tdd",
        "哈尼语": "hni",
        "英语": "en",
    }
)
"""Second languages of households, as BCP 47 codes."""

PEOPLES = (
    "汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族",
    "布依族", "朝鲜族", "满族", "侗族", "瑶族", "白族", "土家族", "哈尼族",
    "哈萨克族", "傣族", "黎族", "傈僳族", "佤族", "畲族", "高山族", "拉祜族",
    "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族", "达斡尔族", "仫佬族",
    "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "阿昌族", "普米族",
    "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族", "裕固族",
    "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族", "基诺族",
    "穿青人", "未识别", "外国血统",
)  # fmt: skip
"""GB/T 3304, and what the register has beside it."""

SCHOOL_KINDS: Mapping[str, SchoolKind] = MappingProxyType(
    {
        "小学": SchoolKind.PRIMARY,
        "初中": SchoolKind.JUNIOR,
        "九年一贯": SchoolKind.NINE_YEAR,
        "教学点": SchoolKind.TEACHING_POINT,
    }
)

SESSIONS: Mapping[str, Session] = MappingProxyType(
    {"上午": Session.MORNING, "下午": Session.AFTERNOON, "宿舍": Session.DORMITORY, "返校": Session.RETURN_DAY}
)
