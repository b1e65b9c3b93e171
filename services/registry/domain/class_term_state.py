"""What the registry must remember of a class's term to decide: the lists, and since when the next one is awaited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.codes import Session
from services.contracts.ids import ClassId, SchoolId, term_code
from services.contracts.registry import (
    ClassSessionsChanged,
    ClassTermEnded,
    ClassTermOpened,
    RollCallCorrected,
    RollCallMissing,
    RollCallTaken,
    TermRegistrationOpened,
)
from services.registry.domain.absence import when
from services.registry.domain.roll_calls import RollCall, RollCalls

TermEvent = ClassTermOpened | ClassSessionsChanged | ClassTermEnded | TermRegistrationOpened | RollCallMissing
ClassTermEvent = TermEvent | RollCallTaken | RollCallCorrected


class ClassTermState(msgspec.Struct, frozen=True):
    """The lists of the term; `settled` is, for each session, the last day that has its list or is known to lack it.

    `unmet_since` is the day after which the class first meets in the term, until it has.
    """

    class_id: ClassId = ClassId("")
    school_id: SchoolId = SchoolId("")
    term: str = ""
    sessions: tuple[Session, ...] = ()
    ended: bool = False
    unmet_since: date | None = None
    settled: Mapping[Session, date] = msgspec.field(default_factory=dict)
    lists: RollCalls = RollCalls()


def evolve(state: ClassTermState, event: ClassTermEvent) -> ClassTermState:
    match event:
        case ClassTermOpened():
            settled = {session: max(event.from_on, state.settled.get(session, event.from_on)) for session in event.sessions}
            named = replace(state, class_id=event.class_id, school_id=event.school_id, term=event.term)
            opened = replace(named, sessions=event.sessions, settled={**state.settled, **settled})
            return replace(opened, unmet_since=event.from_on)
        case ClassSessionsChanged():
            since = {session: state.settled.get(session, event.from_on) for session in event.sessions}
            return replace(state, sessions=event.sessions, settled={**state.settled, **since})
        case ClassTermEnded():
            return replace(state, ended=True, unmet_since=None)
        case TermRegistrationOpened():
            return replace(state, unmet_since=None)
        case RollCallTaken():
            lists = state.lists.taken(when(event.day, event.session), RollCall.of(event.absent, event.excused))
            named = replace(state, class_id=event.class_id, school_id=event.school_id, term=term_code(event.day))
            return replace(_settled(named, event.session, event.day), lists=lists)
        case RollCallCorrected():
            return replace(state, lists=state.lists.corrected(when(event.day, event.session), event))
        case RollCallMissing():
            return _settled(state, event.session, event.day)
        case _:
            assert_never(event)


def _settled(state: ClassTermState, session: Session, day: date) -> ClassTermState:
    return replace(state, settled={**state.settled, session: max(day, state.settled.get(session, day))})
