"""The mandatory reports: who may know of each, and whether it still waits for the police."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.casework import (
    MandatoryReportAcknowledged,
    MandatoryReportAnswered,
    MandatoryReportEscalated,
    MandatoryReportOfficerNamed,
    MandatoryReportOfficerReleased,
    MandatoryReportOpened,
    MandatoryReportRecalled,
    MandatoryReportWithdrawn,
)
from services.contracts.report_waits import waits_since
from services.oversight.storage.rows import MandatoryReportRow
from services.oversight.storage.tables import MANDATORY_REPORTS


def mandatory_report_row(row: MandatoryReportRow | None, event: Event, envelope: Envelope) -> MandatoryReportRow | None:
    """The report after one of its events."""
    match event:
        case MandatoryReportOpened():
            return MandatoryReportRow(
                report_id=event.report_id,
                pupil_id=event.pupil_id,
                case_id=event.case_id,
                number=event.number,
                division=event.division,
                officers=(event.by_officer_id,),
                waits_since=waits_since(None, event, envelope),
            )
        case MandatoryReportOfficerNamed() if row is not None:
            return replace(row, officers=(*row.officers, event.officer_id))
        case MandatoryReportOfficerReleased() if row is not None:
            return replace(row, officers=tuple(each for each in row.officers if each != event.officer_id))
        case (
            MandatoryReportAcknowledged()
            | MandatoryReportEscalated()
            | MandatoryReportAnswered()
            | MandatoryReportRecalled()
            | MandatoryReportWithdrawn()
        ) if row is not None:
            return replace(row, waits_since=waits_since(row.waits_since, event, envelope))
        case _:
            return row


MANDATORY_REPORT_ROWS = Projection(
    MANDATORY_REPORTS,
    MandatoryReportRow,
    dict.fromkeys(
        (
            MandatoryReportOpened,
            MandatoryReportOfficerNamed,
            MandatoryReportOfficerReleased,
            MandatoryReportAcknowledged,
            MandatoryReportEscalated,
            MandatoryReportAnswered,
            MandatoryReportRecalled,
            MandatoryReportWithdrawn,
        ),
        lambda e: e.report_id,
    ),
    mandatory_report_row,
    afresh=(MandatoryReportOpened,),
)
