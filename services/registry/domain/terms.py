"""The terms of a class: one opens after the other, with the lists that are expected in it and do not come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline
from services.contracts.codes import Session
from services.contracts.ids import ClassId, SchoolId, term_code
from services.contracts.registry import (
    ClassSessionsChanged,
    ClassTermEnded,
    ClassTermOpened,
    RollCallMissing,
    TermRegistrationOpened,
)
from services.registry.domain.class_term_state import ClassTermEvent, ClassTermState
from services.registry.domain.policies import REGISTRATION_OPENS, ROLL_CALL_DUE


class OpenClassTerm(Command, frozen=True):
    """The class begins a term; lists are expected from the first school day after `from_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class ChangeSessions(Command, frozen=True):
    """The school calls the roll at other sessions from the day after `from_on`; a class whose term has ended keeps none."""

    class_id: ClassId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class NoteMissingRollCall(Command, frozen=True):
    """The class has not sent a list by the time it was expected (by the clock)."""

    class_id: ClassId
    term: str
    session: Session


class OpenRegistration(Command, frozen=True):
    """The class's first school day of the term is over (by the clock)."""

    class_id: ClassId
    term: str


TermCommand = OpenClassTerm | ChangeSessions | NoteMissingRollCall | OpenRegistration


def decide(state: ClassTermState, command: TermCommand) -> list[ClassTermEvent]:
    match command:
        case OpenClassTerm():
            return _opened(state, command)
        case ChangeSessions():
            return _sessions_changed(state, command)
        case NoteMissingRollCall():
            return _missing(state, command)
        case OpenRegistration():
            return _registration_opened(state, command)
        case _:
            assert_never(command)


def _opened(state: ClassTermState, command: OpenClassTerm) -> list[ClassTermEvent]:
    if state.sessions:
        return []
    return [
        ClassTermOpened(
            class_id=command.class_id,
            school_id=command.school_id,
            term=command.term,
            from_on=command.from_on,
            sessions=command.sessions,
        )
    ]


def _sessions_changed(state: ClassTermState, command: ChangeSessions) -> list[ClassTermEvent]:
    if not state.sessions or state.ended or state.sessions == command.sessions:
        return []
    return [
        ClassSessionsChanged(
            class_id=state.class_id,
            school_id=state.school_id,
            term=state.term,
            from_on=command.from_on,
            sessions=command.sessions,
        )
    ]


def _missing(state: ClassTermState, command: NoteMissingRollCall) -> list[ClassTermEvent]:
    """The day is the one on which the timer was due; the first day of another term ends this one, whatever the session."""
    day = command.given.due_on
    settled = state.settled.get(command.session)
    if state.ended or settled is None or day <= settled:
        return []
    if term_code(day) != state.term:
        return [
            ClassTermEnded(
                class_id=state.class_id,
                school_id=state.school_id,
                term=state.term,
                next_term=term_code(day),
                until_on=max(state.settled.values()),
                sessions=state.sessions,
            )
        ]
    return [RollCallMissing(class_id=state.class_id, school_id=state.school_id, day=day, session=command.session)]


def _registration_opened(state: ClassTermState, command: OpenRegistration) -> list[ClassTermEvent]:
    if state.unmet_since is None:
        return []
    return [
        TermRegistrationOpened(class_id=state.class_id, school_id=state.school_id, term=state.term, opened_on=command.given.due_on)
    ]


def deadlines(state: ClassTermState) -> Iterator[Deadline]:
    """The next list of each session, on the first day of its kind after the last settled one; the first meeting."""
    for session in () if state.ended else state.sessions:
        note = NoteMissingRollCall(class_id=state.class_id, term=state.term, session=session)
        since = state.settled[session]
        yield Deadline(f"missing:{session}", since, ROLL_CALL_DUE[session], note, school_id=state.school_id)
    if state.unmet_since is not None:
        met = OpenRegistration(class_id=state.class_id, term=state.term)
        yield Deadline("registration", state.unmet_since, REGISTRATION_OPENS, met, school_id=state.school_id)
