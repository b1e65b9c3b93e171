"""Questions that the registry answers from its read models, each within what the caller may see."""

from __future__ import annotations

from services.registry.queries.alarms import ALARM_KINDS, alarms
from services.registry.queries.circles import case_circles
from services.registry.queries.imports import import_findings, import_of, imports, reveal_log
from services.registry.queries.ledgers import LEDGER_KEYS, contacts, ledger, pupil, school_visits, sessions_away
from services.registry.queries.reports import REPORT_KEYS, report, reports
from services.registry.queries.roll_calls import (
    CLASS_KEYS,
    RETURN_KEYS,
    RETURN_STANDINGS,
    class_called,
    class_of,
    classes,
    grade_on,
    members,
    returns,
    roll_call,
    roll_calls,
    schools_with_return_days,
)
from services.registry.queries.scope import COUNTY_ROLES, LEDGER_ROLES, SCHOOL_HEADS

__all__ = [
    "ALARM_KINDS",
    "CLASS_KEYS",
    "COUNTY_ROLES",
    "LEDGER_KEYS",
    "LEDGER_ROLES",
    "REPORT_KEYS",
    "RETURN_KEYS",
    "RETURN_STANDINGS",
    "SCHOOL_HEADS",
    "alarms",
    "case_circles",
    "class_called",
    "class_of",
    "classes",
    "contacts",
    "grade_on",
    "import_findings",
    "import_of",
    "imports",
    "ledger",
    "members",
    "pupil",
    "report",
    "reports",
    "returns",
    "reveal_log",
    "roll_call",
    "roll_calls",
    "school_visits",
    "schools_with_return_days",
    "sessions_away",
]
