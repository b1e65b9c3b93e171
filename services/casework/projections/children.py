"""What the registry has said of a child that a closing or a cause is held against."""

from __future__ import annotations

from msgspec.structs import replace

from services.casework.storage.rows import ChildRow
from services.casework.storage.tables import CHILDREN
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.registry import BACK_TO_SCHOOL_AGE, AgeAnswered, PupilEnrolled, PupilStruckOff, TransferCompleted

ChildEvent = AgeAnswered | PupilEnrolled | PupilStruckOff | TransferCompleted


def child_row(row: ChildRow | None, event: ChildEvent, _envelope: Envelope) -> ChildRow | None:
    """The child after the event; one that was never on a roll of the county may have no row."""
    match event:
        case TransferCompleted():
            return replace(row or ChildRow(pupil_id=event.pupil_id), enrolled=False, transferred_on=event.completed_on)
        case AgeAnswered() if event.under_16:
            known = row or ChildRow(pupil_id=event.pupil_id)
            return replace(known, under_16_on=max(known.under_16_on or event.on, event.on))
        case AgeAnswered():
            known = row or ChildRow(pupil_id=event.pupil_id)
            return replace(known, sixteen_on=min(known.sixteen_on or event.on, event.on))
        case PupilEnrolled():
            return replace(row or ChildRow(pupil_id=event.pupil_id), enrolled=True, transferred_on=None)
        case PupilStruckOff():
            stays = event.outcome in BACK_TO_SCHOOL_AGE
            return row if row is None or stays else replace(row, enrolled=False)


CHILD_ROWS = Projection(
    CHILDREN,
    ChildRow,
    dict.fromkeys((AgeAnswered, PupilEnrolled, PupilStruckOff, TransferCompleted), lambda e: e.pupil_id),
    child_row,
)
