"""What is asked of a department, under the next number of the year, and taken back once its reason has gone.

A guardian whom no text reaches is the school's duty to find, once a guardian, in a case that is open, until the registry has
another number for them. The case's number is the pseudonym that departments see; they see no cause.
"""

from __future__ import annotations

from typing import assert_never

from services.casework.domain.duty_state import OPEN, DutyEvent, DutyState
from services.casework.domain.policies import DUTY_TERMS
from services.chassis.decider import Command, Term, working_days
from services.contracts.casework import DutyAssigned, DutyWithdrawn
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.ids import CaseId, DutyId, EpisodeId, GuardianId, PupilId, SchoolId

STANDING = working_days(0)
"""The term of a duty that has none."""


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
    guardian_id: GuardianId | None = None


class WithdrawDuty(Command, frozen=True):
    """The reason of the duty has gone."""

    duty_id: DutyId


AssigningCommand = AssignDuty | WithdrawDuty


def duty_number(year: int, number: int) -> str:
    """`D2026-0001`: county-unique, never used again, without gaps in a year."""
    return f"D{year}-{number:04d}"


def decide(state: DutyState, command: AssigningCommand) -> list[DutyEvent]:
    match command:
        case AssignDuty():
            return [_assigned(command)] if state.assigned is None else []
        case WithdrawDuty():
            duty = state.assigned
            if duty is None or state.status not in OPEN:
                return []
            return [DutyWithdrawn(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id)]
        case _:
            assert_never(command)


def _assigned(command: AssignDuty) -> DutyAssigned:
    if command.given.number is None:
        raise ValueError("AssignDuty needs the next number of its counter")
    policy = DUTY_TERMS.get(command.kind)
    term: Term = STANDING if policy is None else command.given.value(policy)
    return DutyAssigned(
        duty_id=command.duty_id,
        case_id=command.case_id,
        pupil_id=command.pupil_id,
        episode_id=command.episode_id,
        number=duty_number(command.given.today.year, command.given.number),
        department=command.department,
        division=command.division,
        kind=command.kind,
        cause=command.cause,
        case_number=command.case_number,
        assigned_on=command.given.today,
        term_days=term.count,
        unit=term.unit,
        school_id=command.school_id,
        guardian_id=command.guardian_id,
    )
