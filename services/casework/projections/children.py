"""What the registry has said of a child that a closing or a cause is held against."""

from __future__ import annotations

from msgspec.structs import replace

from services.casework.storage.rows import ChildRow
from services.casework.storage.tables import CHILDREN
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.registry import (
    BACK_TO_SCHOOL_AGE,
    AgeAnswered,
    PupilEnrolled,
    PupilStruckOff,
    TransferCompleted,
    UpperAgeReached,
)

ChildEvent = AgeAnswered | UpperAgeReached | PupilEnrolled | PupilStruckOff | TransferCompleted


def child_row(row: ChildRow | None, event: ChildEvent, _envelope: Envelope) -> ChildRow | None:
    """The child after the event; one that was never on a roll of the county may have no row."""
    match event:
        case TransferCompleted():
            return replace(row or ChildRow(pupil_id=event.pupil_id), enrolled=False, transferred_on=event.completed_on)
        case AgeAnswered():
            return _answered(row or ChildRow(pupil_id=event.pupil_id), event)
        case UpperAgeReached():
            known = row or ChildRow(pupil_id=event.pupil_id)
            return replace(known, upper_age_on=min(known.upper_age_on or event.noticed_on, event.noticed_on))
        case PupilEnrolled():
            return replace(row or ChildRow(pupil_id=event.pupil_id), enrolled=True, transferred_on=None)
        case PupilStruckOff():
            stays = event.outcome in BACK_TO_SCHOOL_AGE
            return row if row is None or stays else replace(row, enrolled=False)


def _answered(row: ChildRow, event: AgeAnswered) -> ChildRow:
    if event.under_16:
        row = replace(row, under_16_on=max(row.under_16_on or event.on, event.on))
    else:
        row = replace(row, sixteen_on=min(row.sixteen_on or event.on, event.on))
    match event.reached_upper_age:
        case True:
            return replace(row, upper_age_on=min(row.upper_age_on or event.on, event.on))
        case False if row.upper_age_on is not None and event.on >= row.upper_age_on:
            return replace(row, upper_age_on=None)  # the county has raised the age since it was said
        case _:
            return row


CHILD_ROWS = Projection(
    CHILDREN,
    ChildRow,
    dict.fromkeys((AgeAnswered, UpperAgeReached, PupilEnrolled, PupilStruckOff, TransferCompleted), lambda e: e.pupil_id),
    child_row,
)
