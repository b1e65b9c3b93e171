"""Who is named on a line of a case: chosen among the county's appointments, as of a day.

Officers are looked up at opening, when somebody is appointed, and when an appointment ends (`OfficerReleased`, then the
successor's `OfficerNamed`); a person may name another. A household outside the county counts for the school's township.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.casework.domain.lines import LINE_ROLES, NameOfficer
from services.contracts.casework import Line, lines_of
from services.contracts.codes import TOWNSHIP_DIGITS, Role
from services.contracts.identity import AppointmentRow
from services.contracts.ids import CaseId, ClassId, SchoolId

LINE_OF: Mapping[Role, Line] = {
    Role.HOMEROOM_TEACHER: "class",
    Role.PRINCIPAL: "school",
    Role.CENTRAL_SCHOOL: "school",
    Role.BUREAU_CLERK: "bureau",
    Role.COUNTY_LEADER: "county",
    Role.TOWNSHIP_OFFICER: "township",
    Role.VILLAGE_CADRE: "village",
}
"""The roles from which officers are named without anybody asking."""

LINE_OF_LEADER: Mapping[Role, Line] = {Role.BUREAU_LEAD: "bureau", Role.COUNTY_LEADER: "county"}
"""On which line the leaders stand to whom a duty is escalated."""

OF_AREAS = frozenset(
    {
        Role.BUREAU_LEAD,
        Role.BUREAU_CLERK,
        Role.COUNTY_LEADER,
        Role.TOWNSHIP_OFFICER,
        Role.VILLAGE_CADRE,
        Role.DEPARTMENT_OFFICER,
    }
)
"""Roles that go along on visits in the whole of their division; all others in that of their school."""

NOWHERE = "-"
"""The beginning of no division's code."""

Appointed = Callable[[Role], Sequence[AppointmentRow]]
"""All appointments of the county to a role."""


@dataclass(frozen=True)
class Place:
    """Where a case belongs; a teaching point is led by its central school."""

    school_id: SchoolId
    class_id: ClassId
    division: str
    central_school_id: SchoolId | None = None


def holder(appointed: Appointed, line: Line, place: Place, day: date) -> AppointmentRow | None:
    """Who holds the line's post that day, the longest in office first; else who is the next to take it up."""
    if line not in lines_of(place.division):
        return None
    for candidates in _candidates(appointed, line, place):
        still = [each for each in candidates if each.until_on is None or each.until_on >= day]
        if still:
            return min(still, key=lambda each: (each.from_on > day, each.from_on, each.appointment_id))
    return None


def named(case_id: CaseId, line: Line, found: AppointmentRow, day: date) -> NameOfficer:
    """The naming of who was found, from that day or from when the post is taken up."""
    from_on = max(found.from_on, day)
    return NameOfficer(case_id=case_id, line=line, officer_id=found.officer_id, roles=(found.role,), from_on=from_on)


def roles_held(appointments: Sequence[AppointmentRow], line: Line, place: Place, day: date) -> tuple[Role, ...]:
    """The roles with which the holder of these appointments may stand on the line of a case of that place that day."""
    return tuple(
        each.role for each in appointments if each.role in LINE_ROLES[line] and each.in_force_on(day) and _is_of(each, line, place)
    )


def is_of_place(appointments: Sequence[AppointmentRow], place: Place, day: date) -> bool:
    """Whether their holder has a post that day at the case's school or the central school above it, or in office for its area."""
    schools = {place.school_id, place.central_school_id}
    return any(
        each.in_force_on(day)
        and (_school(each) in schools or (each.role in OF_AREAS and place.division.startswith(each.division or NOWHERE)))
        for each in appointments
    )


def _candidates(appointed: Appointed, line: Line, place: Place) -> Iterator[list[AppointmentRow]]:
    """Holders of the post of that place, in order of preference."""
    for role, of_line in LINE_OF.items():
        if of_line == line:
            every = appointed(role)
            yield [each for each in every if _is_of(each, line, place) and _school(each) != place.central_school_id]
    if line == "school" and place.central_school_id is not None:
        for role in (Role.CENTRAL_SCHOOL, Role.PRINCIPAL):
            yield [each for each in appointed(role) if _school(each) == place.central_school_id]


def _is_of(appointment: AppointmentRow, line: Line, place: Place) -> bool:
    match line:
        case "class" if appointment.role is Role.HOMEROOM_TEACHER:
            return appointment.class_id == place.class_id
        case "class":
            return _school(appointment) == place.school_id
        case "school":
            return _school(appointment) in {place.school_id, place.central_school_id}
        case "township":
            return appointment.division == place.division[:TOWNSHIP_DIGITS]
        case "village":
            return appointment.division == place.division
        case "bureau" | "county":
            return True


def _school(appointment: AppointmentRow) -> SchoolId:
    return SchoolId(appointment.body_id)  # a school's body id is its school id
