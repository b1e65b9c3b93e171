"""Leaving a school with its last grade: nine years are completed, or another school has to take the child (domain.md §2).

After the ninth grade the children of school age leave the ledgers; whoever is suspected or has dropped out has not completed
it, and its case goes on. After the last grade of a primary, whoever no other school has taken or expects is an alarm of the
township, the bureau and the school that it left, and suspected as not registered when the window closes. The registry knows
no catchments, so it assigns none; the roster of any school may take such a child without a transfer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline
from services.contracts.codes import Ledger
from services.contracts.ids import PupilId
from services.contracts.registry import LeaverWithoutSchool, PupilGraduated
from services.registry.domain.policies import REGISTRATION_WINDOW
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import ONE_DAY, CloseRegistration


class NoteLeaver(Command, frozen=True):
    """The child's class has left its school before the ninth grade; the next term has begun."""

    pupil_id: PupilId
    term: str
    since_on: date


class GraduatePupil(Command, frozen=True):
    """The child's class has finished the ninth grade."""

    pupil_id: PupilId
    graduated_on: date


LeaverCommand = NoteLeaver | GraduatePupil


def decide(state: PupilState, command: LeaverCommand) -> list[PupilEvent]:
    """Nothing for a child with a case or between two schools: that ends with the case, or at the transfer's deadline.

    Whoever is past the upper age graduates like the others, and needs no other school.
    """
    may = state.ledger is Ledger.SCHOOL_AGE or (state.over_age and isinstance(command, GraduatePupil))
    if not may or state.transfer is not None:
        return []
    match command:
        case NoteLeaver():
            return _without_school(state, command)
        case GraduatePupil():
            graduated_on = command.graduated_on
            return [PupilGraduated(pupil_id=state.pupil_id, school_id=state.school_id, graduated_on=graduated_on)]
        case _:
            assert_never(command)


def _without_school(state: PupilState, command: NoteLeaver) -> list[PupilEvent]:
    if command.term in state.registered_terms or state.expected is not None or state.leaver is not None:
        return []
    return [
        LeaverWithoutSchool(
            pupil_id=state.pupil_id,
            term=command.term,
            school_id=state.school_id,
            residence_division=state.residence_division,
            since_on=command.since_on,
        )
    ]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The closing of the window in which another school must have taken the child."""
    leaver = state.leaver
    if leaver is not None and state.ledger is Ledger.SCHOOL_AGE:
        close = CloseRegistration(pupil_id=state.pupil_id, term=leaver.term)
        yield Deadline("leaver", leaver.since_on - ONE_DAY, REGISTRATION_WINDOW, close, school_id=leaver.school_id)
