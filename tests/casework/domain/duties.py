"""An invented duty: what is asked of it and what happens to it, for the tests of its deciders."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.casework.domain.answering import AcceptDecline, AcknowledgeDuty, CompleteDuty, DeclineDuty, ReturnDuty
from services.casework.domain.assigning import AssignDuty, WithdrawDuty
from services.chassis.decider import Command, Given
from services.contracts.casework import (
    DeclineAccepted,
    DutyDeclined,
    DutyEscalated,
    DutyOverdue,
    DutyReturned,
    DutyWithdrawn,
)
from services.contracts.codes import Cause, Department, DutyKind, Role
from services.contracts.ids import OfficerId
from tests.casework.invented import (
    CASE_ID,
    DUTY_ID,
    EPISODE_ID,
    PUPIL_ID,
    SEALED,
    TODAY,
    acknowledged,
    assigned,
    completed,
    midnight_after,
)
from tests.scenario import NOW, given_now

THE_DUTY = {"duty_id": DUTY_ID, "case_id": CASE_ID, "pupil_id": PUPIL_ID}
ME = OfficerId("officer-1")
ON_BEHALF = Given(now=NOW, actor="clerk", on_behalf_of="department:civil_affairs")
acknowledge = AcknowledgeDuty(duty_id=DUTY_ID)
complete = CompleteDuty(duty_id=DUTY_ID, finding="granted", answer=SEALED)
decline = DeclineDuty(duty_id=DUTY_ID, reason=SEALED)
accept_decline = AcceptDecline(duty_id=DUTY_ID, note=SEALED)
return_ = ReturnDuty(duty_id=DUTY_ID, reason=SEALED)
withdraw = WithdrawDuty(duty_id=DUTY_ID)
declined = DutyDeclined(**THE_DUTY, by_officer_id=ME, reason=SEALED)
accepted = DeclineAccepted(**THE_DUTY, by_officer_id=ME, accepted_on=TODAY, note=SEALED)
returned = DutyReturned(**THE_DUTY, by_officer_id=ME, reason=SEALED, returned_on=TODAY)
withdrawn = DutyWithdrawn(**THE_DUTY)
overdue = DutyOverdue(**THE_DUTY, due_on=TODAY)
ANSWERED = (assigned, acknowledged, completed)


def assign(kind: DutyKind = DutyKind.DECIDE_RELIEF, **facts: Any) -> AssignDuty:
    command = AssignDuty(
        **THE_DUTY,
        episode_id=EPISODE_ID,
        department=Department.CIVIL_AFFAIRS,
        division="990126",
        kind=kind,
        cause=Cause.HARDSHIP,
        case_number="C2026-0001",
        given=msgspec.structs.replace(given_now(), number=1),
    )
    return msgspec.structs.replace(command, **facts)


def escalated(level: int, to_role: Role, on: date = TODAY) -> DutyEscalated:
    return DutyEscalated(**THE_DUTY, to_role=to_role, level=level, escalated_on=on)


def by_clock(command: Command, on: date = TODAY) -> Command:
    return msgspec.structs.replace(command, given=msgspec.structs.replace(given_now(), due_at=midnight_after(on)))
