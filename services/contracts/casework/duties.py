"""What the linked departments owe to a case: a duty's own stream."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Event, Unit
from services.chassis.envelope import Sealed
from services.contracts.codes import Cause, Department, DutyKind, Role
from services.contracts.ids import CaseId, DutyId, EpisodeId, GuardianId, OfficerId, PupilId, SchoolId


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
    """The department has done it; `finding` is coded, the answer sealed.

    `due_on` is the last day of the term that ran: none of a standing duty, nor in version 1.
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
    due_on: date | None = None


class DutyDeclined(Event, frozen=True):
    """The department says that it is not its duty, and why; `due_on` as in `DutyCompleted`."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]
    on_behalf_of: str | None = None
    evidence_name: Sealed[str] | None = None
    due_on: date | None = None


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
    """The next leader is told: the one named on the case's line for that role, else whoever holds the post the longest.

    Nobody where the post is vacant, nor in version 1.
    """

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    to_role: Role
    level: int
    escalated_on: date
    to_officer_id: OfficerId | None = None
