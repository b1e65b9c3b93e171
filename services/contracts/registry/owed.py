"""What a school owes a missing child: contact with the household, the principal's visit, the report to bureau and township."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import ContactMeans, VisitResult
from services.contracts.ids import ClassId, ContactId, EpisodeId, OfficerId, PupilId, ReportId, SchoolId, VisitId


class ContactRecorded(Event, frozen=True):
    """Somebody reached, or tried to reach, the household."""

    contact_id: ContactId
    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    means: ContactMeans
    reached: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class ContactFellDue(Event, frozen=True):
    """One school day missed and nobody has reached the household: contact or home visit is due."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date


class SchoolVisitFellDue(Event, frozen=True):
    """Three school days missed: a visit by the principal's team is due, until `SchoolVisitSettled`."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    day: date


class SchoolVisitRecorded(Event, frozen=True):
    """The principal's team visited the household of a missing child, before there is a case; what was said is sealed.

    `visitors` are the people of the school who went; the head of the school has named them.
    """

    visit_id: VisitId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    visited_on: date
    result: VisitResult
    by_officer_id: OfficerId
    visitors: tuple[OfficerId, ...]
    met_child: bool | None = None
    words: Sealed[str] | None = None

    @property
    def reached(self) -> bool:
        """Whether somebody of the household was met."""
        return self.result is not VisitResult.NOT_FOUND


class SchoolVisitSettled(Event, frozen=True):
    """The visit that had fallen due is due no longer: it was made, or its reason has gone (`case`: a former release left it so)."""

    pupil_id: PupilId
    episode_id: EpisodeId
    settled_on: date
    reason: Literal["done", "withdrawn", "case"]


class AbsenceReportFellDue(Event, frozen=True):
    """Three school days missed: the school owes bureau and township a written report, until `AbsenceReportSettled`."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    day: date


class AbsenceReportWritten(Event, frozen=True):
    """The head of the school reported the absence in writing to the bureau and to the township; what it says is sealed."""

    report_id: ReportId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    township: str
    written_on: date
    by_officer_id: OfficerId
    report: Sealed[str]


class AbsenceReportSettled(Event, frozen=True):
    """The report that had fallen due is due no longer: it was written, its reason has gone, or the child is back unreported."""

    pupil_id: PupilId
    episode_id: EpisodeId
    settled_on: date
    reason: Literal["done", "withdrawn", "unreported"]
