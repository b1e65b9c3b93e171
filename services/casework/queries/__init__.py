"""Questions that casework answers from its read models, each within what the caller may see."""

from __future__ import annotations

from services.casework.queries.access import reveal_log
from services.casework.queries.alarms import ALARM_KINDS, alarms
from services.casework.queries.cases import (
    CASE_FILTERS,
    LONGEST_TERM_DAYS,
    case,
    case_of,
    cases,
    central_school,
    falling_due,
    other_cases,
    restricted_naming,
    term_end,
)
from services.casework.queries.duties import CASE_NUMBER, DUE_AT, answered_late, due_on, duties, duties_of, duty, duty_of, duty_row
from services.casework.queries.mandatory_reports import (
    mandatory_report,
    mandatory_report_of,
    mandatory_report_row,
    mandatory_reports,
)
from services.casework.queries.scope import DutyScope, ReportScope, Scope

__all__ = [
    "ALARM_KINDS",
    "CASE_FILTERS",
    "CASE_NUMBER",
    "DUE_AT",
    "LONGEST_TERM_DAYS",
    "DutyScope",
    "ReportScope",
    "Scope",
    "alarms",
    "answered_late",
    "case",
    "case_of",
    "cases",
    "central_school",
    "due_on",
    "duties",
    "duties_of",
    "duty",
    "duty_of",
    "duty_row",
    "falling_due",
    "mandatory_report",
    "mandatory_report_of",
    "mandatory_report_row",
    "mandatory_reports",
    "other_cases",
    "restricted_naming",
    "reveal_log",
    "term_end",
]
