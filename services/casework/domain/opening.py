"""How a case begins, gets its number, moves with the child, and is withdrawn with the suspicion."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import CaseAlreadyClosed, CaseHasNumber
from services.casework.domain.standing import must_be_open
from services.chassis.decider import Command
from services.contracts.casework import CaseMoved, CaseNumbered, CaseOpened, CaseReopened, CaseWithdrawn
from services.contracts.codes import Group
from services.contracts.ids import CaseId, ClassId, EpisodeId, PupilId, SchoolId


class OpenCase(Command, frozen=True):
    """A child is suspected to have dropped out."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str
    opened_on: date
    groups: tuple[Group, ...] = ()


class WithdrawCase(Command, frozen=True):
    """The suspicion is lifted; it may come before the case is opened, which then never is."""

    case_id: CaseId
    pupil_id: PupilId
    withdrawn_on: date
    reason: str


class NumberCase(Command, frozen=True):
    """The child is a dropout: the case gets the county's next number of the year (`Decider.numbers`)."""

    case_id: CaseId
    dropout_on: date


class MoveCase(Command, frozen=True):
    """The child's school, class or residence is another now; what is not named stays."""

    case_id: CaseId
    school_id: SchoolId | None = None
    class_id: ClassId | None = None
    grade: int | None = None
    division: str | None = None


OpeningCommand = OpenCase | WithdrawCase | NumberCase | MoveCase


def case_number(year: int, number: int) -> str:
    """`C2026-0001`: county-unique, never used again, without gaps in a year."""
    return f"C{year}-{number:04d}"


def decide(state: CaseState, command: OpeningCommand) -> list[CaseEvent]:
    match command:
        case OpenCase():
            return _open(state, command)
        case WithdrawCase():
            return _withdraw(state, command)
        case NumberCase():
            return _number(state, command)
        case MoveCase():
            return _move(state, command)
        case _:
            assert_never(command)


def _open(state: CaseState, command: OpenCase) -> list[CaseEvent]:
    """A withdrawn case goes on; one that was withdrawn before it was opened never is, unless suspected anew."""
    if state.end == "withdrawn" and state.opened_on is not None:
        reopened = CaseReopened(
            case_id=state.case_id, pupil_id=state.pupil_id, reopened_on=command.opened_on, spell=state.spells + 1
        )
        return [reopened]
    cancelled = state.withdrawn_on is not None and command.opened_on <= state.withdrawn_on
    if state.opened_on is not None or cancelled:
        return []
    return [
        CaseOpened(
            case_id=command.case_id,
            pupil_id=command.pupil_id,
            episode_id=command.episode_id,
            school_id=command.school_id,
            class_id=command.class_id,
            grade=command.grade,
            division=command.division,
            opened_on=command.opened_on,
            groups=command.groups,
        )
    ]


def _withdraw(state: CaseState, command: WithdrawCase) -> list[CaseEvent]:
    if state.end == "withdrawn":
        return []
    if state.end == "closed":
        raise CaseAlreadyClosed
    if state.number is not None:
        raise CaseHasNumber
    return [
        CaseWithdrawn(
            case_id=command.case_id,
            pupil_id=command.pupil_id,
            withdrawn_on=command.withdrawn_on,
            reason=command.reason,
        )
    ]


def _number(state: CaseState, command: NumberCase) -> list[CaseEvent]:
    if state.number is not None:
        return []
    must_be_open(state)
    if command.given.number is None:
        raise ValueError("NumberCase needs the next number of its counter")
    number = case_number(command.given.today.year, command.given.number)
    return [CaseNumbered(case_id=state.case_id, pupil_id=state.pupil_id, number=number, dropout_on=command.dropout_on)]


def _move(state: CaseState, command: MoveCase) -> list[CaseEvent]:
    if state.opened_on is None or state.end is not None:
        return []
    moved = CaseMoved(
        case_id=state.case_id,
        pupil_id=state.pupil_id,
        school_id=command.school_id or state.school_id,
        class_id=command.class_id or state.class_id,
        grade=command.grade or state.grade,
        division=command.division or state.division,
    )
    before = (state.school_id, state.class_id, state.grade, state.division)
    return [] if (moved.school_id, moved.class_id, moved.grade, moved.division) == before else [moved]
