"""What each kind of duty asks, which evidence is wanted, and with which findings it may be answered (domain.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.codes import Department, DutyKind


@dataclass(frozen=True)
class Finding:
    """A coded answer."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class DutyRow:
    """A kind of duty in both languages, the evidence wanted, and its findings beside `done`."""

    zh: str
    en: str
    evidence_zh: str
    evidence_en: str
    findings: tuple[Finding, ...] = ()


DONE = Finding("done", "已办理", "done")
VISITED = Finding("visited", "已家访", "visited")
"""The finding with which a recorded visit answers the school's duty."""

_WHERE = (
    Finding("found", "已查明下落", "whereabouts found"),
    Finding("not_found", "暂未查明", "not found yet"),
    Finding("identity_wrong", "身份信息有误", "identity data wrong"),
)
_RELIEF = (
    Finding("granted", "予以救助", "relief granted"),
    Finding("refused", "不符合条件", "conditions not met"),
    Finding("receiving", "已在享受", "already receiving"),
)
_PERSUADED = (
    Finding("will_return", "同意返校", "will return"),
    Finding("undecided", "尚在犹豫", "undecided"),
    Finding("refused", "拒绝返校", "refused"),
    Finding("not_found", "未见到人", "nobody met"),
)
_STATUS = (
    Finding("relief_household", "脱贫户", "relief household"),
    Finding("monitored", "监测户", "monitored household"),
    Finding("neither", "均不是", "neither"),
)
_LABOUR = (
    Finding("child_labour", "查实使用童工", "child labour found"),
    Finding("none", "未发现", "none found"),
)
_CONDITION = (
    Finding("fit", "适合入学", "fit for school"),
    Finding("special_needs", "需特殊教育", "needs special education"),
    Finding("leave_needed", "需休学治疗", "needs leave for treatment"),
)
_DESTINATION = (
    Finding("enrolled", "已在当地就读", "enrolled there"),
    Finding("not_enrolled", "未在当地就读", "not enrolled there"),
)
_NEW_CONTACT = (
    Finding("found", "已取得联系", "contact found"),
    Finding("none", "家长没有电话，上门联系", "no phone: reached at home"),
)

DUTY_KINDS: Mapping[DutyKind, DutyRow] = {
    DutyKind.VERIFY_WHEREABOUTS: DutyRow(
        "核实身份与去向", "verify identity and whereabouts", "查询结果回复", "reply with the result of the search", _WHERE
    ),
    DutyKind.PROTECT_RETURNED: DutyRow(
        "保护返校学生安全", "protect the safety of the returned pupil", "情况回复（如有）", "a reply, if there is anything"
    ),
    DutyKind.DECIDE_RELIEF: DutyRow("研究救助", "decide on relief", "审批意见", "the decision", _RELIEF),
    DutyKind.INSPECT_CHILD_LABOUR: DutyRow(
        "查处疑似使用童工", "inspect suspected child labour", "检查笔录或处理决定", "inspection record or decision", _LABOUR
    ),
    DutyKind.INSPECT_EMPLOYER: DutyRow("检查用人单位", "inspect the employer", "检查记录", "inspection record", _LABOUR),
    DutyKind.PERSUADE: DutyRow("上门劝返", "persuade the household", "走访记录", "record of the visit", _PERSUADED),
    DutyKind.VERIFY_HOUSEHOLD_STATUS: DutyRow(
        "核实家庭帮扶身份", "verify the household's status", "系统查询结果", "result from the system", _STATUS
    ),
    DutyKind.SUPPORT_FAMILY: DutyRow("关爱帮扶家庭", "support the family", "帮扶记录", "record of the support"),
    DutyKind.SCHOOL_VISIT: DutyRow("学校家访", "visit by the school", "家访记录", "visit record", (VISITED,)),
    DutyKind.SUPERVISE_SCHOOL: DutyRow(
        "督导学校整改", "supervise the school", "督导意见与整改情况", "supervision opinion and what was put right"
    ),
    DutyKind.DETERMINE_CONDITION: DutyRow(
        "医学或残疾评定", "medical or disability determination", "评定结论", "the determination", _CONDITION
    ),
    DutyKind.SUPPORT_GUARDIANSHIP: DutyRow(
        "落实监护", "see that there is guardianship", "监护安排材料", "papers of the guardianship"
    ),
    DutyKind.VERIFY_DESTINATION: DutyRow(
        "核实流入地就读情况",
        "verify enrolment at the destination",
        "就读证明或函复",
        "certificate of enrolment or reply",
        _DESTINATION,
    ),
    DutyKind.FIND_CONTACT: DutyRow(
        "查找家长新联系方式",
        "find the guardian's new contact",
        "登记新号码，或说明走访情况",
        "the new number on record, or what was found out",
        _NEW_CONTACT,
    ),
    DutyKind.INDIVIDUAL_SUPPORT: DutyRow("个别帮教", "individual support", "帮教记录", "record of the support"),
}

DEPARTMENTS: Mapping[Department, tuple[str, str]] = {
    Department.PUBLIC_SECURITY: ("公安", "public security"),
    Department.CIVIL_AFFAIRS: ("民政", "civil affairs"),
    Department.HUMAN_RESOURCES: ("人社", "human resources and social security"),
    Department.TOWNSHIP: ("乡镇政府", "township government"),
    Department.RURAL_REVITALISATION: ("农业农村局（乡村振兴）", "agriculture and rural affairs (rural revitalisation)"),
    Department.DISABLED_FEDERATION: ("残联", "disabled persons' federation"),
    Department.HEALTH: ("卫健", "health"),
    Department.MARKET_REGULATION: ("市场监管", "market regulation"),
    Department.JUSTICE: ("司法/法院/检察", "justice"),
    Department.YOUTH_LEAGUE: ("团委", "youth league"),
    Department.WOMENS_FEDERATION: ("妇联", "women's federation"),
    Department.FINANCE: ("财政", "finance"),
    Department.EDUCATION: ("教育", "education"),
}
"""The linked departments 联控联保 as they are called."""


def findings_of(kind: DutyKind) -> tuple[Finding, ...]:
    """All findings with which the duty may be answered."""
    return (*DUTY_KINDS[kind].findings, DONE)
