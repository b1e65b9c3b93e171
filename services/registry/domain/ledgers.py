"""The way through the ledgers 台账: suspected, dropped out, returned under observation, struck off (domain.md §2).

The same episode may be suspected again. A dropout by the clock is not undone by a corrected list: its case is closed as
`information_error`. The entry of a dropout bears the number of its case, which casework counts; before, it is known by its
episode.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, assert_never

from services.chassis.decider import Command, Deadline, Given, derived_id
from services.chassis.envelope import Sealed
from services.contracts.codes import Ledger, Outcome, Placement
from services.contracts.ids import EpisodeId, PupilId
from services.contracts.registry import (
    DropoutConfirmed,
    PupilReturned,
    PupilStruckOff,
    PupilSuspected,
    StrikeOffWithdrawn,
    SuspicionLifted,
)
from services.registry.domain.errors import NotInDropoutLedger, NotSuspected, OtherEpisode
from services.registry.domain.policies import SUSPICION_TERM
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState, SuspicionReason

Lifting = Literal["attended", "withdrawn", "excused", "registered", "transferred"]
"""Why a suspicion is none any more."""


class ConfirmDropout(Command, frozen=True):
    """The principal confirms the dropout before the clock does, with evidence."""

    pupil_id: PupilId
    evidence: Sealed[str]


class CloseSuspicion(Command, frozen=True):
    """The term of the suspicion has passed (by the clock)."""

    pupil_id: PupilId


class ReturnPupil(Command, frozen=True):
    """The case says that the school has confirmed the return."""

    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement


class StrikeOffPupil(Command, frozen=True):
    """The case was closed by three people."""

    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    closed_on: date


class WithdrawStrikeOff(Command, frozen=True):
    """The case was reopened: what it was closed for is not so any more."""

    pupil_id: PupilId
    episode_id: EpisodeId
    reopened_on: date


LedgerCommand = ConfirmDropout | CloseSuspicion | ReturnPupil | StrikeOffPupil | WithdrawStrikeOff


def decide(state: PupilState, command: LedgerCommand) -> list[PupilEvent]:
    match command:
        case ConfirmDropout():
            if state.ledger is Ledger.DROPOUT:
                return []
            if state.ledger is not Ledger.SUSPECTED:
                raise NotSuspected
            return [_dropped_out(state, "principal", command.given.today, command.evidence)]
        case CloseSuspicion():
            return [_dropped_out(state, "clock", command.given.due_on)] if state.ledger is Ledger.SUSPECTED else []
        case ReturnPupil():
            return _returned(state, command)
        case StrikeOffPupil():
            return _struck_off(state, command)
        case WithdrawStrikeOff():
            return _back_in_the_ledger(state, command)
        case _:
            assert_never(command)


# --- suspected --------------------------------------------------------------------------------------------------------


def suspected(
    state: PupilState, episode: EpisodeId, reason: SuspicionReason, on: date, last_attended_on: date | None
) -> PupilSuspected:
    """The child's entry into the ledger of suspected dropouts."""
    return PupilSuspected(
        pupil_id=state.pupil_id,
        episode_id=episode,
        school_id=state.school_id,
        class_id=state.class_id,
        grade=state.grade,
        residence_division=state.residence_division,
        suspected_on=on,
        last_attended_on=last_attended_on,
        reason=reason,
        groups=state.groups,
    )


def episode_of(state: PupilState, *purpose: str) -> EpisodeId:
    """The episode of the run of absences that goes on, else a new one, which the same purpose always gives."""
    if state.told_run and state.episode_id:
        return state.episode_id
    return EpisodeId(derived_id("episode", state.pupil_id, *purpose))


def lifted(state: PupilState, reason: Lifting, given: Given) -> SuspicionLifted:
    """The way back out of it."""
    return SuspicionLifted(pupil_id=state.pupil_id, episode_id=state.episode, lifted_on=given.today, reason=reason)


# --- dropped out, returned, struck off --------------------------------------------------------------------------------


def _dropped_out(
    state: PupilState, by: Literal["principal", "clock"], on: date, evidence: Sealed[str] | None = None
) -> DropoutConfirmed:
    return DropoutConfirmed(
        pupil_id=state.pupil_id,
        episode_id=state.episode,
        school_id=state.school_id,
        confirmed_on=on,
        by=by,
        evidence=evidence,
    )


def _returned(state: PupilState, command: ReturnPupil) -> list[PupilEvent]:
    if state.ledger is not Ledger.DROPOUT:
        raise NotInDropoutLedger
    if command.episode_id != state.episode_id:
        raise OtherEpisode
    if state.observed:
        return []
    return [
        PupilReturned(
            pupil_id=state.pupil_id,
            episode_id=command.episode_id,
            returned_on=command.returned_on,
            placement=command.placement,
        )
    ]


def _struck_off(state: PupilState, command: StrikeOffPupil) -> list[PupilEvent]:
    if state.ledger is Ledger.STRUCK_OFF or (state.ledger is Ledger.SCHOOL_AGE and command.episode_id == state.episode_id):
        return []
    if state.ledger is Ledger.SCHOOL_AGE:
        raise NotInDropoutLedger
    if command.episode_id != state.episode_id:
        raise OtherEpisode
    return [
        PupilStruckOff(
            pupil_id=state.pupil_id,
            episode_id=command.episode_id,
            outcome=command.outcome,
            struck_off_on=command.closed_on,
        )
    ]


def _back_in_the_ledger(state: PupilState, command: WithdrawStrikeOff) -> list[PupilEvent]:
    """Nothing where the child is still in a ledger, on a roll again, or in a later episode."""
    if state.ledger is not Ledger.STRUCK_OFF or state.enrolled or command.episode_id != state.episode_id:
        return []
    return [StrikeOffWithdrawn(pupil_id=state.pupil_id, episode_id=command.episode_id, withdrawn_on=command.reopened_on)]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The end of a suspicion's term."""
    if state.ledger is Ledger.SUSPECTED and state.suspected_on is not None:
        close = CloseSuspicion(pupil_id=state.pupil_id)
        yield Deadline("suspicion", state.suspected_on, SUSPICION_TERM, close, school_id=state.school_id)
