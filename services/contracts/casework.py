"""What casework tells: the life of a case from suspicion to closing, and of the duties of the linked departments."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event, Unit
from services.chassis.envelope import Sealed
from services.contracts.codes import (
    TOWNSHIP_DIGITS,
    VILLAGE_DIGITS,
    Cause,
    Department,
    DutyKind,
    Group,
    Outcome,
    Placement,
    Promise,
    Role,
    VisitResult,
)
from services.contracts.ids import (
    CaseId,
    ClassId,
    DutyId,
    EpisodeId,
    FollowUpId,
    GuardianId,
    MeasureId,
    OfficerId,
    PupilId,
    SchoolId,
    VisitId,
)

TOPIC = "casework"

Line = Literal["bureau", "school", "class", "county", "township", "village"]
"""The two lines of responsibility 双线包保: bureau–school–class and county–township–village."""


def lines_of(division: str) -> tuple[Line, ...]:
    """The lines that a case of the division has: a village's only where the village is known."""
    lines: tuple[Line, ...] = ("bureau", "school", "class", "county")
    if len(division) >= TOWNSHIP_DIGITS:
        lines = (*lines, "township")
    return (*lines, "village") if len(division) == VILLAGE_DIGITS else lines


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


class CaseReopened(Event, frozen=True):
    """The same episode is suspected again (a wrong "present" was corrected): the case goes on, in its next `spell`."""

    case_id: CaseId
    pupil_id: PupilId
    reopened_on: date
    spell: int


class CaseNumbered(Event, frozen=True):
    """The child is a dropout: the case gets its number, which is never used again."""

    case_id: CaseId
    pupil_id: PupilId
    number: str
    dropout_on: date


class CaseMoved(Event, frozen=True):
    """The child's school, class or place of residence is another now: other officers and bodies are concerned."""

    case_id: CaseId
    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str


class OfficerNamed(Event, frozen=True):
    """An officer answers for the case on one of the lines; a later one on the same line is a hand-over.

    `from_on` is the first day where the officer takes up the post later than the naming.
    """

    case_id: CaseId
    pupil_id: PupilId
    line: Line
    officer_id: OfficerId
    from_on: date | None = None


class OfficerReleased(Event, frozen=True):
    """The named officer leaves the post after `until_on`: the line waits for a hand-over."""

    case_id: CaseId
    pupil_id: PupilId
    line: Line
    officer_id: OfficerId
    until_on: date


class CauseRecorded(Event, frozen=True):
    """Why the child left: one primary cause, any number of others; the history is the stream.

    `under_16_at_work` is said where the cause is work: below 16 it is child labour, at 16 and 17 legal work (未成年工).
    `worked_on` is the working date.
    `spell` counts the child's stretches of absence within the case: each relapse begins the next.
    """

    case_id: CaseId
    pupil_id: PupilId
    primary: Cause
    others: tuple[Cause, ...] = ()
    note: Sealed[str] | None = None
    under_16_at_work: bool | None = None
    spell: int = 1
    worked_on: date | None = None


class WhereaboutsRecorded(Event, frozen=True):
    """Where the child is said to be: place, employer, contact – sealed."""

    case_id: CaseId
    pupil_id: PupilId
    place: Sealed[str] | None = None
    employer: Sealed[str] | None = None
    contact: Sealed[str] | None = None


AID_MEASURE = "aid"
"""The kind of measure that assistance drafts applications for."""


class Measure(msgspec.Struct, frozen=True):
    """One measure of the plan 一生一案; `kind` is a code of the measures table of the cause."""

    measure_id: MeasureId
    kind: str
    cause: Cause
    responsible_id: OfficerId | None = None
    due_on: date | None = None
    note: Sealed[str] | None = None


class PlanMade(Event, frozen=True):
    """The plan for this child; a later one replaces it. `lead_id` leads the special plan 专项方案 of a hard case."""

    case_id: CaseId
    pupil_id: PupilId
    measures: tuple[Measure, ...]
    lead_id: OfficerId | None = None
    spell: int = 1


