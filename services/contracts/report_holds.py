"""Which families are left alone because of a mandatory report: one reading for texts and for the registry's pages."""

from __future__ import annotations

import msgspec

from services.chassis.envelope import Envelope
from services.contracts.casework import MandatoryReportAnswered, MandatoryReportOpened, MandatoryReportWithdrawn
from services.contracts.ids import MandatoryReportId, PupilId

HOLD_EVENTS = (MandatoryReportOpened, MandatoryReportAnswered, MandatoryReportWithdrawn)

HoldEvent = MandatoryReportOpened | MandatoryReportAnswered | MandatoryReportWithdrawn


class HoldRow(msgspec.Struct, frozen=True):
    """A child whose family is left alone for now, and the report because of which it is."""

    report_id: MandatoryReportId
    pupil_id: PupilId


def hold_row(row: HoldRow | None, event: HoldEvent, _envelope: Envelope) -> HoldRow | None:
    """From the report until an answer lets the family be approached, or until it is taken back."""
    match event:
        case MandatoryReportOpened():
            return HoldRow(event.report_id, event.pupil_id)
        case MandatoryReportAnswered() if event.hold:
            return row
        case _:
            return None
