"""What oversight shows to whom, and how much of it."""

from __future__ import annotations

from services.chassis.decider import Policy

SMALLEST_CELL = Policy(
    "oversight.distribution.smallest_cell",
    default=3,
    unit="children",
    source="domain.md §11: least data; local: the threshold of three that official statistics use",
)
"""Fewer children than this are no cell of their own for whoever may not read the cases behind it."""

TRACE_EVENTS_AT_MOST = 2_000
"""Events of one trace; a child's whole school life has a few hundred, more than this is shown as cut."""

DEPARTMENT_FACTS = frozenset(
    {
        "duty_id",
        "report_id",
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
"""What a department sees of its duty or report: the number, the pseudonym of the case, what is asked and by when (domain.md §4)."""
