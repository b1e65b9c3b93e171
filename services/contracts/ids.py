"""Typed ids, and those that follow from what a thing is, so that every service derives the same one."""

from __future__ import annotations

from datetime import date
from typing import NewType

from services.chassis.decider import derived_id

BodyId = NewType("BodyId", str)
OfficerId = NewType("OfficerId", str)
AppointmentId = NewType("AppointmentId", str)
SubstitutionId = NewType("SubstitutionId", str)
AccountId = NewType("AccountId", str)
ClientId = NewType("ClientId", str)
SchoolId = NewType("SchoolId", str)
ClassId = NewType("ClassId", str)
PupilId = NewType("PupilId", str)
GuardianId = NewType("GuardianId", str)
EpisodeId = NewType("EpisodeId", str)
ImportId = NewType("ImportId", str)
ContactId = NewType("ContactId", str)
ReportId = NewType("ReportId", str)
CaseId = NewType("CaseId", str)
MeasureId = NewType("MeasureId", str)
VisitId = NewType("VisitId", str)
FollowUpId = NewType("FollowUpId", str)
DutyId = NewType("DutyId", str)
MandatoryReportId = NewType("MandatoryReportId", str)
ProgrammeId = NewType("ProgrammeId", str)
ApplicationId = NewType("ApplicationId", str)
NotificationId = NewType("NotificationId", str)
TemplateCode = NewType("TemplateCode", str)

SCHOOL_YEAR_STARTS = (8, 1)
"""Month and day from which the new school year counts (the roll of 1 September is made in August)."""


def school_year(day: date) -> int:
    """The calendar year in which the school year of a day began."""
    return day.year if (day.month, day.day) >= SCHOOL_YEAR_STARTS else day.year - 1


SECOND_TERM_STARTS = (2, 1)
"""Month and day from which a day belongs to the spring term of the school year; it lies in the winter vacation."""


def term_code(day: date) -> str:
    """The term of a day: school year and 1 (autumn) or 2 (spring), as in `2026-1`."""
    year = school_year(day)
    spring = day >= date(year + 1, *SECOND_TERM_STARTS)
    return f"{year}-{2 if spring else 1}"


def year_of_term(term: str) -> int:
    """The school year of a term's code."""
    return int(term.partition("-")[0])


def grade_in(cohort: int, year: int) -> int:
    """The grade that a cohort (the year in which it was grade 1) has in a school year."""
    return year - cohort + 1


def body_id(code: str) -> BodyId:
    """The body with a code of the county's list; a school's body id is its school id."""
    return BodyId(derived_id("body", code))


def school_id(code: str) -> SchoolId:
    """The school with a 10-digit code."""
    return SchoolId(body_id(code))


def class_id(school_code: str, year: int, grade: int, number: int) -> ClassId:
    """The class `number` of a grade (1–9) in a school year: it keeps its id as it moves up."""
    return ClassId(derived_id("class", school_code, str(year - grade + 1), str(number)))


def officer_id(staff_number: str) -> OfficerId:
    """The officer with a staff number of the county's list."""
    return OfficerId(derived_id("officer", staff_number))


def case_id(pupil: PupilId, episode: EpisodeId) -> CaseId:
    """The case of a child's episode: one episode, one case."""
    return CaseId(derived_id("case", pupil, episode))
