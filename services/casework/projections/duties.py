"""What each event of a duty makes of its row."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from services.casework.domain.duty_state import DutyEvent, DutyStatus
from services.casework.storage.rows import DutyRow
from services.casework.storage.tables import DUTIES
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.casework import (
    DUTY_EVENTS,
    DeclineAccepted,
    DutyAcknowledged,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyEscalated,
    DutyOverdue,
    DutyReturned,
    DutyWithdrawn,
)


def duty_row(row: DutyRow | None, event: DutyEvent, envelope: Envelope) -> DutyRow | None:
    """The duty after the event."""
    if isinstance(event, DutyAssigned):
        return DutyRow(
            duty_id=event.duty_id,
            version=envelope.version,
            number=event.number,
            case_id=event.case_id,
            pupil_id=event.pupil_id,
            department=event.department,
            division=event.division,
            school_id=event.school_id,
            guardian_id=event.guardian_id,
            kind=event.kind,
            cause=event.cause,
            assigned_on=event.assigned_on,
        )
    if row is None:
        return None
    row = replace(row, version=envelope.version)
    match event:
        case DutyAcknowledged():
            return replace(row, status=DutyStatus.ACKNOWLEDGED)
        case DutyCompleted():
            answered = replace(row, answered_at=envelope.recorded_at, due_on=event.due_on)
            return replace(answered, status=DutyStatus.COMPLETED, finding=event.finding)
        case DutyDeclined():
            answered = replace(row, answered_at=envelope.recorded_at, due_on=event.due_on)
            return replace(answered, status=DutyStatus.DECLINED, finding=None)
        case DeclineAccepted():
            return replace(row, status=DutyStatus.EXCUSED)
        case DutyReturned():
            anew = replace(row, status=DutyStatus.RETURNED, finding=None, answered_at=None, due_on=None)
            return replace(anew, overdue_on=None, level=0, told=None, told_officer_id=None)
        case DutyWithdrawn():
            return replace(row, status=DutyStatus.WITHDRAWN)
        case DutyOverdue():
            return replace(row, overdue_on=event.due_on)
        case DutyEscalated():
            return replace(row, level=event.level, told=event.to_role, told_officer_id=event.to_officer_id)
        case _:
            assert_never(event)


DUTY_ROWS = Projection(DUTIES, DutyRow, dict.fromkeys(DUTY_EVENTS, lambda e: e.duty_id), duty_row, afresh=(DutyAssigned,))