class CommitmentSigned(Event, frozen=True):
    """The household has signed the commitment 承诺书."""

    case_id: CaseId
    pupil_id: PupilId
    signed_on: date
    signed_by: Literal["guardian", "child", "both"]
    note: Sealed[str] | None = None
    promises: tuple[Promise, ...] = ()


class CommitmentChecked(Event, frozen=True):
    """Somebody looked whether the household keeps one of the duties of its commitment."""

    case_id: CaseId
    pupil_id: PupilId
    promise: Promise
    checked_on: date
    kept: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class MeasureDone(Event, frozen=True):
    """A measure of the plan was carried out."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId
    done_on: date
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class MeasureFellOverdue(Event, frozen=True):
    """The day by which a measure of the plan should have been done has passed."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId
    due_on: date


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
    met_child: bool | None = None
    accompanied_by: tuple[OfficerId, ...] = ()
    policy_explained: Sealed[str] | None = None


class CaseGrewHard(Event, frozen=True):
    """Three failed visits or thirty days (local): a special plan 专项方案 with a lead from the bureau is due."""

    case_id: CaseId
    pupil_id: PupilId
    reason: Literal["failed_visits", "days"]


class ReturnAgreed(Event, frozen=True):
    """The household promises that the child is back at school on `return_on`; a later promise replaces it.

    Notifications reminds the guardian the evening before; the promise ends when it is called off, with the return, the
    withdrawal or the closing.
    """

    case_id: CaseId
    pupil_id: PupilId
    return_on: date
    episode_id: EpisodeId | None = None


class ReturnCalledOff(Event, frozen=True):
    """The child will not come on the agreed day."""

    case_id: CaseId
    pupil_id: PupilId
    return_on: date
    episode_id: EpisodeId | None = None


class ReturnConfirmed(Event, frozen=True):
    """The school confirms that the child is back: date and placement.

    `decision_reference` cites the decision that special placements need; `term_ends_on` is the term's last day.
    """

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement
    spell: int = 1
    term_ends_on: date | None = None
    decision_reference: Sealed[str] | None = None


class FollowUpFellDue(Event, frozen=True):
    """A follow-up contact is due (week 1, 2, 4, then monthly; local)."""

    case_id: CaseId
    pupil_id: PupilId
    nth: int
    due_on: date
    spell: int = 1


class FollowUpRecorded(Event, frozen=True):
    """A follow-up contact: study, life, psychology, attendance – sealed. `nth` is the due contact that it answers."""

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
    spell: int = 1


class ObservationCompleted(Event, frozen=True):
    """The observation period (20 school days, local) has passed without a relapse."""

    case_id: CaseId
    pupil_id: PupilId
    completed_on: date


class RelapseRaised(Event, frozen=True):
    """The child is missing again after its return: the case goes on with its history, in its next `spell`."""

    case_id: CaseId
    pupil_id: PupilId
    day: date
    spell: int = 2


class RelapseWithdrawn(Event, frozen=True):
    """The absence was withdrawn or excused: the return counts as if it had not been broken, in its old `spell`."""

    case_id: CaseId
    pupil_id: PupilId
    day: date
    spell: int


class ClosingProposed(Event, frozen=True):
    """The school (the village, for a child without a school) proposes to close, with evidence for the outcome.

    `reference` cites the paper, where the evidence is no record of the house's own.
    In this event and the two that follow, a substitute acts `on_behalf_of` another officer.
    """

    case_id: CaseId
    pupil_id: PupilId
    outcome: Outcome
    by_officer_id: OfficerId
    evidence: Sealed[str]
    evidence_kind: str = ""
    on_behalf_of: str | None = None
    reference: Sealed[str] | None = None


