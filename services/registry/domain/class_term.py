"""A class in a term: its roll calls by exceptions, their corrections, and the lists that did not come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Deadline, Decider, Policy
from services.contracts.codes import Session
from services.contracts.ids import ClassId, PupilId, SchoolId, term_code
from services.contracts.registry import (
    ClassTermEnded,
    ClassTermOpened,
    Excuse,
    RollCallCorrected,
    RollCallMissing,
    RollCallTaken,
    TermRegistrationOpened,
)
from services.registry.domain.absence import when
from services.registry.domain.errors import (
    DayNotYetCome,
    NotASchoolDay,
    PupilNamedTwice,
    PupilNotOfClass,
    RollCallDiffers,
    RollCallNotTaken,
    RollCallTooOld,
)
from services.registry.domain.policies import REGISTRATION_OPENS, ROLL_CALL_CORRECTION_DAYS, ROLL_CALL_DUE, ROLL_CALL_LATE_DAYS
from services.registry.domain.roll_calls import RollCall, RollCalls


class OpenClassTerm(Command, frozen=True):
    """The class begins a term; lists are expected from the first school day after `from_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class TakeRollCall(Command, frozen=True):
    """The class answers the roll: who is named is away, everybody else is there.

    The edge says whether the school has lessons that day, who is of the class, and who of them is `awaited` (missing or
    suspected so far, perhaps in another class or term): of these it is news that they are there. So it is of the
    `unregistered`, who have not registered for the term.
    """

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    is_school_day: bool
    members: frozenset[PupilId]
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    awaited: frozenset[PupilId] = frozenset()
    unregistered: frozenset[PupilId] = frozenset()


class CorrectRollCall(Command, frozen=True):
    """A list was wrong about the pupils named; about all others it stays as it is."""

    class_id: ClassId
    day: date
    session: Session
    members: frozenset[PupilId]
    present: tuple[PupilId, ...] = ()
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()


class NoteMissingRollCall(Command, frozen=True):
    """The class has not sent a list by the time it was expected (by the clock)."""

    class_id: ClassId
    term: str
    session: Session


class OpenRegistration(Command, frozen=True):
    """The class's first school day of the term is over (by the clock)."""

    class_id: ClassId
    term: str


ClassTermCommand = OpenClassTerm | TakeRollCall | CorrectRollCall | NoteMissingRollCall | OpenRegistration
ClassTermEvent = ClassTermOpened | ClassTermEnded | TermRegistrationOpened | RollCallTaken | RollCallCorrected | RollCallMissing


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


def stream_of(command: ClassTermCommand) -> str:
    """Class and term."""
    term = term_code(command.day) if isinstance(command, TakeRollCall | CorrectRollCall) else command.term
    return class_term_id(command.class_id, term)


def class_term_id(class_id: str, term: str) -> str:
    """The own id of a class's term."""
    return f"{class_id}:{term}"


def decide(state: ClassTermState, command: ClassTermCommand) -> list[ClassTermEvent]:
    match command:
        case OpenClassTerm():
            return _opened(state, command)
        case TakeRollCall():
            return _taken(state, command)
        case CorrectRollCall():
            return _corrected(state, command)
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
            sessions=tuple(session for session in command.sessions if session in ROLL_CALL_DUE),
        )
    ]


def _taken(state: ClassTermState, command: TakeRollCall) -> list[ClassTermEvent]:
    named = [*command.absent, *(excuse.pupil_id for excuse in command.excused)]
    _refuse_list(command, named, ROLL_CALL_LATE_DAYS)
    if not command.is_school_day:
        raise NotASchoolDay(field="day", day=command.day)
    at = when(command.day, command.session)
    known = state.lists.at(at)
    if known is not None:
        if known == RollCall.of(command.absent, command.excused):
            return []
        raise RollCallDiffers(day=command.day)
    awaited = command.awaited if state.lists.is_newest(at) else frozenset()
    back = (state.lists.away_before(at) | awaited) & command.members
    return [
        RollCallTaken(
            class_id=command.class_id,
            school_id=command.school_id,
            day=command.day,
            session=command.session,
            absent=tuple(sorted(command.absent)),
            excused=_in_order(command.excused),
            back=tuple(sorted(back - set(named))),
            stale=command.day < command.given.today,
            seen=state.lists.seen_after(at, named),
            before=state.lists.day_before(at),
            registered=tuple(sorted((command.unregistered & command.members) - set(command.absent))),
        )
    ]


def _corrected(state: ClassTermState, command: CorrectRollCall) -> list[ClassTermEvent]:
    named = [*command.present, *command.absent, *(excuse.pupil_id for excuse in command.excused)]
    _refuse_list(command, named, ROLL_CALL_CORRECTION_DAYS)
    at = when(command.day, command.session)
    old = state.lists.at(at)
    if old is None:
        raise RollCallNotTaken(day=command.day)
    withdrawn = sorted(old.away() & set(command.present))
    added = sorted(set(command.absent) - old.absent)
    excused = _in_order(excuse for excuse in command.excused if old.excused.get(excuse.pupil_id) != excuse.kind)
    if not (withdrawn or added or excused):
        return []
    return [
        RollCallCorrected(
            class_id=command.class_id,
            school_id=state.school_id,
            day=command.day,
            session=command.session,
            withdrawn=tuple(withdrawn),
            added=tuple(added),
            excused=excused,
            stale=command.day < command.given.today,
            seen=state.lists.seen_after(at, [*added, *(excuse.pupil_id for excuse in excused)]),
            before=state.lists.day_before(at),
        )
    ]


def _in_order(excused: Iterable[Excuse]) -> tuple[Excuse, ...]:
    return tuple(sorted(excused, key=lambda excuse: excuse.pupil_id))


def _refuse_list(command: TakeRollCall | CorrectRollCall, named: Sequence[PupilId], days_allowed: Policy[int]) -> None:
    """What holds for a list and for its correction alike."""
    if command.day > command.given.today:
        raise DayNotYetCome(field="day", day=command.day)
    allowed = command.given.value(days_allowed)
    if (command.given.today - command.day).days > allowed:
        raise RollCallTooOld(field="day", day=command.day, days=allowed)
    if len(set(named)) < len(named):
        raise PupilNamedTwice
    if strangers := set(named) - command.members:
        raise PupilNotOfClass(count=len(strangers))


def _missing(state: ClassTermState, command: NoteMissingRollCall) -> list[ClassTermEvent]:
    """The day is the one on which the timer was due; the first day of another term ends this one."""
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
                until_on=settled,
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


def evolve(state: ClassTermState, event: ClassTermEvent) -> ClassTermState:
    match event:
        case ClassTermOpened():
            settled = {session: max(event.from_on, state.settled.get(session, event.from_on)) for session in event.sessions}
            named = replace(state, class_id=event.class_id, school_id=event.school_id, term=event.term)
            opened = replace(named, sessions=event.sessions, settled={**state.settled, **settled})
            return replace(opened, unmet_since=event.from_on)
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


def deadlines(state: ClassTermState) -> Iterator[Deadline]:
    """The next list that is expected at each session, on the first school day after the last settled one; the first meeting."""
    for session in () if state.ended else state.sessions:
        note = NoteMissingRollCall(class_id=state.class_id, term=state.term, session=session)
        since = state.settled[session]
        yield Deadline(f"missing:{session}", since, ROLL_CALL_DUE[session], note, school_id=state.school_id)
    if state.unmet_since is not None:
        met = OpenRegistration(class_id=state.class_id, term=state.term)
        yield Deadline("registration", state.unmet_since, REGISTRATION_OPENS, met, school_id=state.school_id)


CLASS_TERM: Decider[ClassTermState, ClassTermCommand, ClassTermEvent] = Decider(
    kind="class_term",
    commands=(OpenClassTerm, TakeRollCall, CorrectRollCall, NoteMissingRollCall, OpenRegistration),
    initial=ClassTermState,
    decide=decide,
    evolve=evolve,
    stream_of=stream_of,
    partition_of=lambda state: state.class_id,
    deadlines=deadlines,
)
