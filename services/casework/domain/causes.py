"""The table of causes (domain.md §3): for each cause the measures of a plan 一生一案 and the duties that it raises.

A duty is raised once for a case, department, kind and spell, however many causes ask.

Restricted causes (marriage, health, religion, offence) are known to the bureau and those named in the case only. To everybody
else such a case looks like one of which no cause is recorded and no words were typed: no plan, lead, duty, measure's term or
alarm, and no word that something is left out; their plans and measures are refused as of such a case, and causes they record
in no case until somebody names them in it. The county leader, who stands on every case by the post, knows of a restricted one
when a person has named them in it, and follows its duties then or when told of the delay. A restricted cause that another has
replaced stays so: the history tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.contracts.codes import Cause, Department, DutyKind


@dataclass(frozen=True)
class Asked:
    """A duty that a cause or a measure raises; `at_school` where the child's school answers it for education."""

    department: Department
    kind: DutyKind
    at_school: bool = False
    only_child_labour: bool = False


@dataclass(frozen=True)
class MeasureKind:
    """A measure that a plan may hold: `asks` is the duty it raises; `to_family` is done with the household and waits while
    persuasion is held; the other flags are what a plan must say of it."""

    code: str
    zh: str
    en: str
    asks: Asked | None = None
    names_officer: bool = False
    names_date: bool = False
    after_refusal: bool = False
    only_child_labour: bool = False
    to_family: bool = False


@dataclass(frozen=True)
class CauseRow:
    """A cause: measures and duties; `county_plan` marks the four of the county plan. Its names are in `contracts.labels`."""

    measures: tuple[MeasureKind, ...]
    duties: tuple[Asked, ...] = ()
    county_plan: bool = False


AID = "aid"
"""The measure that assistance drafts applications for."""

_POLICE = Asked(Department.PUBLIC_SECURITY, DutyKind.VERIFY_WHEREABOUTS)
_PERSUADE = Asked(Department.TOWNSHIP, DutyKind.PERSUADE)
_INDIVIDUAL = MeasureKind("individual", "个别帮教", "individual support")

