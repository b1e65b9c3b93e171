"""What the system of the police is told of a mandatory report: every step of it, neither child nor sign nor who may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import assert_never

from services.casework.domain.mandatory_report_state import MandatoryReportEvent, MandatoryReportState
from services.contracts import casework as reports
from services.contracts import department
from services.contracts.codes import Department
from services.contracts.department import ReportTold
from services.contracts.topics import Desk, desk_of


def tell_of_report(
    state: MandatoryReportState, event: MandatoryReportEvent, _terms: Mapping[str, date]
) -> Iterator[tuple[Desk, ReportTold]]:
    """One public event for each step, so that they are numbered as the steps are."""
    if state.opened is not None:
        yield desk_of(Department.PUBLIC_SECURITY, state.opened.division), _said(state.opened.number, event)


def _said(number: str, event: MandatoryReportEvent) -> ReportTold:
    report_id = event.report_id
    match event:
        case reports.MandatoryReportOpened():
            return department.MandatoryReportOpened(
                report_id=report_id, number=number, division=event.division, opened_at=event.opened_at
            )
        case reports.MandatoryReportAcknowledged():
            by_another = event.on_behalf_of is not None
            return department.MandatoryReportAcknowledged(report_id=report_id, number=number, on_behalf=by_another)
        case reports.MandatoryReportReminded():
            return department.MandatoryReportReminded(report_id=report_id, number=number, nth=event.nth)
        case reports.MandatoryReportEscalated():
            return department.MandatoryReportEscalated(
                report_id=report_id, number=number, to_role=event.to_role, escalated_at=event.escalated_at
            )
        case reports.MandatoryReportAnswered():
            by_another = event.on_behalf_of is not None
            return department.MandatoryReportAnswered(report_id=report_id, number=number, hold=event.hold, on_behalf=by_another)
        case reports.MandatoryReportRecalled():
            return department.MandatoryReportRecalled(report_id=report_id, number=number, nth=event.nth)
        case reports.MandatoryReportOfficerNamed() | reports.MandatoryReportOfficerReleased() | reports.MandatoryReportCorrected():
            return department.MandatoryReportChanged(report_id=report_id, number=number)
        case reports.MandatoryReportWithdrawn():
            return department.MandatoryReportWithdrawn(report_id=report_id, number=number)
        case _:
            assert_never(event)
