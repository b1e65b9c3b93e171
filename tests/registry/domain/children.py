"""An invented child and the events of its absence, for the tests of the registry's deciders."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from services.chassis.decider import COUNTY_TIME, Event, Given, derived_id
from services.chassis.envelope import Sealed
from services.contracts.codes import Placement, Session
from services.contracts.ids import ClassId, EpisodeId, OfficerId, PupilId, ReportId, SchoolId
from services.contracts.registry import (
    AbsenceNoticed,
    AbsenceReportFellDue,
    AbsenceReportSettled,
    AbsenceReportWritten,
    AbsentDayCounted,
    ContactFellDue,
    DropoutConfirmed,
    PupilEnrolled,
    PupilReturned,
    PupilSuspected,
    SchoolVisitFellDue,
    SchoolVisitSettled,
    SuspicionLifted,
)
from services.registry.domain.enrolment import EnrolPupil

PUPIL_ID = PupilId("pupil-1")
SCHOOL_ID = SchoolId("school-1")
CLASS_ID = ClassId("class-1")
DIVISION = "990126001002"
SEALED = Sealed[str](suite="A256GCM", key=PUPIL_ID, text="c2VhbGVk")

JUNIOR, JUNIOR_CLASS = SchoolId("junior"), ClassId("junior-7-1")

TODAY = date(2026, 9, 8)
"""The county's date of a scenario that names none."""

MORNING, AFTERNOON = Session.MORNING, Session.AFTERNOON

SCHOOL_DAYS = tuple(date(2026, 9, day) for day in (1, 2, 3, 4, 7, 8, 9, 10, 11))
"""The first nine school days of an autumn term."""

DAY = SCHOOL_DAYS[0]
EPISODE = EpisodeId(derived_id("episode", PUPIL_ID, DAY.isoformat(), MORNING))

enrolled = PupilEnrolled(
    pupil_id=PUPIL_ID,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=7,
    sex="female",
    boarding=False,
    residence_division=DIVISION,
    guardians=(),
    record_version=1,
)


enrol = EnrolPupil(
    pupil_id=PUPIL_ID,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=7,
    sex="female",
    boarding=False,
    residence_division=DIVISION,
    guardians=(),
    record_version=1,
)


def at(day: date, hour: int = 8, minute: int = 20) -> datetime:
    """An instant by the county's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COUNTY_TIME).astimezone(UTC)


def by_clock(due: datetime) -> Given:
    """What a timer's command is decided with."""
    return Given(now=due, actor="service:registry", due_at=due)


def noticed(day: date, session: Session = MORNING, *, first: bool = False, silent: bool = False) -> AbsenceNoticed:
    return AbsenceNoticed(
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        school_id=SCHOOL_ID,
        class_id=CLASS_ID,
        day=day,
        session=session,
        first=first,
        silent=silent,
    )


def counted(day: date, count: int) -> AbsentDayCounted:
    return AbsentDayCounted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=day, count=count)


contact_due = ContactFellDue(pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, class_id=CLASS_ID, day=SCHOOL_DAYS[0])
visit_due = SchoolVisitFellDue(pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, day=SCHOOL_DAYS[2])
suspected = PupilSuspected(
    pupil_id=PUPIL_ID,
    episode_id=EPISODE,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=7,
    residence_division=DIVISION,
    suspected_on=SCHOOL_DAYS[5],
    last_attended_on=None,
    reason="absent",
)


report_due = AbsenceReportFellDue(pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, day=SCHOOL_DAYS[2])


def report_settled(reason: Literal["done", "withdrawn", "unreported"], on: date = TODAY) -> AbsenceReportSettled:
    return AbsenceReportSettled(pupil_id=PUPIL_ID, episode_id=EPISODE, settled_on=on, reason=reason)


def visit_settled(reason: Literal["done", "withdrawn", "case"], on: date = TODAY) -> SchoolVisitSettled:
    return SchoolVisitSettled(pupil_id=PUPIL_ID, episode_id=EPISODE, settled_on=on, reason=reason)


reported = AbsenceReportWritten(
    report_id=ReportId("report-1"),
    pupil_id=PUPIL_ID,
    episode_id=EPISODE,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    township=DIVISION[:9],
    written_on=SCHOOL_DAYS[2],
    by_officer_id=OfficerId("principal"),
    report=SEALED,
)


def missing(days: int, *, in_writing: bool = True, visited: bool = True) -> list[Event]:
    """Enrolled, and missing on the first so many school days, each of them closed.

    On the evening of the third it is reported, on that of the sixth it is suspected and the team goes there.
    """
    events: list[Event] = [enrolled]
    on_third: list[Event] = [visit_due, report_due]
    if in_writing:
        on_third += [reported, report_settled("done", SCHOOL_DAYS[2])]
    for count, day in enumerate(SCHOOL_DAYS[:days], start=1):
        events += [noticed(day, first=count == 1), counted(day, count)]
        events += {
            1: [contact_due],
            3: on_third,
            6: [suspected, *([visit_settled("done", SCHOOL_DAYS[5])] if visited else [])],
        }.get(count, [])
    return events


dropout = DropoutConfirmed(
    pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, confirmed_on=SCHOOL_DAYS[6], by="principal", evidence=SEALED
)


def returned(on: date) -> PupilReturned:
    return PupilReturned(pupil_id=PUPIL_ID, episode_id=EPISODE, returned_on=on, placement=Placement.ORIGINAL_CLASS)


def lifted(of: PupilSuspected, reason: str) -> SuspicionLifted:
    return SuspicionLifted(pupil_id=PUPIL_ID, episode_id=of.episode_id, lifted_on=TODAY, reason=reason)