CAUSES: Mapping[Cause, CauseRow] = {
    Cause.HARDSHIP: CauseRow(
        (
            MeasureKind(AID, "落实资助项目", "aid matched to programmes"),
            MeasureKind("donation_in_kind", "物资捐助", "donation in kind"),
            MeasureKind("livelihood_talk", "生计帮扶谈话", "livelihood talk with the family", asks=_PERSUADE, to_family=True),
        ),
        (
            Asked(Department.CIVIL_AFFAIRS, DutyKind.DECIDE_RELIEF),
            Asked(Department.RURAL_REVITALISATION, DutyKind.VERIFY_HOUSEHOLD_STATUS),
        ),
        county_plan=True,
    ),
    Cause.LEARNING: CauseRow(
        (
            MeasureKind("assessment", "学业测评", "academic assessment"),
            MeasureKind("tutoring", "一对一辅导", "individual tutoring", names_officer=True),
            MeasureKind("interest_group", "兴趣小组", "interest group"),
            MeasureKind("counselling", "心理辅导", "counselling"),
            MeasureKind("vocational_blend", "普职融合", "vocational blend"),
        ),
        (Asked(Department.EDUCATION, DutyKind.SCHOOL_VISIT, at_school=True),),
        county_plan=True,
    ),
    Cause.FAMILY_ATTITUDE: CauseRow(
        (
            MeasureKind("group_visit", "工作组家访", "home visits by the working group", to_family=True),
            MeasureKind("success_stories", "典型引导", "success stories", to_family=True),
            MeasureKind("commitment", "签订承诺书", "signed commitment, its duties checked", to_family=True),
            MeasureKind("regular_talks", "定期谈话", "regular talks", to_family=True),
            MeasureKind("legal_steps", "依法控辍", "legal steps", after_refusal=True, to_family=True),
        ),
        (_PERSUADE, Asked(Department.WOMENS_FEDERATION, DutyKind.SUPPORT_FAMILY)),
        county_plan=True,
    ),
    Cause.SCHOOL_FACTOR: CauseRow(
        (
            MeasureKind("pupil_view", "回访听取学生意见", "return visit asking for the pupil's view", to_family=True),
            MeasureKind("class_change", "调整班级", "change of class"),
            MeasureKind("bullying_check", "欺凌排查", "bullying check"),
            MeasureKind("school_rectification", "学校限期整改", "rectification of the school by a date", names_date=True),
        ),
        (Asked(Department.EDUCATION, DutyKind.SUPERVISE_SCHOOL),),
        county_plan=True,
    ),
    Cause.LABOUR: CauseRow(
        (
            MeasureKind("bring_home", "寻找并接回", "find and bring home"),
            MeasureKind("employer_report", "举报用人单位", "report of the employer", only_child_labour=True),
        ),
        (
            Asked(Department.HUMAN_RESOURCES, DutyKind.INSPECT_CHILD_LABOUR, only_child_labour=True),
            _POLICE,
            Asked(Department.MARKET_REGULATION, DutyKind.INSPECT_EMPLOYER, only_child_labour=True),
        ),
    ),
    Cause.EARLY_MARRIAGE: CauseRow(
        (MeasureKind("care_plan", "关爱方案", "care plan"),),
        (
            Asked(Department.CIVIL_AFFAIRS, DutyKind.SUPPORT_FAMILY),
            Asked(Department.WOMENS_FEDERATION, DutyKind.SUPPORT_FAMILY),
            _POLICE,
        ),
    ),
    Cause.DISABILITY_ILLNESS: CauseRow(
        (
            MeasureKind("medical_determination", "医学鉴定", "medical determination"),
            MeasureKind("mainstream", "随班就读", "mainstream class"),
            MeasureKind("special_school", "特殊教育学校", "special school"),
            MeasureKind("home_teaching", "送教上门", "home teaching"),
            MeasureKind("leave", "休学", "leave"),
        ),
        (
            Asked(Department.DISABLED_FEDERATION, DutyKind.DETERMINE_CONDITION),
            Asked(Department.HEALTH, DutyKind.DETERMINE_CONDITION),
        ),
    ),
    Cause.NO_GUARDIANSHIP: CauseRow(
        (MeasureKind("guardianship_support", "监护支持", "guardianship support"),),
        (
            Asked(Department.CIVIL_AFFAIRS, DutyKind.SUPPORT_GUARDIANSHIP),
            Asked(Department.JUSTICE, DutyKind.SUPPORT_GUARDIANSHIP),
        ),
    ),
    Cause.RELIGION: CauseRow(
        (MeasureKind("joint_persuasion", "联合劝返", "joint persuasion", to_family=True),),
        (_PERSUADE,),
    ),
    Cause.MIGRATION: CauseRow(
        (
            MeasureKind("verify_destination", "核实就读学校", "verification of the destination school"),
            MeasureKind("roll_transfer", "转接学籍", "transfer of roll"),
        ),
        (_POLICE, Asked(Department.EDUCATION, DutyKind.VERIFY_DESTINATION)),
    ),
    Cause.LOST_CONTACT: CauseRow(
        (MeasureKind("tracing", "查找下落", "tracing"),),
        (_POLICE,),
    ),
    Cause.OFFENCE: CauseRow(
        (_INDIVIDUAL,),
        (Asked(Department.JUSTICE, DutyKind.INDIVIDUAL_SUPPORT),),
    ),
    Cause.OTHER: CauseRow((_INDIVIDUAL,)),
}


def measure_kind(cause: Cause, code: str) -> MeasureKind | None:
    """The measure of the cause with a code."""
    return next((measure for measure in CAUSES[cause].measures if measure.code == code), None)


def duties_raised(causes: Iterable[Cause], *, child_labour: bool) -> list[tuple[Cause, Asked]]:
    """What the causes ask of the departments, each duty once, under the first cause that asks it."""
    raised: dict[tuple[Department, DutyKind], tuple[Cause, Asked]] = {}
    for cause in causes:
        for asked in CAUSES[cause].duties:
            if child_labour or not asked.only_child_labour:
                raised.setdefault((asked.department, asked.kind), (cause, asked))
    return list(raised.values())
