"""What each kind of duty asks, which evidence is wanted, and with which findings it may be answered (domain.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.codes import Department, DutyKind
from services.contracts.labels import LABELS, Names, findings, names_of


@dataclass(frozen=True)
class Finding:
    """A coded answer."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class DutyRow:
    """A kind of duty in both languages, and the evidence wanted."""

    zh: str
    en: str
    evidence_zh: str
    evidence_en: str


_EVIDENCE: Mapping[DutyKind, Names] = {
    DutyKind.VERIFY_WHEREABOUTS: ("查询结果回复", "reply with the result of the search"),
    DutyKind.PROTECT_RETURNED: ("情况回复（如有）", "a reply, if there is anything"),
    DutyKind.DECIDE_RELIEF: ("审批意见", "the decision"),
    DutyKind.INSPECT_CHILD_LABOUR: ("检查笔录或处理决定", "inspection record or decision"),
    DutyKind.INSPECT_EMPLOYER: ("检查记录", "inspection record"),
    DutyKind.PERSUADE: ("走访记录", "record of the visit"),
    DutyKind.VERIFY_HOUSEHOLD_STATUS: ("系统查询结果", "result from the system"),
    DutyKind.SUPPORT_FAMILY: ("帮扶记录", "record of the support"),
    DutyKind.SCHOOL_VISIT: ("家访记录", "visit record"),
    DutyKind.SUPERVISE_SCHOOL: ("督导意见与整改情况", "supervision opinion and what was put right"),
    DutyKind.DETERMINE_CONDITION: ("评定结论", "the determination"),
    DutyKind.SUPPORT_GUARDIANSHIP: ("监护安排材料", "papers of the guardianship"),
    DutyKind.VERIFY_DESTINATION: ("就读证明或函复", "certificate of enrolment or reply"),
    DutyKind.FIND_CONTACT: ("登记新号码，或说明走访情况", "the new number on record, or what was found out"),
    DutyKind.INDIVIDUAL_SUPPORT: ("帮教记录", "record of the support"),
}

DUTY_KINDS: Mapping[DutyKind, DutyRow] = {
    kind: DutyRow(*names_of(DutyKind, kind), *evidence) for kind, evidence in _EVIDENCE.items()
}

DEPARTMENTS: Mapping[str, Names] = LABELS[Department]
"""The linked departments 联控联保 as they are called."""


def findings_of(kind: DutyKind) -> tuple[Finding, ...]:
    """All findings with which the duty may be answered."""
    return tuple(Finding(code, *names) for code, names in findings.findings_of(kind).items())


VISITED = next(finding for finding in findings_of(DutyKind.SCHOOL_VISIT) if finding.code == findings.VISITED)
"""The finding with which a recorded visit answers the school's duty."""
