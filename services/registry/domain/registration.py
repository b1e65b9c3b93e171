"""The registration window of a term: whom a class expects, who came, and who had not come when it closed (domain.md §2).

Coming to school is registering: the first list of a term on which a child is not missing registers it, and so do leave, a
proof, a corrected list and the registrar's act. Whoever has not come when the class's first school day of the term is over is
expected, and suspected when the window closes – in the episode of its absence, and not again where that has made it
suspected. A class that is new in the house is met as at the beginning of a term. A registration once told stands: what is
wrong about it, absence tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import assert_never

from msgspec.structs import replace

from services.chassis.decider import Command, Deadline, Given
from services.contracts.codes import Ledger
from services.contracts.ids import ClassId, PupilId, SchoolId, term_code
from services.contracts.registry import (
    AbsenceExcused,
    AbsenceWithdrawn,
    AttendanceNoted,
    PupilRegistered,
    RegistrationExpected,
)
from services.registry.domain.absence import open_run
from services.registry.domain.errors import AlreadyInDropoutLedger, NotExpected
from services.registry.domain.ledgers import episode_of, lifted, suspected
from services.registry.domain.policies import REGISTRATION_WINDOW
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState

ONE_DAY = timedelta(days=1)
"""Terms are counted from the day after: from the eve on, the window's first day counts."""


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
    """The child came and registered for the term; being at school on a list of the term is coming."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    registered_on: date
    by_list: bool = False


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
            if command.term != _awaited_term(state) and not command.by_list:
                raise NotExpected(term=command.term)
            return _registered(state, command.term, command.school_id, command.registered_on, command.given)
        case CloseRegistration():
            return _missed(state, command)
        case _:
            assert_never(command)


def _awaited_term(state: PupilState) -> str:
    """The term for which the child is expected, or has not come in time; none is empty."""
    awaited = state.expected or state.leaver
    return awaited.term if awaited else state.missed_term


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


def put_on_roll(state: PupilState, school: SchoolId, given: Given) -> list[PupilEvent]:
    """An awaited child that is put on the roll has come."""
    term = _awaited_term(state)
    return _registered(state, term, school, given.today, given) if term else []


def accounted_for(state: PupilState, events: Sequence[PupilEvent], given: Given) -> list[PupilEvent]:
    """An awaited child that was at a session of the term, or had leave from it, has come: what follows from such events."""
    term = _awaited_term(state)
    days = [
        event.day
        for event in events
        if isinstance(event, AttendanceNoted | AbsenceWithdrawn | AbsenceExcused) and term_code(event.day) == term
    ]
    school = state.expected.school_id if state.expected else state.school_id
    return _registered(state, term, school, min(days), given) if days else []


def _registered(state: PupilState, term: str, school: SchoolId, on: date, given: Given) -> list[PupilEvent]:
    came = PupilRegistered(pupil_id=state.pupil_id, term=term, school_id=school, registered_on=on)
    return [came, lifted(state, "registered", given)] if state.is_suspected_for("not_registered") else [came]


def _missed(state: PupilState, command: CloseRegistration) -> list[PupilEvent]:
    """Suspected where it was expected; a leaver whom no school has taken, at the school that it left."""
    awaited, expected = state.expected or state.leaver, state.expected
    if awaited is None or awaited.term != command.term or state.ledger is not Ledger.SCHOOL_AGE:
        return []
    at_school = state
    if expected is not None:
        at_school = replace(state, school_id=expected.school_id, class_id=expected.class_id, grade=expected.grade)
    episode = episode_of(state, "registration", command.term)
    run = open_run(state.facts)
    return [suspected(at_school, episode, "not_registered", command.given.due_on, run.last_attended_on if run else None)]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The closing of the window."""
    expected = state.expected
    if expected is not None and state.ledger is Ledger.SCHOOL_AGE:
        close = CloseRegistration(pupil_id=state.pupil_id, term=expected.term)
        eve = expected.opened_on - ONE_DAY
        yield Deadline("registration", eve, REGISTRATION_WINDOW, close, school_id=expected.school_id)
