"""A leader who is told of a mandatory report may know of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.casework.domain.naming import Place, holder
from services.casework.domain.reporting import NameReportOfficer
from services.casework.projections import CASE_ROWS, MANDATORY_REPORT_ROWS
from services.casework.storage.rows import CaseRow, MandatoryReportRow
from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows
from services.contracts import casework
from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow, SubstitutionRow
from services.contracts.identity_rows import APPOINTMENT_ROWS, SUBSTITUTION_ROWS
from services.contracts.ids import ClassId, OfficerId, SchoolId


def name_leader(event: casework.MandatoryReportEscalated, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The county leader who stands on the case, else the longest in office, is named, and who stands in for them that day."""
    report: MandatoryReportRow | None = rows.row(MANDATORY_REPORT_ROWS, event.report_id)
    leader = None if report is None else _leader(rows, report, envelope)
    if report is None or leader is None:
        return
    for officer_id in dict.fromkeys((leader, *_substitutes(rows, leader, envelope.recorded_on))):
        if officer_id not in report.officers and officer_id not in report.released:
            yield NameReportOfficer(report_id=event.report_id, officer_id=officer_id)


def _leader(rows: Rows, report: MandatoryReportRow, envelope: Envelope) -> OfficerId | None:
    """Nobody whom the lead has shut out of the report."""
    case: CaseRow | None = None if report.case_id is None else rows.row(CASE_ROWS, report.case_id)
    answering = None if case is None else case.answers("county", envelope.recorded_on)
    if answering is not None and answering not in report.released:
        return answering
    county = Place(SchoolId(""), ClassId(""), report.division)

    def appointed(role: Role) -> list[AppointmentRow]:
        return [each for each in rows.rows(APPOINTMENT_ROWS, role=role) if each.officer_id not in report.released]

    found = holder(appointed, "county", county, envelope.recorded_on)
    return None if found is None else found.officer_id


def _substitutes(rows: Rows, leader: OfficerId, day: date) -> Iterator[OfficerId]:
    """Who acts that day in the leader's post; both the post and the one on which the substitution rests are in force."""
    posts: list[AppointmentRow] = rows.rows(APPOINTMENT_ROWS, officer_id=leader)
    led = {each.appointment_id: each for each in posts if each.role is Role.COUNTY_LEADER}
    substitutions: list[SubstitutionRow] = rows.rows(SUBSTITUTION_ROWS, officer_id=leader)
    for each in substitutions:
        office: AppointmentRow | None = rows.row(APPOINTMENT_ROWS, each.office_id)
        if each.acts_on(day, led.get(each.appointment_id), office):
            yield each.substitute_id
