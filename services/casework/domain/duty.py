"""A duty of a linked department (联控联保): assigned → acknowledged → completed or declined; returned, overdue, escalated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.casework.domain.duty_commands import (
    AcknowledgeDuty,
    AssignDuty,
    CompleteDuty,
    DeclineDuty,
    DutyCommand,
    EscalateDuty,
    NoteDutyOverdue,
    ReturnDuty,
    WithdrawDuty,
)
from services.casework.domain.duty_kinds import findings_of
from services.casework.domain.errors import (
    DutyAlreadyAnswered,
    DutyNotAnswered,
    DutyWasWithdrawn,
    FindingNotOfDuty,
    NoSuchDuty,
    ReplyNotCited,
)
from services.casework.domain.policies import DUTY_TERMS, ESCALATION
from services.casework.domain.standing import due_day
from services.chassis.decider import Deadline, Decider, Given, Term, working_days
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    DutyAcknowledged,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyEscalated,
    DutyOverdue,
    DutyReturned,
    DutyWithdrawn,
)
from services.contracts.ids import OfficerId

STANDING = working_days(0)
"""The term of a duty that has none."""


DutyEvent = (
    DutyAssigned | DutyAcknowledged | DutyCompleted | DutyDeclined | DutyReturned | DutyWithdrawn | DutyOverdue | DutyEscalated
)


class DutyStatus(StrEnum):
    """Where a duty stands; an overdue one keeps its status, with the day on which it fell due."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    COMPLETED = "completed"
    DECLINED = "declined"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


ANSWERED = frozenset({DutyStatus.COMPLETED, DutyStatus.DECLINED})
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


def duty_number(year: int, number: int) -> str:
    """`D2026-0001`: county-unique, never used again, without gaps in a year."""
    return f"D{year}-{number:04d}"


def decide(state: DutyState, command: DutyCommand) -> list[DutyEvent]:
    match command:
        case AssignDuty():
            return _assign(state, command)
        case AcknowledgeDuty():
            duty = _still_open(state)
            return [] if state.status is DutyStatus.ACKNOWLEDGED else [_acknowledged(duty, command.given.actor)]
        case CompleteDuty():
            return _complete(state, command)
        case DeclineDuty():
            duty = _still_open(state)
            _must_cite(command.given, command.evidence_name)
            return [
                DutyDeclined(
                    duty_id=duty.duty_id,
                    case_id=duty.case_id,
                    pupil_id=duty.pupil_id,
                    by_officer_id=OfficerId(command.given.actor),
                    reason=command.reason,
                    on_behalf_of=command.given.on_behalf_of,
                    evidence_name=command.evidence_name,
                )
            ]
        case ReturnDuty():
            return _return(state, command)
        case WithdrawDuty():
            if state.assigned is None or state.status is DutyStatus.WITHDRAWN or state.status in ANSWERED:
                return []
            duty = state.assigned
            return [DutyWithdrawn(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id)]
        case NoteDutyOverdue() | EscalateDuty():
            return _by_clock(state, command)
        case _:
            assert_never(command)


def _still_open(state: DutyState) -> DutyAssigned:
    if state.assigned is None:
        raise NoSuchDuty
    if state.status is DutyStatus.WITHDRAWN:
        raise DutyWasWithdrawn
    if state.status in ANSWERED:
        raise DutyAlreadyAnswered
    return state.assigned


def _must_cite(given: Given, evidence_name: Sealed[str] | None) -> None:
    if given.on_behalf_of is not None and evidence_name is None:
        raise ReplyNotCited(field="evidence_name")


def _acknowledged(duty: DutyAssigned, officer_id: str) -> DutyAcknowledged:
    return DutyAcknowledged(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id, by_officer_id=OfficerId(officer_id))


def _assign(state: DutyState, command: AssignDuty) -> list[DutyEvent]:
    if state.assigned is not None:
        return []
    if command.given.number is None:
        raise ValueError("AssignDuty needs the next number of its counter")
    policy = DUTY_TERMS.get(command.kind)
    term: Term = STANDING if policy is None else command.given.value(policy)
    return [
        DutyAssigned(
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
        )
    ]


def _complete(state: DutyState, command: CompleteDuty) -> list[DutyEvent]:
    duty = _still_open(state)
    findings = findings_of(duty.kind)
    if command.finding not in {finding.code for finding in findings}:
        raise FindingNotOfDuty(field="finding", findings=", ".join(finding.code for finding in findings))
    _must_cite(command.given, command.evidence_name)
    by = command.by_officer_id or OfficerId(command.given.actor)
    completed = DutyCompleted(
        duty_id=duty.duty_id,
        case_id=duty.case_id,
        pupil_id=duty.pupil_id,
        department=duty.department,
        kind=duty.kind,
        by_officer_id=by,
        finding=command.finding,
        answer=command.answer,
        evidence_name=command.evidence_name,
        on_behalf_of=command.given.on_behalf_of,
    )
    return [completed] if state.status is DutyStatus.ACKNOWLEDGED else [_acknowledged(duty, by), completed]


def _return(state: DutyState, command: ReturnDuty) -> list[DutyEvent]:
    if state.assigned is None:
        raise NoSuchDuty
    if state.status is DutyStatus.WITHDRAWN:
        raise DutyWasWithdrawn
    if state.status not in ANSWERED:
        raise DutyNotAnswered
    return [
        DutyReturned(
            duty_id=state.assigned.duty_id,
            case_id=state.assigned.case_id,
            pupil_id=state.assigned.pupil_id,
            by_officer_id=OfficerId(command.given.actor),
            reason=command.reason,
            returned_on=command.given.today,
        )
    ]


def _by_clock(state: DutyState, command: NoteDutyOverdue | EscalateDuty) -> list[DutyEvent]:
    duty = state.assigned
    if duty is None or state.status not in OPEN or state.round != command.round:
        return []
    if isinstance(command, NoteDutyOverdue):
        if state.overdue_on is not None:
            return []
        due_on = due_day(command.given)
        return [DutyOverdue(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id, due_on=due_on)]
    if command.level != state.level + 1:
        return []
    _, to_role = ESCALATION[command.level - 1]
    return [
        DutyEscalated(
            duty_id=duty.duty_id,
            case_id=duty.case_id,
            pupil_id=duty.pupil_id,
            to_role=to_role,
            level=command.level,
            escalated_on=due_day(command.given),
        )
    ]


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
        yield Deadline("term", since, policy, command, duty.school_id)
    elif state.level < len(ESCALATION):
        level = state.level + 1
        term, _ = ESCALATION[state.level]
        escalate = EscalateDuty(duty_id=duty.duty_id, round=state.round, level=level)
        yield Deadline(f"escalation-{level}", since, term, escalate, duty.school_id)


def _pupil(state: DutyState) -> str:
    return state.assigned.pupil_id if state.assigned else ""


def _episode(state: DutyState) -> str | None:
    return state.assigned.episode_id if state.assigned else None


DUTY: Decider[DutyState, DutyCommand, DutyEvent] = Decider(
    kind="duty",
    commands=(
        AssignDuty,
        AcknowledgeDuty,
        CompleteDuty,
        DeclineDuty,
        ReturnDuty,
        WithdrawDuty,
        NoteDutyOverdue,
        EscalateDuty,
    ),
    initial=DutyState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.duty_id,
    partition_of=_pupil,
    correlation_of=_episode,
    deadlines=deadlines,
    numbers={AssignDuty: "duty"},
)
