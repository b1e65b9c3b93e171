"""A duty of a linked department (联控联保): assigned → acknowledged → completed or declined; returned, overdue, escalated."""

from __future__ import annotations

from typing import assert_never

from services.casework.domain import answering, assigning, escalating
from services.casework.domain.answering import (
    AcceptDecline,
    AcknowledgeDuty,
    AnsweringCommand,
    CompleteDuty,
    DeclineDuty,
    ReturnDuty,
)
from services.casework.domain.assigning import AssignDuty, AssigningCommand, WithdrawDuty
from services.casework.domain.duty_state import DutyEvent, DutyState, evolve
from services.casework.domain.escalating import EscalateDuty, EscalatingCommand, NoteDutyOverdue
from services.chassis.decider import Decider

DutyCommand = AssigningCommand | AnsweringCommand | EscalatingCommand


def decide(state: DutyState, command: DutyCommand) -> list[DutyEvent]:
    match command:
        case AssignDuty() | WithdrawDuty():
            return assigning.decide(state, command)
        case AcknowledgeDuty() | CompleteDuty() | DeclineDuty() | AcceptDecline() | ReturnDuty():
            return answering.decide(state, command)
        case NoteDutyOverdue() | EscalateDuty():
            return escalating.decide(state, command)
        case _:
            assert_never(command)


DUTY: Decider[DutyState, DutyCommand, DutyEvent] = Decider(
    kind="duty",
    commands=(
        AssignDuty,
        WithdrawDuty,
        AcknowledgeDuty,
        CompleteDuty,
        DeclineDuty,
        AcceptDecline,
        ReturnDuty,
        NoteDutyOverdue,
        EscalateDuty,
    ),
    initial=DutyState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.duty_id,
    partition_of=lambda state: state.assigned.pupil_id if state.assigned else "",
    correlation_of=lambda state: state.assigned.episode_id if state.assigned else None,
    deadlines=escalating.deadlines,
    numbers={AssignDuty: "duty"},
    dated=frozenset({CompleteDuty, DeclineDuty}),
)
