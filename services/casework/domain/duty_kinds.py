"""What each kind of duty asks, which evidence is wanted, and with which findings it may be answered (domain.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.codes import Department, DutyKind, Evidence
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

    evidence: Evidence
    zh: str
    en: str
    evidence_zh: str
    evidence_en: str


_EVIDENCE: Mapping[DutyKind, Evidence] = {
    DutyKind.VERIFY_WHEREABOUTS: Evidence.SEARCH_REPLY,
    DutyKind.PROTECT_RETURNED: Evidence.SITUATION_REPLY,
    DutyKind.DECIDE_RELIEF: Evidence.RELIEF_DECISION,
    DutyKind.INSPECT_CHILD_LABOUR: Evidence.LABOUR_INSPECTION,
    DutyKind.INSPECT_EMPLOYER: Evidence.EMPLOYER_INSPECTION,
    DutyKind.PERSUADE: Evidence.PERSUASION_RECORD,
    DutyKind.VERIFY_HOUSEHOLD_STATUS: Evidence.SYSTEM_RESULT,
    DutyKind.SUPPORT_FAMILY: Evidence.SUPPORT_RECORD,
    DutyKind.SCHOOL_VISIT: Evidence.HOME_VISIT_RECORD,
    DutyKind.SUPERVISE_SCHOOL: Evidence.SUPERVISION_OPINION,
    DutyKind.DETERMINE_CONDITION: Evidence.DETERMINATION,
    DutyKind.SUPPORT_GUARDIANSHIP: Evidence.GUARDIANSHIP_PAPERS,
    DutyKind.VERIFY_DESTINATION: Evidence.ENROLMENT_REPLY,
    DutyKind.FIND_CONTACT: Evidence.NEW_CONTACT,
    DutyKind.INDIVIDUAL_SUPPORT: Evidence.TUTORING_RECORD,
}

DUTY_KINDS: Mapping[DutyKind, DutyRow] = {
    kind: DutyRow(evidence, *names_of(DutyKind, kind), *names_of(Evidence, evidence)) for kind, evidence in _EVIDENCE.items()
}

DEPARTMENTS: Mapping[str, Names] = LABELS[Department]
"""The linked departments 联控联保 as they are called."""


def findings_of(kind: DutyKind) -> tuple[Finding, ...]:
    """All findings with which the duty may be answered."""
    return tuple(Finding(code, *names) for code, names in findings.findings_of(kind).items())


VISITED = next(finding for finding in findings_of(DutyKind.SCHOOL_VISIT) if finding.code == findings.VISITED)
"""The finding with which a recorded visit answers the school's duty."""
