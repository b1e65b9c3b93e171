"""The registration window of a term: whom a class expects, who came, and who had not come when it closed (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from services.chassis.decider import Command, Deadline, Given
from services.contracts.codes import Ledger
from services.contracts.ids import ClassId, PupilId, SchoolId
from services.contracts.registry import PupilRegistered, RegistrationExpected
from services.registry.domain.errors import AlreadyInDropoutLedger, NotExpected
from services.registry.domain.ledgers import episode_of, lifted, suspected
from services.registry.domain.policies import REGISTRATION_WINDOW
from services.registry.domain.pupil_state import PupilEvent, PupilState


class ExpectRegistration(Command, frozen=True):
    """A class of a school expects the child for a term; the registration window opened on a day."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    class_id: ClassId
    grade: int
    residence_division: str
    opened_on: date


class RegisterPupil(Command, frozen=True):
    """The child came and registered for the term."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId


class CloseRegistration(Command, frozen=True):
    """The registration window has closed without the child (by the clock)."""

    pupil_id: PupilId
    term: str


RegistrationCommand = ExpectRegistration | RegisterPupil | CloseRegistration


def decide(state: PupilState, command: RegistrationCommand) -> list[PupilEvent]:
    match command:
        case ExpectRegistration():
            return _expected(state, command)
        case RegisterPupil():
            if command.term in state.registered_terms:
                return []
            if command.term != _awaited_term(state):
                raise NotExpected(term=command.term)
            return registered(state, command.school_id, command.given)
        case CloseRegistration():
            return _missed(state, command)
        case _:
            assert_never(command)


def _awaited_term(state: PupilState) -> str:
    """The term for which the child is expected, or has not come in time; none is empty."""
    return state.expected.term if state.expected else state.missed_term


def _expected(state: PupilState, command: ExpectRegistration) -> list[PupilEvent]:
    if command.term in state.registered_terms or (state.expected is not None and state.expected.term == command.term):
        return []
    if state.ledger is Ledger.DROPOUT:
        raise AlreadyInDropoutLedger
    return [
        RegistrationExpected(
            pupil_id=command.pupil_id,
            term=command.term,
            school_id=command.school_id,
            class_id=command.class_id,
            grade=command.grade,
            residence_division=command.residence_division,
            opened_on=command.opened_on,
        )
    ]


def registered(state: PupilState, school: SchoolId, given: Given) -> list[PupilEvent]:
    """An awaited child has come: by registering, or by being put on the roll."""
    term = _awaited_term(state)
    if not term:
        return []
    came = PupilRegistered(pupil_id=state.pupil_id, term=term, school_id=school, registered_on=given.today)
    return [came, lifted(state, "registered", given)] if state.is_suspected_for("not_registered") else [came]


def _missed(state: PupilState, command: CloseRegistration) -> list[PupilEvent]:
    expected = state.expected
    if expected is None or expected.term != command.term or state.ledger is not Ledger.SCHOOL_AGE:
        return []
    at_school = replace(state, school_id=expected.school_id, class_id=expected.class_id, grade=expected.grade)
    episode = episode_of(state, "registration", command.term)
    return [suspected(at_school, episode, "not_registered", command.given.due_on, None)]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The closing of the window."""
    expected = state.expected
    if expected is not None and state.ledger is Ledger.SCHOOL_AGE:
        close = CloseRegistration(pupil_id=state.pupil_id, term=expected.term)
        yield Deadline("registration", expected.opened_on, REGISTRATION_WINDOW, close, school_id=expected.school_id)
