"""What a department's system is told of its duty: every step of it, in public words, and no more than the step needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import assert_never

from services.casework.domain.duty_kinds import DUTY_KINDS
from services.casework.domain.duty_state import DutyEvent, DutyState
from services.casework.domain.escalating import TERM
from services.contracts import casework, department
from services.contracts.codes import RESTRICTED_CAUSES
from services.contracts.department import DutyTold
from services.contracts.topics import Desk, desk_of


def tell(state: DutyState, event: DutyEvent, terms: Mapping[str, date]) -> Iterator[tuple[Desk, DutyTold]]:
    """One public event for each step, so that they are numbered as the steps are; nothing of a duty that is a school's own."""
    duty = state.assigned
    if duty is not None and duty.school_id is None:
        yield desk_of(duty.department, duty.division), _said(duty, event, terms.get(TERM))


def _said(duty: casework.DutyAssigned, event: DutyEvent, due_on: date | None) -> DutyTold:
    duty_id, number = duty.duty_id, duty.number
    match event:
        case casework.DutyAssigned():
            return _assigned(event, due_on)
        case casework.DutyAcknowledged():
            return department.DutyAcknowledged(duty_id=duty_id, number=number)
        case casework.DutyCompleted():
            return department.DutyCompleted(duty_id=duty_id, number=number, on_behalf=event.on_behalf_of is not None)
        case casework.DutyDeclined():
            return department.DutyDeclined(duty_id=duty_id, number=number, on_behalf=event.on_behalf_of is not None)
        case casework.DeclineAccepted():
            return department.DutyExcused(duty_id=duty_id, number=number)
        case casework.DutyReturned():
            return department.DutyReturned(duty_id=duty_id, number=number, returned_on=event.returned_on, due_on=due_on)
        case casework.DutyWithdrawn():
            return department.DutyWithdrawn(duty_id=duty_id, number=number)
        case casework.DutyOverdue():
            return department.DutyOverdue(duty_id=duty_id, number=number, due_on=event.due_on)
        case casework.DutyEscalated():
            return department.DutyEscalated(
                duty_id=duty_id, number=number, level=event.level, to_role=event.to_role, escalated_on=event.escalated_on
            )
        case _:
            assert_never(event)


def _assigned(event: casework.DutyAssigned, due_on: date | None) -> department.DutyAssigned:
    restricted = event.cause in RESTRICTED_CAUSES
    return department.DutyAssigned(
        duty_id=event.duty_id,
        number=event.number,
        division=event.division,
        assigned_on=event.assigned_on,
        due_on=due_on,
        restricted=restricted,
        kind=None if restricted else event.kind,
        evidence=None if restricted else DUTY_KINDS[event.kind].evidence,
        case_number=None if restricted else event.case_number,
    )
