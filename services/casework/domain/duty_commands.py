"""What may be asked of a duty."""

from __future__ import annotations

from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.ids import CaseId, DutyId, EpisodeId, OfficerId, PupilId, SchoolId


class AssignDuty(Command, frozen=True):
    """A cause, a measure or a return asks something of a department; it gets the county's next number of the year."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    department: Department
    division: str
    kind: DutyKind
    cause: Cause
    case_number: str | None = None
    school_id: SchoolId | None = None


class AcknowledgeDuty(Command, frozen=True):
    """The department has seen it."""

    duty_id: DutyId


class CompleteDuty(Command, frozen=True):
    """The answer, late ones too; `by_officer_id` where it follows from what an officer did elsewhere."""

    duty_id: DutyId
    finding: str
    answer: Sealed[str] | None = None
    evidence_name: Sealed[str] | None = None
    by_officer_id: OfficerId | None = None


class DeclineDuty(Command, frozen=True):
    """The department says that it is not its duty."""

    duty_id: DutyId
    reason: Sealed[str]
    evidence_name: Sealed[str] | None = None


class ReturnDuty(Command, frozen=True):
    """The bureau finds that the answer does not suffice: the term runs anew."""

    duty_id: DutyId
    reason: Sealed[str]


class WithdrawDuty(Command, frozen=True):
    """The reason of the duty has gone."""

    duty_id: DutyId


class NoteDutyOverdue(Command, frozen=True):
    """Timer: the term has passed."""

    duty_id: DutyId
    round: int


class EscalateDuty(Command, frozen=True):
    """Timer: the next leader is told; levels count from 1."""

    duty_id: DutyId
    round: int
    level: int


DutyCommand = AssignDuty | AcknowledgeDuty | CompleteDuty | DeclineDuty | ReturnDuty | WithdrawDuty | NoteDutyOverdue | EscalateDuty
