"""What the registry has said of a child that a closing or a cause is held against."""

from __future__ import annotations

from msgspec.structs import replace

from services.casework.storage.rows import ChildRow
from services.casework.storage.tables import CHILDREN
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.registry import AgeAnswered, PupilEnrolled, TransferCompleted

ChildEvent = AgeAnswered | PupilEnrolled | TransferCompleted


def child_row(row: ChildRow | None, event: ChildEvent, _envelope: Envelope) -> ChildRow | None:
    """The child after the event; one of whom the registry said nothing of interest has no row."""
    match event:
        case TransferCompleted():
            return replace(row or ChildRow(pupil_id=event.pupil_id), transferred_on=event.completed_on)
        case AgeAnswered() if event.under_16:
            known = row or ChildRow(pupil_id=event.pupil_id)
            return replace(known, under_16_on=max(known.under_16_on or event.on, event.on))
        case AgeAnswered():
            known = row or ChildRow(pupil_id=event.pupil_id)
            return replace(known, sixteen_on=min(known.sixteen_on or event.on, event.on))
        case PupilEnrolled():
            return None if row is None else replace(row, transferred_on=None)


CHILD_ROWS = Projection(
    CHILDREN, ChildRow, dict.fromkeys((AgeAnswered, PupilEnrolled, TransferCompleted), lambda e: e.pupil_id), child_row
)
