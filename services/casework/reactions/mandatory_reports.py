"""A leader who is told of a mandatory report may know of it."""

from __future__ import annotations

from collections.abc import Iterator

from services.casework.domain.naming import Place, holder
from services.casework.domain.reporting import NameReportOfficer
from services.casework.projections import CASE_ROWS, MANDATORY_REPORT_ROWS
from services.casework.storage.rows import CaseRow, MandatoryReportRow
from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows
from services.contracts import casework
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import ClassId, OfficerId, SchoolId


def name_leader(event: casework.MandatoryReportEscalated, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The county leader who stands on the case, else the longest in office, is named in the report."""
    report: MandatoryReportRow | None = rows.row(MANDATORY_REPORT_ROWS, event.report_id)
    leader = None if report is None else _leader(rows, report, envelope)
    if leader is not None:
        yield NameReportOfficer(report_id=event.report_id, officer_id=leader)


def _leader(rows: Rows, report: MandatoryReportRow, envelope: Envelope) -> OfficerId | None:
    case: CaseRow | None = None if report.case_id is None else rows.row(CASE_ROWS, report.case_id)
    answering = None if case is None else case.answers("county", envelope.recorded_on)
    if answering is not None:
        return answering
    county = Place(SchoolId(""), ClassId(""), report.division)
    found = holder(lambda role: rows.rows(APPOINTMENT_ROWS, role=role), "county", county, envelope.recorded_on)
    return None if found is None else found.officer_id
