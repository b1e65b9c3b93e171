"""Where a sealed text belongs: the record and the field are bound into it, so that it opens nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.chassis.decider import Event
from services.contracts.ids import ContactId, ReportId, VisitId
from services.contracts.registry import DropoutConfirmed, TransferCompleted

DROPOUT_EVIDENCE = "dropout/evidence"
"""With what the principal confirms a dropout."""

TRANSFER_EVIDENCE = "transfer/evidence"
"""The other school's proof."""


EVIDENCE_PLACES: Mapping[type[Event], str] = {DropoutConfirmed: DROPOUT_EVIDENCE, TransferCompleted: TRANSFER_EVIDENCE}
"""The acts on a child that rest on evidence, and where theirs belongs."""


def absence_note(day: date) -> str:
    """What was written about an absence of that day."""
    return f"absence/{day}/note"


def contact_note(contact_id: ContactId) -> str:
    """What was written about a contact."""
    return f"contact/{contact_id}/note"


def visit_words(visit_id: VisitId) -> str:
    """What was said and seen at a visit of the school."""
    return f"school_visit/{visit_id}/words"


def report_text(report_id: ReportId) -> str:
    """What the school reports of an absence."""
    return f"absence_report/{report_id}/report"
