"""What the clock does with a duty that nobody answers: overdue, then one leader after the other is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from services.casework.domain.duty_state import OPEN, DutyEvent, DutyState
from services.casework.domain.policies import DUTY_TERMS, ESCALATION
from services.chassis.decider import Command, Deadline
from services.contracts.casework import DutyEscalated, DutyOverdue
from services.contracts.codes import Role
from services.contracts.ids import DutyId, OfficerId

TERM = "term"
"""The purpose of the timer with whose end a duty is overdue."""


class NoteDutyOverdue(Command, frozen=True):
    """Timer: the term has passed."""

    duty_id: DutyId
    round: int


class EscalateDuty(Command, frozen=True):
    """Timer: the next leader is told; levels count from 1. Who that is, the rows say when it is due."""

    duty_id: DutyId
    round: int
    level: int
    to_officer_id: OfficerId | None = None


EscalatingCommand = NoteDutyOverdue | EscalateDuty


def decide(state: DutyState, command: EscalatingCommand) -> list[DutyEvent]:
    """Nothing of a duty that is not open any more, or whose term began anew since."""
    duty = state.assigned
    if duty is None or state.status not in OPEN or state.round != command.round:
        return []
    match command:
        case NoteDutyOverdue() if state.overdue_on is None:
            due_on = command.given.term_ended_on
            return [DutyOverdue(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id, due_on=due_on)]
        case EscalateDuty() if command.level == state.level + 1:
            return [
                DutyEscalated(
                    duty_id=duty.duty_id,
                    case_id=duty.case_id,
                    pupil_id=duty.pupil_id,
                    to_role=role_told(command.level),
                    level=command.level,
                    escalated_on=command.given.term_ended_on,
                    to_officer_id=command.to_officer_id,
                )
            ]
        case NoteDutyOverdue() | EscalateDuty():
            return []
        case _:
            assert_never(command)


def role_told(level: int) -> Role:
    """The role of the leader who is told at a level."""
    return ESCALATION[level - 1][1]


def deadlines(state: DutyState) -> Iterator[Deadline]:
    """The end of the term, then one step of escalation after the other, as long as nobody has answered."""
    duty, since = state.assigned, state.since
    if duty is None or since is None or state.status not in OPEN:
        return
    policy = DUTY_TERMS.get(duty.kind)
    if policy is None:
        return
    if state.overdue_on is None:
        command = NoteDutyOverdue(duty_id=duty.duty_id, round=state.round)
        yield Deadline(TERM, since, policy, command, duty.school_id)
    elif state.level < len(ESCALATION):
        level = state.level + 1
        term, _ = ESCALATION[state.level]
        escalate = EscalateDuty(duty_id=duty.duty_id, round=state.round, level=level)
        yield Deadline(f"escalation-{level}", since, term, escalate, duty.school_id)
