"""What each event of a mandatory report makes of its row."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from services.casework.domain.mandatory_report_state import MandatoryReportEvent, ReportStatus
from services.casework.storage.rows import MandatoryReportRow
from services.casework.storage.tables import MANDATORY_REPORTS
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.case_lines import by_person
from services.contracts.casework import (
    REPORT_EVENTS,
    MandatoryReportAcknowledged,
    MandatoryReportAnswered,
    MandatoryReportCorrected,
    MandatoryReportEscalated,
    MandatoryReportOfficerNamed,
    MandatoryReportOfficerReleased,
    MandatoryReportOpened,
    MandatoryReportRecalled,
    MandatoryReportReminded,
    MandatoryReportWithdrawn,
)
from services.contracts.ids import OfficerId
from services.contracts.report_waits import waits_since


def mandatory_report_row(
    row: MandatoryReportRow | None, event: MandatoryReportEvent, envelope: Envelope
) -> MandatoryReportRow | None:
    """The report after the event."""
    if isinstance(event, MandatoryReportOpened):
        return _opened(event, envelope)
    if row is None:
        return None
    row = replace(row, version=envelope.version, waits_since=waits_since(row.waits_since, event, envelope))
    match event:
        case MandatoryReportOfficerNamed():
            chosen = (*row.chosen, event.officer_id) if by_person(envelope) else row.chosen
            released = _without(row.released, event.officer_id)
            return replace(row, officers=(*row.officers, event.officer_id), chosen=chosen, released=released)
        case MandatoryReportOfficerReleased():
            officers, chosen = (_without(named, event.officer_id) for named in (row.officers, row.chosen))
            return replace(row, officers=officers, chosen=chosen, released=(*row.released, event.officer_id))
        case MandatoryReportAcknowledged():
            return replace(row, status=ReportStatus.ACKNOWLEDGED, acknowledged_at=envelope.recorded_at)
        case MandatoryReportReminded():
            return replace(row, reminders=event.nth)
        case MandatoryReportEscalated():
            return replace(row, told=event.to_role)
        case MandatoryReportAnswered():
            return replace(row, status=ReportStatus.ANSWERED, held=event.hold, answered_at=envelope.recorded_at)
        case MandatoryReportRecalled():
            return replace(row, recalls=event.nth)
        case MandatoryReportCorrected():
            return replace(row, sign=event.sign)
        case MandatoryReportWithdrawn():
            return replace(row, status=ReportStatus.WITHDRAWN, held=False)
        case _:
            assert_never(event)


def _without(officers: tuple[OfficerId, ...], officer_id: OfficerId) -> tuple[OfficerId, ...]:
    return tuple(each for each in officers if each != officer_id)


def _opened(event: MandatoryReportOpened, envelope: Envelope) -> MandatoryReportRow:
    return MandatoryReportRow(
        report_id=event.report_id,
        version=envelope.version,
        number=event.number,
        pupil_id=event.pupil_id,
        case_id=event.case_id,
        division=event.division,
        sign=event.sign,
        noticed_on=event.noticed_on,
        opened_at=envelope.recorded_at,
        by_officer_id=event.by_officer_id,
        officers=(event.by_officer_id,),
        waits_since=waits_since(None, event, envelope),
    )


MANDATORY_REPORT_ROWS = Projection(
    MANDATORY_REPORTS,
    MandatoryReportRow,
    dict.fromkeys(REPORT_EVENTS, lambda e: e.report_id),
    mandatory_report_row,
    afresh=(MandatoryReportOpened,),
)
