"""Which facts of an event are words of the house, and what they are called: codes of a list by their type, all others by name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, get_args

import msgspec

from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import DutyKind
from services.contracts.ids import year_of_term
from services.contracts.labels import LABELS, Names, named, reasons
from services.contracts.labels.findings import findings_of
from services.contracts.labels.policies import POLICY_NAMES
from services.oversight.domain.subjects import Scalar

Field = tuple[str, str]
"""An event type and one of its fields."""

WORDS: Mapping[Field, Mapping[str, Names]] = {
    ("registry.AbsenceEnded", "reason"): reasons.ABSENCE_ENDS,
    ("registry.AbsenceReportSettled", "reason"): reasons.SETTLINGS,
    ("registry.ContactRecorded", "reached"): reasons.REACHED,
    ("registry.DropoutConfirmed", "by"): reasons.CONFIRMATIONS,
    ("registry.ImportRehearsed", "kind"): reasons.IMPORT_KINDS,
    ("registry.ImportStaged", "kind"): reasons.IMPORT_KINDS,
    ("registry.PupilSuspected", "reason"): reasons.SUSPICIONS,
    ("registry.SchoolVisitSettled", "reason"): reasons.SETTLINGS,
    ("registry.SuspicionLifted", "reason"): reasons.LIFTINGS,
    ("casework.CaseGrewHard", "reason"): reasons.HARDSHIPS,
    ("casework.CaseWithdrawn", "reason"): reasons.LIFTINGS,
    ("casework.CommitmentChecked", "kept"): reasons.KEPT,
    ("casework.CommitmentSigned", "signed_by"): reasons.SIGNERS,
    ("casework.MandatoryReportAnswered", "hold"): reasons.HELD,
    ("casework.MandatoryReportEscalated", "reason"): reasons.PRESSING,
    ("casework.MandatoryReportOfficerReleased", "reason"): reasons.REPORT_RELEASES,
    ("casework.OfficerNamed", "line"): reasons.LINES,
    ("casework.OfficerReleased", "line"): reasons.LINES,
    ("casework.RecheckFellDue", "reason"): reasons.RECHECKS,
    ("casework.RecheckRecorded", "changed"): reasons.CHANGED,
    ("assistance.AidPaused", "reason"): reasons.PAUSES,
    ("assistance.AidRefused", "reason"): reasons.REFUSALS,
    ("assistance.ApplicationWithdrawn", "reason"): reasons.WITHDRAWALS,
    ("assistance.ObjectionAnswered", "upheld"): reasons.OBJECTIONS,
    ("assistance.PanelDecided", "recommended"): reasons.RECOMMENDATIONS,
    ("notifications.CallTaskDone", "result"): reasons.CALL_RESULTS,
    ("notifications.CallTaskRaised", "reason"): reasons.TROUBLES,
    ("notifications.ContactUnreachable", "reason"): reasons.TROUBLES,
    ("notifications.NotificationCancelled", "reason"): reasons.CANCELLATIONS,
    ("notifications.NotificationFailed", "reason"): reasons.TROUBLES,
    ("notifications.NotificationScheduled", "template"): reasons.TEMPLATES,
    ("notifications.TemplateApproved", "template"): reasons.TEMPLATES,
    ("notifications.TemplateFilingRecorded", "status"): reasons.FILINGS,
    ("notifications.TemplateFilingRecorded", "template"): reasons.TEMPLATES,
    ("notifications.UncertaintyResolved", "decision"): reasons.DECISIONS,
    ("identity.PolicySet", "code"): POLICY_NAMES,
}
"""Fields whose words are named by a table of their own."""

FINDING: Field = ("casework.DutyCompleted", "finding")
CALENDAR: Field = ("identity.CalendarPublished", "calendar_id")
PROGRAMME = "programme_code"
TERM = "term"

NOTHING: Names = ("—", "—")


def told(event_type: str, field: str, facts: Mapping[str, Scalar], programmes: Mapping[str, Names]) -> Names:
    """A fact as a sentence tells it; `programmes` names the county's aid programmes by their codes."""
    value = facts.get(field)
    if value is None:
        return NOTHING
    word = str(value)
    if field == PROGRAMME:
        return named(programmes, word)
    if field == TERM:
        return term_names(word)
    if (event_type, field) == FINDING:
        kind = facts.get("kind")
        return (word, word) if kind is None else named(findings_of(DutyKind(str(kind))), word)
    if (event_type, field) == CALENDAR:
        return reasons.CALENDARS.get(word, reasons.ONE_SCHOOLS_CALENDAR)
    words = WORDS.get((event_type, field)) or _lists(event_type).get(field)
    return (word, word) if words is None else named(words, word)


def term_names(term: str) -> Names:
    """A term such as `2026-1` in words."""
    year = year_of_term(term)
    autumn = term.endswith("-1")
    return (
        f"{year}—{year + 1} 学年{'第一' if autumn else '第二'}学期",
        f"{'autumn' if autumn else 'spring'} term of {year}–{year + 1}",
    )


@cache
def _lists(event_type: str) -> Mapping[str, Mapping[str, Names]]:
    """The fields of an event that hold a code of a code list, and the list's names."""
    found: dict[str, Mapping[str, Names]] = {}
    for field in msgspec.structs.fields(CATALOGUE.types()[event_type]):
        for part in (field.type, *get_args(field.type)):
            if _is_codes(part):
                found[field.name] = LABELS[part]
    return found


def _is_codes(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)
