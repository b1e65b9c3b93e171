"""What later decisions need to know of a duty: where it stands, since when, how far it has been escalated."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.casework import (
    DeclineAccepted,
    DutyAcknowledged,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyEscalated,
    DutyOverdue,
    DutyReturned,
    DutyWithdrawn,
)

DutyEvent = (
    DutyAssigned
    | DutyAcknowledged
    | DutyCompleted
    | DutyDeclined
    | DeclineAccepted
    | DutyReturned
    | DutyWithdrawn
    | DutyOverdue
    | DutyEscalated
)


class DutyStatus(StrEnum):
    """Where a duty stands; an overdue one keeps its status, an excused one was declined and the bureau agrees."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXCUSED = "excused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


ANSWERED = frozenset({DutyStatus.COMPLETED, DutyStatus.DECLINED, DutyStatus.EXCUSED})
OPEN = frozenset({DutyStatus.ASSIGNED, DutyStatus.ACKNOWLEDGED, DutyStatus.RETURNED})
"""Still to be answered."""


class DutyState(msgspec.Struct, frozen=True):
    """A duty as its rules see it; `round` counts how often its term began."""

    assigned: DutyAssigned | None = None
    status: DutyStatus = DutyStatus.ASSIGNED
    round: int = 1
    since: date | None = None
    overdue_on: date | None = None
    level: int = 0


def evolve(state: DutyState, event: DutyEvent) -> DutyState:
    match event:
        case DutyAssigned():
            return DutyState(assigned=event, since=event.assigned_on)
        case DutyAcknowledged():
            return replace(state, status=DutyStatus.ACKNOWLEDGED)
        case DutyCompleted():
            return replace(state, status=DutyStatus.COMPLETED)
        case DutyDeclined():
            return replace(state, status=DutyStatus.DECLINED)
        case DeclineAccepted():
            return replace(state, status=DutyStatus.EXCUSED)
        case DutyReturned():
            return DutyState(assigned=state.assigned, status=DutyStatus.RETURNED, round=state.round + 1, since=event.returned_on)
        case DutyWithdrawn():
            return replace(state, status=DutyStatus.WITHDRAWN)
        case DutyOverdue():
            return replace(state, overdue_on=event.due_on, since=event.due_on)
        case DutyEscalated():
            return replace(state, level=event.level, since=event.escalated_on)
        case _:
            assert_never(event)