class ClosingConfirmed(Event, frozen=True):
    """The township confirms; never the person who proposed."""

    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    on_behalf_of: str | None = None
    note: Sealed[str] | None = None


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
    on_behalf_of: str | None = None
    note: Sealed[str] | None = None


class RecheckFellDue(Event, frozen=True):
    """A standing question is to be asked again: is the lost child found, is the child at the other school still there?"""

    case_id: CaseId
    pupil_id: PupilId
    reason: Literal["lost_contact", "enrolled_elsewhere"]
    nth: int
    due_on: date


class RecheckRecorded(Event, frozen=True):
    """The question was asked: `changed` says that the child was found, or is no longer at the other school."""

    case_id: CaseId
    pupil_id: PupilId
    nth: int
    checked_on: date
    changed: bool
    by_officer_id: OfficerId
    finding: Sealed[str]


# --- stream duty ----------------------------------------------------------------------------------------------------


class DutyAssigned(Event, frozen=True):
    """A department owes something to a case within a term; `case_number` is the pseudonym that it sees.

    `term_days` are counted in `unit`, 0 for a standing duty; `school_id` names the school where the duty is a school's,
    `guardian_id` whom nobody can reach where a new number is to be found.
    """

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
    unit: Unit = Unit.WORKING_DAYS
    school_id: SchoolId | None = None
    episode_id: EpisodeId | None = None
    guardian_id: GuardianId | None = None


class DutyAcknowledged(Event, frozen=True):
    """The department has seen it."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId


class DutyCompleted(Event, frozen=True):
    """The department has done it; `finding` is coded, the answer sealed. Late answers name how late by the trace.

    `on_behalf_of` names the department where another officer enters its reply, cited by `evidence_name`.
    """

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    department: Department
    kind: DutyKind
    by_officer_id: OfficerId
    finding: str
    answer: Sealed[str] | None = None
    evidence_name: Sealed[str] | None = None
    on_behalf_of: str | None = None


class DutyDeclined(Event, frozen=True):
    """The department says that it is not its duty, and why."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]
    on_behalf_of: str | None = None
    evidence_name: Sealed[str] | None = None


class DeclineAccepted(Event, frozen=True):
    """The bureau agrees that it is not the department's duty: nobody is asked any more."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    accepted_on: date
    note: Sealed[str] | None = None


class DutyReturned(Event, frozen=True):
    """The answer does not suffice: back to the department, the term runs anew from `returned_on`."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]
    returned_on: date


class DutyWithdrawn(Event, frozen=True):
    """The reason of the duty has gone (case withdrawn or closed, protection after a relapse, a new number on record)."""

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
    escalated_on: date


CASE_EVENTS: tuple[type[Event], ...] = (
    CaseOpened,
    CaseWithdrawn,
    CaseReopened,
    CaseNumbered,
    CaseMoved,
    OfficerNamed,
    OfficerReleased,
    CauseRecorded,
    WhereaboutsRecorded,
    PlanMade,
    AidMeasurePlanned,
    CommitmentSigned,
    CommitmentChecked,
    MeasureDone,
    MeasureFellOverdue,
    VisitRecorded,
    CaseGrewHard,
    ReturnAgreed,
    ReturnCalledOff,
    ReturnConfirmed,
    FollowUpFellDue,
    FollowUpRecorded,
    ObservationCompleted,
    RelapseRaised,
    RelapseWithdrawn,
    ClosingProposed,
    ClosingConfirmed,
    ClosingSentBack,
    CaseClosed,
    RecheckFellDue,
    RecheckRecorded,
)

DUTY_EVENTS: tuple[type[Event], ...] = (
    DutyAssigned,
    DutyAcknowledged,
    DutyCompleted,
    DutyDeclined,
    DeclineAccepted,
    DutyReturned,
    DutyWithdrawn,
    DutyOverdue,
    DutyEscalated,
)

EVENTS: tuple[type[Event], ...] = (*CASE_EVENTS, *DUTY_EVENTS)
