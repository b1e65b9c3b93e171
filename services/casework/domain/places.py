"""Where a sealed text belongs: the event, the record and the field are bound into it, so that it opens nowhere else."""

from __future__ import annotations

from datetime import date

from services.casework.domain.case_state import CaseEvent
from services.casework.domain.duty_state import DutyEvent
from services.casework.domain.mandatory_report_state import MandatoryReportEvent
from services.chassis.decider import Event
from services.contracts.casework import (
    CommitmentChecked,
    DeclineAccepted,
    DutyCompleted,
    DutyDeclined,
    DutyReturned,
    FollowUpRecorded,
    Measure,
    MeasureDone,
    PlanMade,
    VisitRecorded,
)
from services.contracts.codes import Cause, Promise
from services.contracts.ids import CaseId


def place(event: type[Event], record_id: str, field: str) -> str:
    """The place of a field of an event about a record (visit, follow-up, duty, report, else the case)."""
    return f"{event.__name__}/{record_id}/{field}"


def measure_place(case_id: CaseId, cause: Cause, kind: str) -> str:
    """The place of a measure's note."""
    return place(PlanMade, f"{case_id}/{cause}/{kind}", "note")


def checked_id(case_id: CaseId, promise: Promise, checked_on: date) -> str:
    """The record of a promise that was checked on a day."""
    return f"{case_id}/{promise}/{checked_on}"


def place_of(event: CaseEvent | DutyEvent | MandatoryReportEvent, field: str) -> str:
    """The place of a field of this event."""
    if isinstance(event, MandatoryReportEvent):
        return place(type(event), event.report_id, field)
    match event:
        case VisitRecorded():
            return place(VisitRecorded, event.visit_id, field)
        case FollowUpRecorded():
            return place(FollowUpRecorded, event.follow_up_id, field)
        case MeasureDone():
            return place(MeasureDone, event.measure_id, field)
        case CommitmentChecked():
            return place(CommitmentChecked, checked_id(event.case_id, event.promise, event.checked_on), field)
        case DutyCompleted() | DutyDeclined() | DeclineAccepted() | DutyReturned():
            return place(type(event), event.duty_id, field)
        case _:
            return place(type(event), event.case_id, field)


def note_place(event: PlanMade, measure: Measure) -> str:
    """The place of the note of a measure of this plan."""
    return measure_place(event.case_id, measure.cause, measure.kind)
