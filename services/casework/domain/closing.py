"""Closing 销号: school (or village) proposes with evidence, township confirms, bureau approves – three different people.

A vice-principal who proposes does so for the principal named, who then cannot take another step. A closing sent back begins
again, with any three people; a return or a relapse sweeps a proposal.
"""

from __future__ import annotations

from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import (
    AgeNotAnswered,
    ClosingAlreadyConfirmed,
    ClosingAlreadyProposed,
    ClosingNotConfirmed,
    EvidenceNotCited,
    EvidenceNotOfOutcome,
    LastTermNotEnded,
    LostIsNoOutcome,
    NineYearsNotDone,
    NoClosingProposed,
    ObservationNotOver,
    ProposalIsTheSchools,
    SamePersonTwice,
    TransferNotCompleted,
)
from services.casework.domain.outcomes import NINE_YEARS, OUTCOMES, OWN_RECORDS
from services.casework.domain.standing import must_be_numbered, must_be_open
from services.chassis.decider import Command, Given
from services.chassis.envelope import Sealed
from services.contracts.casework import CaseClosed, ClosingConfirmed, ClosingProposed, ClosingSentBack
from services.contracts.codes import Cause, Outcome
from services.contracts.ids import CaseId, OfficerId


class ProposeClosing(Command, frozen=True):
    """The school proposes an outcome, or the village (`as_village`) for a child that is on no roll.

    `evidence_kind` may be left out where the outcome knows only one;
    `transfer_completed` and `over_age` are what the registry has said of the child, `last_term_ended` what the school's
    calendar says: the school year in which the child was in the grade that it is in is over.
    """

    case_id: CaseId
    outcome: Outcome
    evidence: Sealed[str]
    evidence_kind: str = ""
    reference: Sealed[str] | None = None
    as_village: bool = False
    has_school: bool = True
    transfer_completed: bool = False
    over_age: bool = False
    last_term_ended: bool = False


class ConfirmClosing(Command, frozen=True):
    """The township confirms."""

    case_id: CaseId
    note: Sealed[str] | None = None


class ApproveClosing(Command, frozen=True):
    """The bureau approves: the case is closed."""

    case_id: CaseId
    note: Sealed[str] | None = None


class SendClosingBack(Command, frozen=True):
    """Township or bureau does not agree: the case goes on."""

    case_id: CaseId
    reason: Sealed[str]


ClosingCommand = ProposeClosing | ConfirmClosing | ApproveClosing | SendClosingBack


def decide(state: CaseState, command: ClosingCommand) -> list[CaseEvent]:
    match command:
        case ProposeClosing():
            return _propose(state, command)
        case ConfirmClosing():
            return _confirm(state, command)
        case ApproveClosing():
            return _approve(state, command)
        case SendClosingBack():
            must_be_open(state)
            if state.proposal is None:
                raise NoClosingProposed
            by = OfficerId(command.given.actor)
            return [ClosingSentBack(case_id=state.case_id, pupil_id=state.pupil_id, by_officer_id=by, reason=command.reason)]
        case _:
            assert_never(command)


def _propose(state: CaseState, command: ProposeClosing) -> list[CaseEvent]:
    must_be_numbered(state)
    if state.proposal is not None:
        raise ClosingAlreadyProposed
    if command.as_village and command.has_school:
        raise ProposalIsTheSchools
    _must_be_observed(state, command.outcome)
    kinds = OUTCOMES[command.outcome].evidence
    kind = command.evidence_kind or (next(iter(kinds)) if len(kinds) == 1 else "")
    if kind not in kinds:
        raise EvidenceNotOfOutcome(field="evidence_kind", outcome=command.outcome, kinds=", ".join(kinds))
    _must_be_so(state, command, kind)
    if kind not in OWN_RECORDS and command.reference is None:
        raise EvidenceNotCited(field="reference")
    return [
        ClosingProposed(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            outcome=command.outcome,
            by_officer_id=OfficerId(command.given.actor),
            on_behalf_of=command.given.on_behalf_of,
            evidence=command.evidence,
            evidence_kind=kind,
            reference=command.reference,
        )
    ]


def _must_be_so(state: CaseState, command: ProposeClosing, kind: str) -> None:
    """What the registry knows must not say otherwise than the outcome."""
    completed = kind in ("graduation_record", "nine_years_completed")
    if completed and state.grade < NINE_YEARS:
        raise NineYearsNotDone(field="outcome", grade=state.grade)
    if completed and not command.last_term_ended:
        raise LastTermNotEnded(field="outcome")
    if completed and Cause.LOST_CONTACT in state.causes and not state.returned:
        raise LostIsNoOutcome(field="outcome")
    if command.outcome is Outcome.OVER_AGE and not command.over_age:
        raise AgeNotAnswered(field="outcome")
    if kind == "transfer_completed" and not command.transfer_completed:
        raise TransferNotCompleted(field="evidence_kind")


def _confirm(state: CaseState, command: ConfirmClosing) -> list[CaseEvent]:
    must_be_open(state)
    if state.proposal is None:
        raise NoClosingProposed
    if state.confirmation is not None:
        raise ClosingAlreadyConfirmed
    _must_be_another(command.given, state.proposal)
    return [
        ClosingConfirmed(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            by_officer_id=OfficerId(command.given.actor),
            on_behalf_of=command.given.on_behalf_of,
            note=command.note,
        )
    ]


def _approve(state: CaseState, command: ApproveClosing) -> list[CaseEvent]:
    episode_id = must_be_numbered(state)
    if state.proposal is None:
        raise NoClosingProposed
    if state.confirmation is None:
        raise ClosingNotConfirmed
    _must_be_another(command.given, state.proposal, state.confirmation)
    _must_be_observed(state, state.proposal.outcome)
    return [
        CaseClosed(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            episode_id=episode_id,
            outcome=state.proposal.outcome,
            closed_on=command.given.today,
            by_officer_id=OfficerId(command.given.actor),
            on_behalf_of=command.given.on_behalf_of,
            note=command.note,
        )
    ]


def _must_be_observed(state: CaseState, outcome: Outcome) -> None:
    if outcome is Outcome.RETURNED and state.spell.observed_on is None:
        raise ObservationNotOver


def _must_be_another(given: Given, *steps: ClosingProposed | ClosingConfirmed) -> None:
    """Neither who acts now nor whom they stand in for has acted, or been stood in for, in a step before."""
    now = {given.actor, given.on_behalf_of} - {None}
    before = {person for step in steps for person in (step.by_officer_id, step.on_behalf_of)}
    if now & before:
        raise SamePersonTwice
