"""What oversight shows to whom, and how much of it."""

from __future__ import annotations

from services.contracts.casework import Line
from services.contracts.codes import Cause

TRACE_EVENTS_AT_MOST = 2_000
"""Events of one trace; a child's whole school life has a few hundred, more than this is shown as cut."""

TOWNSHIP_DIGITS = 9
VILLAGE_DIGITS = 12
"""Digits of a division code (GB/T 2260 and below)."""

RESTRICTED_CAUSES = frozenset({Cause.EARLY_MARRIAGE, Cause.DISABILITY_ILLNESS, Cause.RELIGION, Cause.OFFENCE})
"""Causes that only those named in the case and the bureau may see (PIPL art. 28; domain.md §11)."""

_PLAIN_ENDINGS = ("_id", "_on", "_at")
_PLAIN = frozenset({"day", "nth", "number", "count", "grade", "spell", "term_days", "level", "segments"})


def told_though_restricted(field: str) -> bool:
    """Whether a field of a restricted case is told all the same: ids, days and counts are, codes are not."""
    return field in _PLAIN or field.endswith(_PLAIN_ENDINGS)


DEPARTMENT_FACTS = frozenset(
    {
        "duty_id",
        "number",
        "case_number",
        "department",
        "division",
        "kind",
        "assigned_on",
        "term_days",
        "unit",
        "due_on",
        "finding",
        "returned_on",
        "to_role",
        "level",
        "escalated_on",
    }
)
"""What a department sees of its duty: the number, the pseudonym of the case, what is asked and by when (domain.md §4)."""


def lines_expected(division: str) -> tuple[Line, ...]:
    """The lines on which a case has a named officer 双线包保: township and village where the residence tells them."""
    lines: tuple[Line, ...] = ("bureau", "school", "class", "county")
    if len(division) >= TOWNSHIP_DIGITS:
        lines = (*lines, "township")
    return (*lines, "village") if len(division) == VILLAGE_DIGITS else lines
