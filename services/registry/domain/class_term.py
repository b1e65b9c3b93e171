"""A class in a term: its roll calls by exceptions, their corrections, and the lists that did not come."""

from __future__ import annotations

from typing import assert_never

from services.chassis.decider import Decider
from services.contracts.ids import term_code
from services.registry.domain import calling, terms
from services.registry.domain.calling import CallingCommand, CorrectRollCall, TakeRollCall
from services.registry.domain.class_term_state import ClassTermEvent, ClassTermState, evolve
from services.registry.domain.terms import ChangeSessions, NoteMissingRollCall, OpenClassTerm, OpenRegistration, TermCommand

ClassTermCommand = TermCommand | CallingCommand


def stream_of(command: ClassTermCommand) -> str:
    """Class and term."""
    term = term_code(command.day) if isinstance(command, CallingCommand) else command.term
    return class_term_id(command.class_id, term)


def class_term_id(class_id: str, term: str) -> str:
    """The own id of a class's term."""
    return f"{class_id}:{term}"


def decide(state: ClassTermState, command: ClassTermCommand) -> list[ClassTermEvent]:
    match command:
        case TakeRollCall() | CorrectRollCall():
            return calling.decide(state, command)
        case OpenClassTerm() | ChangeSessions() | NoteMissingRollCall() | OpenRegistration():
            return terms.decide(state, command)
        case _:
            assert_never(command)


CLASS_TERM: Decider[ClassTermState, ClassTermCommand, ClassTermEvent] = Decider(
    kind="class_term",
    commands=(OpenClassTerm, ChangeSessions, TakeRollCall, CorrectRollCall, NoteMissingRollCall, OpenRegistration),
    initial=ClassTermState,
    decide=decide,
    evolve=evolve,
    stream_of=stream_of,
    partition_of=lambda state: state.class_id,
    deadlines=terms.deadlines,
)
