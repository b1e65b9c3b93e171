"""The codes of the published language in Chinese and English, for sentences and for the keys of a distribution."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.chassis.decider import Unit
from services.contracts.codes import (
    Cause,
    ContactMeans,
    Department,
    DutyKind,
    ExcuseKind,
    Group,
    Ledger,
    Outcome,
    Placement,
    Promise,
    Role,
    Session,
    VisitResult,
)

Names = tuple[str, str]
"""Chinese and English."""

LABELS: Mapping[type[StrEnum], Mapping[str, Names]] = {
    Role: {
        Role.BUREAU_LEAD: ("教育局负责人", "head of the education bureau"),
        Role.BUREAU_CLERK: ("教育局控辍专干", "bureau clerk"),
        Role.PRINCIPAL: ("校长", "principal"),
        Role.VICE_PRINCIPAL: ("副校长", "vice-principal"),
        Role.HOMEROOM_TEACHER: ("班主任", "homeroom teacher"),
        Role.TEACHER: ("教师", "teacher"),
        Role.DORM_SUPERVISOR: ("宿管", "dormitory supervisor"),
        Role.PARENT_REPRESENTATIVE: ("家长代表", "parent representative"),
        Role.TOWNSHIP_OFFICER: ("乡镇干部", "township officer"),
        Role.VILLAGE_CADRE: ("村干部", "village cadre"),
        Role.DEPARTMENT_OFFICER: ("部门联络员", "department officer"),
        Role.ROLL_ADMINISTRATOR: ("学籍管理员", "roll administrator"),
        Role.AID_OFFICER: ("资助专干", "aid officer"),
        Role.CENTRAL_SCHOOL: ("中心校", "central school"),
        Role.COUNTY_LEADER: ("县领导小组", "county leader"),
        Role.ACCOUNT_ADMIN: ("账号管理员", "account administrator"),
        Role.OPERATOR: ("运维人员", "operator"),
    },
    Department: {
        Department.PUBLIC_SECURITY: ("公安", "public security"),
        Department.CIVIL_AFFAIRS: ("民政", "civil affairs"),
        Department.HUMAN_RESOURCES: ("人社", "human resources"),
        Department.TOWNSHIP: ("乡镇政府", "township government"),
        Department.RURAL_REVITALISATION: ("农业农村局（乡村振兴）", "rural revitalisation"),
        Department.DISABLED_FEDERATION: ("残联", "disabled persons' federation"),
        Department.HEALTH: ("卫健", "health"),
        Department.MARKET_REGULATION: ("市场监管", "market regulation"),
        Department.JUSTICE: ("司法", "justice"),
        Department.YOUTH_LEAGUE: ("团委", "youth league"),
        Department.WOMENS_FEDERATION: ("妇联", "women's federation"),
        Department.FINANCE: ("财政", "finance"),
        Department.EDUCATION: ("教育", "education"),
    },
    DutyKind: {
        DutyKind.VERIFY_WHEREABOUTS: ("核实身份与下落", "verify identity and whereabouts"),
        DutyKind.PROTECT_RETURNED: ("保护返校学生安全", "protect the returned pupil"),
        DutyKind.DECIDE_RELIEF: ("审定救助", "decide on relief"),
        DutyKind.INSPECT_CHILD_LABOUR: ("查处疑似童工", "inspect suspected child labour"),
        DutyKind.INSPECT_EMPLOYER: ("检查用人单位", "inspect the employer"),
        DutyKind.PERSUADE: ("劝返", "persuade"),
        DutyKind.VERIFY_HOUSEHOLD_STATUS: ("核实家庭帮扶身份", "verify the household's status"),
        DutyKind.SUPPORT_FAMILY: ("家庭帮扶", "support the family"),
        DutyKind.SCHOOL_VISIT: ("学校家访", "visit by the school"),
        DutyKind.SUPERVISE_SCHOOL: ("督导学校整改", "supervise the school"),
        DutyKind.DETERMINE_CONDITION: ("医学或残疾鉴定", "determine the condition"),
        DutyKind.SUPPORT_GUARDIANSHIP: ("落实监护", "support guardianship"),
        DutyKind.VERIFY_DESTINATION: ("核实流入地就读", "verify the destination school"),
        DutyKind.FIND_CONTACT: ("查找家长新联系方式", "find the guardian's new contact"),
        DutyKind.INDIVIDUAL_SUPPORT: ("个别帮教", "individual support"),
    },
    Cause: {
        Cause.HARDSHIP: ("家庭经济困难", "family hardship"),
        Cause.LEARNING: ("学习困难/厌学", "learning difficulty or aversion to school"),
        Cause.FAMILY_ATTITUDE: ("家庭观念", "attitude of the family"),
        Cause.SCHOOL_FACTOR: ("学校教育", "the school"),
        Cause.LABOUR: ("外出务工/童工", "work or child labour"),
        Cause.EARLY_MARRIAGE: ("早婚早育", "early marriage or childbirth"),
        Cause.DISABILITY_ILLNESS: ("残疾/疾病", "disability or illness"),
        Cause.NO_GUARDIANSHIP: ("监护缺失", "no guardianship"),
        Cause.RELIGION: ("信教", "religion"),
        Cause.MIGRATION: ("随父母外出", "moved away with the parents"),
        Cause.LOST_CONTACT: ("失联/失踪", "lost contact"),
        Cause.OFFENCE: ("涉案", "involved in an offence"),
        Cause.OTHER: ("其他", "other"),
    },
    Group: {
        Group.RELIEF_HOUSEHOLD: ("脱贫户", "relief household"),
        Group.MONITORED: ("监测户", "monitored household"),
        Group.MINIMUM_LIVING: ("低保", "minimum living guarantee"),
        Group.DESTITUTE: ("特困", "destitute"),
        Group.ORPHAN: ("孤儿", "orphan"),
        Group.UNSUPPORTED: ("事实无人抚养", "de facto unsupported"),
        Group.DISABLED: ("残疾", "disabled"),
        Group.LEFT_BEHIND: ("留守", "left behind"),
        Group.MIGRANT: ("随迁", "migrant"),
    },
    Ledger: {
        Ledger.SCHOOL_AGE: ("适龄儿童台账", "school age"),
        Ledger.SUSPECTED: ("疑似辍学台账", "suspected dropout"),
        Ledger.DROPOUT: ("辍学台账", "dropout"),
        Ledger.STRUCK_OFF: ("已销号", "struck off"),
    },
    Session: {
        Session.MORNING: ("上午", "morning"),
        Session.AFTERNOON: ("下午", "afternoon"),
        Session.DORMITORY: ("晚寝", "dormitory"),
        Session.RETURN_DAY: ("返校日", "return day"),
    },
    ExcuseKind: {
        ExcuseKind.LEAVE: ("请假", "leave"),
        ExcuseKind.ILLNESS_WITH_PROOF: ("病假（有证明）", "illness with proof"),
    },
    ContactMeans: {
        ContactMeans.CALL: ("电话", "call"),
        ContactMeans.HOME_VISIT: ("家访", "home visit"),
        ContactMeans.MESSAGE: ("消息", "message"),
        ContactMeans.IN_PERSON: ("当面", "in person"),
    },
    Promise: {
        Promise.SENDS_TO_SCHOOL: ("按时送子女上学", "sends the child to school"),
        Promise.FINISHES_NINE_YEARS: ("保证完成九年义务教育", "lets the child finish nine years"),
        Promise.NO_WORK: ("不让子女务工", "no work for the child"),
        Promise.KEEPS_CONTACT: ("与学校保持联系", "keeps in contact with the school"),
    },
    VisitResult: {
        VisitResult.WILL_RETURN: ("同意返校", "will return"),
        VisitResult.UNDECIDED: ("未决定", "undecided"),
        VisitResult.REFUSED: ("拒绝", "refused"),
        VisitResult.NOT_FOUND: ("未找到", "not found"),
    },
    Placement: {
        Placement.ORIGINAL_CLASS: ("原班", "original class"),
        Placement.OTHER_CLASS: ("其他班级", "other class"),
        Placement.SEPARATE_CLASS: ("单独编班", "separate class"),
        Placement.VOCATIONAL_BLEND: ("普职融合", "vocational blend"),
        Placement.MAINSTREAM_WITH_DISABILITY: ("随班就读", "mainstream with disability"),
        Placement.SPECIAL_SCHOOL: ("特殊教育学校", "special school"),
        Placement.HOME_TEACHING: ("送教上门", "home teaching"),
        Placement.SPECIALISED_SCHOOL: ("专门学校", "specialised school"),
    },
    Outcome: {
        Outcome.RETURNED: ("已返校", "returned"),
        Outcome.ENROLLED_ELSEWHERE: ("异地就读", "enrolled elsewhere"),
        Outcome.VOCATIONAL: ("职业学校", "vocational"),
        Outcome.HOME_TEACHING: ("送教上门", "home teaching"),
        Outcome.DEFERRED: ("缓学/休学", "deferred or on leave"),
        Outcome.MOVED_ABROAD: ("出国（境）", "moved abroad"),
        Outcome.DECEASED: ("死亡", "deceased"),
        Outcome.INFORMATION_ERROR: ("信息有误", "information error"),
        Outcome.GRADUATED: ("已毕业", "graduated"),
        Outcome.OVER_AGE: ("超龄", "over age"),
    },
    Unit: {
        Unit.MINUTES: ("分钟", "minutes"),
        Unit.DAYS: ("天", "days"),
        Unit.TERM_DAYS: ("天（不含假期）", "days outside vacation"),
        Unit.WORKING_DAYS: ("个工作日", "working days"),
        Unit.SCHOOL_DAYS: ("个教学日", "school days"),
        Unit.TIME_OF_DAY: ("分", "minutes of the day"),
    },
}

SEX: Mapping[str, Names] = {"male": ("男", "male"), "female": ("女", "female")}

UNKNOWN: Names = ("未记录", "not recorded")


def names_of(codes: type[StrEnum], code: str) -> Names:
    """Both names of a code; a code that has none is its own name."""
    return LABELS.get(codes, {}).get(code, (code, code))
