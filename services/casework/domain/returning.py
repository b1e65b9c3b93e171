"""The way back: the agreed day, the return and its observation, and the relapse that begins the next spell."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import (
    AgreedDayPast,
    AlreadyReturned,
    NoReturnAgreed,
    PlacementNeedsDecision,
    ReturnBeforeAbsence,
)
from services.casework.domain.standing import must_be_numbered, must_be_open, must_be_possible
from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    ObservationCompleted,
    RelapseRaised,
    RelapseWithdrawn,
    ReturnAgreed,
    ReturnCalledOff,
    ReturnConfirmed,
)
from services.contracts.codes import Placement
from services.contracts.ids import CaseId

DECIDED_PLACEMENTS = frozenset(
    {
        Placement.MAINSTREAM_WITH_DISABILITY,
        Placement.SPECIAL_SCHOOL,
        Placement.HOME_TEACHING,
        Placement.SPECIALISED_SCHOOL,
    }
)
"""Placements that need a committee's opinion and a decision (domain.md §6)."""


class AgreeReturn(Command, frozen=True):
    """The household agrees on a day; the reminder goes the evening before."""

    case_id: CaseId
    return_on: date


class CallOffReturn(Command, frozen=True):
    """The child will not come on the agreed day."""

    case_id: CaseId


class ConfirmReturn(Command, frozen=True):
    """The school confirms presence, date and placement; `term_ends_on` is the term's last day by the school's calendar."""

    case_id: CaseId
    returned_on: date
    placement: Placement
    term_ends_on: date | None = None
    decision_reference: Sealed[str] | None = None


class RaiseRelapse(Command, frozen=True):
    """The registry misses the child again after its return."""

    case_id: CaseId
    day: date


class WithdrawRelapse(Command, frozen=True):
    """The registry finds that the child was not missing, or had leave."""

    case_id: CaseId
    day: date


class CompleteObservation(Command, frozen=True):
    """Timer: the observation period is over."""

    case_id: CaseId
    spell: int


ReturningCommand = AgreeReturn | CallOffReturn | ConfirmReturn | RaiseRelapse | WithdrawRelapse | CompleteObservation


def decide(state: CaseState, command: ReturningCommand) -> list[CaseEvent]:
    match command:
        case AgreeReturn() | CallOffReturn():
            return _agreement(state, command)
        case ConfirmReturn():
            return _confirm(state, command)
        case RaiseRelapse():
            must_be_open(state)
            if not state.returned:
                return []
            spell = state.spells + 1
            return [RelapseRaised(case_id=state.case_id, pupil_id=state.pupil_id, day=command.day, spell=spell)]
        case WithdrawRelapse():
            must_be_open(state)
            if state.before is None:
                return []
            spell = state.before.nth
            return [RelapseWithdrawn(case_id=state.case_id, pupil_id=state.pupil_id, day=command.day, spell=spell)]
        case CompleteObservation():
            done = not state.returned or state.spell.nth != command.spell or state.spell.observed_on is not None
            if state.end is not None or done:
                return []
            completed_on = command.given.term_ended_on
            return [ObservationCompleted(case_id=state.case_id, pupil_id=state.pupil_id, completed_on=completed_on)]
        case _:
            assert_never(command)


def _agreement(state: CaseState, command: AgreeReturn | CallOffReturn) -> list[CaseEvent]:
    must_be_open(state)
    if state.spell.returned is not None:
        raise AlreadyReturned(returned_on=state.spell.returned.returned_on)
    agreed_on = state.spell.agreed_on
    if isinstance(command, CallOffReturn):
        if agreed_on is None:
            raise NoReturnAgreed
        return [ReturnCalledOff(case_id=state.case_id, pupil_id=state.pupil_id, return_on=agreed_on, episode_id=state.episode_id)]
    if command.return_on < command.given.today:
        raise AgreedDayPast(field="return_on", day=command.return_on)
    if agreed_on == command.return_on:
        return []
    return [ReturnAgreed(case_id=state.case_id, pupil_id=state.pupil_id, return_on=command.return_on, episode_id=state.episode_id)]


def _confirm(state: CaseState, command: ConfirmReturn) -> list[CaseEvent]:
    episode_id = must_be_numbered(state)
    known = state.spell.returned
    if known is not None:
        if (known.returned_on, known.placement) == (command.returned_on, command.placement):
            return []
        raise AlreadyReturned(returned_on=known.returned_on)
    must_be_possible(state, command.returned_on, command.given, field="returned_on")
    if command.returned_on < state.spell.away_since:
        raise ReturnBeforeAbsence(field="returned_on", day=command.returned_on, away_since=state.spell.away_since)
    if command.placement in DECIDED_PLACEMENTS and command.decision_reference is None:
        raise PlacementNeedsDecision(field="decision_reference")
    return [
        ReturnConfirmed(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            episode_id=episode_id,
            returned_on=command.returned_on,
            placement=command.placement,
            spell=state.spell.nth,
            term_ends_on=command.term_ends_on,
            decision_reference=command.decision_reference,
        )
    ]
