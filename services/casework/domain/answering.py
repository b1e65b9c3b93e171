"""The department's answer: seen, done or declined – and returned by the bureau where it does not suffice, or let be.

A department that is not online is answered for by the clerk, or by the township's officer of the child's township: the
written reply is cited, `on_behalf_of` is `department:<code>`, the trace shows both. A declined duty is an alarm until the
bureau returns it or agrees (then it is excused), or the case ends. A visit by anybody of the school answers the school's own
duty.

An answer keeps the last day of the term that it ended (`due_on`): in time or late stays visible.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.duty_kinds import findings_of
from services.casework.domain.duty_state import ANSWERED, DutyEvent, DutyState, DutyStatus
from services.casework.domain.errors import (
    DutyAlreadyAnswered,
    DutyNotAnswered,
    DutyNotDeclined,
    DutyWasWithdrawn,
    FindingNotOfDuty,
    NoSuchDuty,
    ReplyNotCited,
)
from services.casework.domain.escalating import TERM
from services.chassis.decider import Command, Given
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    DeclineAccepted,
    DutyAcknowledged,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyReturned,
)
from services.contracts.ids import DutyId, OfficerId


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


class AcceptDecline(Command, frozen=True):
    """The bureau agrees that it is not the department's duty."""

    duty_id: DutyId
    note: Sealed[str] | None = None


class ReturnDuty(Command, frozen=True):
    """The bureau finds that the answer does not suffice: the term runs anew."""

    duty_id: DutyId
    reason: Sealed[str]


AnsweringCommand = AcknowledgeDuty | CompleteDuty | DeclineDuty | AcceptDecline | ReturnDuty


def decide(state: DutyState, command: AnsweringCommand) -> list[DutyEvent]:
    match command:
        case AcknowledgeDuty():
            duty = _unanswered(state)
            return [] if state.status is DutyStatus.ACKNOWLEDGED else [_acknowledged(duty, OfficerId(command.given.actor))]
        case CompleteDuty():
            return _completed(state, command)
        case DeclineDuty():
            return _declined(state, command)
        case AcceptDecline():
            return _excused(state, command)
        case ReturnDuty():
            return _returned(state, command)
        case _:
            assert_never(command)


def _standing(state: DutyState) -> DutyAssigned:
    """The duty, answered or not; raises NoSuchDuty, DutyWasWithdrawn."""
    if state.assigned is None:
        raise NoSuchDuty
    if state.status is DutyStatus.WITHDRAWN:
        raise DutyWasWithdrawn
    return state.assigned


def _unanswered(state: DutyState) -> DutyAssigned:
    """The duty that waits for an answer; raises DutyAlreadyAnswered, beside what `_standing` raises."""
    duty = _standing(state)
    if state.status in ANSWERED:
        raise DutyAlreadyAnswered
    return duty


def _must_cite(given: Given, evidence_name: Sealed[str] | None) -> None:
    """Who answers on behalf of a department names its written reply."""
    if given.on_behalf_of is not None and evidence_name is None:
        raise ReplyNotCited(field="evidence_name")


def _due_on(state: DutyState, given: Given) -> date | None:
    """The last day of the term, whether it runs or has passed."""
    return state.overdue_on or given.terms.get(TERM)


def _acknowledged(duty: DutyAssigned, by: OfficerId) -> DutyAcknowledged:
    return DutyAcknowledged(duty_id=duty.duty_id, case_id=duty.case_id, pupil_id=duty.pupil_id, by_officer_id=by)


def _completed(state: DutyState, command: CompleteDuty) -> list[DutyEvent]:
    duty = _unanswered(state)
    findings = [finding.code for finding in findings_of(duty.kind)]
    if command.finding not in findings:
        raise FindingNotOfDuty(field="finding", findings=", ".join(findings))
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
        due_on=_due_on(state, command.given),
    )
    return [completed] if state.status is DutyStatus.ACKNOWLEDGED else [_acknowledged(duty, by), completed]


def _declined(state: DutyState, command: DeclineDuty) -> list[DutyEvent]:
    duty = _unanswered(state)
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
            due_on=_due_on(state, command.given),
        )
    ]


def _excused(state: DutyState, command: AcceptDecline) -> list[DutyEvent]:
    duty = _standing(state)
    if state.status is DutyStatus.EXCUSED:
        return []
    if state.status is not DutyStatus.DECLINED:
        raise DutyNotDeclined
    return [
        DeclineAccepted(
            duty_id=duty.duty_id,
            case_id=duty.case_id,
            pupil_id=duty.pupil_id,
            by_officer_id=OfficerId(command.given.actor),
            accepted_on=command.given.today,
            note=command.note,
        )
    ]


def _returned(state: DutyState, command: ReturnDuty) -> list[DutyEvent]:
    duty = _standing(state)
    if state.status not in ANSWERED:
        raise DutyNotAnswered
    return [
        DutyReturned(
            duty_id=duty.duty_id,
            case_id=duty.case_id,
            pupil_id=duty.pupil_id,
            by_officer_id=OfficerId(command.given.actor),
            reason=command.reason,
            returned_on=command.given.today,
        )
    ]
