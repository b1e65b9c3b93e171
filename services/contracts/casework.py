"""What casework tells: the life of a case from suspicion to closing, and of the duties of the linked departments."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Cause, Department, DutyKind, Group, Outcome, Placement, Role, VisitResult
from services.contracts.ids import (
    CaseId,
    ClassId,
    DutyId,
    EpisodeId,
    FollowUpId,
    MeasureId,
    OfficerId,
    PupilId,
    SchoolId,
    VisitId,
)

TOPIC = "casework"

Line = Literal["bureau", "school", "class", "county", "township", "village"]
"""The two lines of responsibility 双线包保: bureau–school–class and county–township–village."""


class CaseOpened(Event, frozen=True):
    """A child is suspected to have dropped out: the case begins."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str
    opened_on: date
    groups: tuple[Group, ...] = ()


class CaseWithdrawn(Event, frozen=True):
    """The suspicion was lifted: the case ends without having been one."""

    case_id: CaseId
    pupil_id: PupilId
    withdrawn_on: date
    reason: str


class CaseNumbered(Event, frozen=True):
    """The child is a dropout: the case gets its number, which is never used again."""

    case_id: CaseId
    pupil_id: PupilId
    number: str
    dropout_on: date


class OfficerNamed(Event, frozen=True):
    """An officer answers for the case on one of the lines; a later one on the same line is a hand-over."""

    case_id: CaseId
    pupil_id: PupilId
    line: Line
    officer_id: OfficerId


class CauseRecorded(Event, frozen=True):
    """Why the child left: one primary cause, any number of others; the history is the stream."""

    case_id: CaseId
    pupil_id: PupilId
    primary: Cause
    others: tuple[Cause, ...] = ()
    note: Sealed[str] | None = None


class Measure(msgspec.Struct, frozen=True):
    """One measure of the plan 一生一案; `kind` is a code of the measures table of the cause."""

    measure_id: MeasureId
    kind: str
    cause: Cause
    responsible_id: OfficerId | None = None


class PlanMade(Event, frozen=True):
    """The plan for this child; a later one replaces it."""

    case_id: CaseId
    pupil_id: PupilId
    measures: tuple[Measure, ...]


class AidMeasurePlanned(Event, frozen=True):
    """The plan asks for aid: assistance drafts the applications."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId


class VisitRecorded(Event, frozen=True):
    """A visit to the household: `nth` of this case; what was said is sealed."""

    case_id: CaseId
    pupil_id: PupilId
    visit_id: VisitId
    nth: int
    visited_on: date
    by_officer_id: OfficerId
    result: VisitResult
    parents_words: Sealed[str] | None = None
    childs_words: Sealed[str] | None = None
    next_step: Sealed[str] | None = None
    witness_id: OfficerId | None = None


class CaseGrewHard(Event, frozen=True):
    """Three failed visits or thirty days (local): a special plan 专项方案 with a lead from the bureau is due."""

    case_id: CaseId
    pupil_id: PupilId
    reason: Literal["failed_visits", "days"]


class ReturnConfirmed(Event, frozen=True):
    """The school confirms that the child is back: date and placement."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement


class FollowUpFellDue(Event, frozen=True):
    """A follow-up contact is due (week 1, 2, 4, then monthly; local)."""

    case_id: CaseId
    pupil_id: PupilId
    nth: int
    due_on: date


class FollowUpRecorded(Event, frozen=True):
    """A follow-up contact: study, life, psychology, attendance – sealed."""

    case_id: CaseId
    pupil_id: PupilId
    follow_up_id: FollowUpId
    nth: int
    contacted_on: date
    by_officer_id: OfficerId
    study: Sealed[str] | None = None
    life: Sealed[str] | None = None
    psychology: Sealed[str] | None = None
    attendance: Sealed[str] | None = None


class ObservationCompleted(Event, frozen=True):
    """The observation period (20 school days, local) has passed without a relapse."""

    case_id: CaseId
    pupil_id: PupilId
    completed_on: date


class RelapseRaised(Event, frozen=True):
    """The child is missing again after its return: the case goes on with its history."""

    case_id: CaseId
    pupil_id: PupilId
    day: date


class ClosingProposed(Event, frozen=True):
    """The school (the village, for a child without a school) proposes to close, with evidence for the outcome."""

    case_id: CaseId
    pupil_id: PupilId
    outcome: Outcome
    by_officer_id: OfficerId
    evidence: Sealed[str]


class ClosingConfirmed(Event, frozen=True):
    """The township confirms; never the person who proposed."""

    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId


class ClosingSentBack(Event, frozen=True):
    """Township or bureau does not agree: the case goes on."""

    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]


class CaseClosed(Event, frozen=True):
    """The bureau approves 销号: a third person."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    closed_on: date
    by_officer_id: OfficerId


# --- stream duty ----------------------------------------------------------------------------------------------------


class DutyAssigned(Event, frozen=True):
    """A department owes something to a case by a date; `case_number` is the pseudonym that it sees."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    number: str
    department: Department
    division: str
    kind: DutyKind
    cause: Cause
    case_number: str | None
    assigned_on: date
    term_days: int


class DutyAcknowledged(Event, frozen=True):
    """The department has seen it."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId


class DutyCompleted(Event, frozen=True):
    """The department has done it; `finding` is coded, the answer sealed. Late answers name how late by the trace."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    department: Department
    kind: DutyKind
    by_officer_id: OfficerId
    finding: str
    answer: Sealed[str] | None = None
    evidence_name: Sealed[str] | None = None


class DutyDeclined(Event, frozen=True):
    """The department says that it is not its duty, and why."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]


class DutyReturned(Event, frozen=True):
    """The answer does not suffice: back to the department."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]


class DutyWithdrawn(Event, frozen=True):
    """The reason of the duty has gone (case withdrawn or closed)."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId


class DutyOverdue(Event, frozen=True):
    """The term has passed without an answer."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    due_on: date


class DutyEscalated(Event, frozen=True):
    """The next named leader is told."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    to_role: Role
    level: int


EVENTS: tuple[type[Event], ...] = (
    CaseOpened,
    CaseWithdrawn,
    CaseNumbered,
    OfficerNamed,
    CauseRecorded,
    PlanMade,
    AidMeasurePlanned,
    VisitRecorded,
    CaseGrewHard,
    ReturnConfirmed,
    FollowUpFellDue,
    FollowUpRecorded,
    ObservationCompleted,
    RelapseRaised,
    ClosingProposed,
    ClosingConfirmed,
    ClosingSentBack,
    CaseClosed,
    DutyAssigned,
    DutyAcknowledged,
    DutyCompleted,
    DutyDeclined,
    DutyReturned,
    DutyWithdrawn,
    DutyOverdue,
    DutyEscalated,
)
