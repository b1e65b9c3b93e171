"""The roll calls of a class in a term: its sessions, its lists, and those that did not come."""

from __future__ import annotations

from datetime import date

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import ExcuseKind, Session
from services.contracts.ids import ClassId, PupilId, SchoolId


class ClassTermOpened(Event, frozen=True):
    """A class begins a term: from the first school day after `from_on` a roll call is expected at each of `sessions`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class ClassSessionsChanged(Event, frozen=True):
    """In the middle of a term a class is expected to call the roll at other sessions, each from its next day after `from_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class ClassTermEnded(Event, frozen=True):
    """The next expected roll call is of another term: nothing more is expected here after `until_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    next_term: str
    until_on: date
    sessions: tuple[Session, ...]


class TermRegistrationOpened(Event, frozen=True):
    """The class's first school day of a term is over: whoever of it has not come by now is expected to register."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    opened_on: date


class Excuse(msgspec.Struct, frozen=True):
    """A child whose absence is excused; what was said about it is sealed."""

    pupil_id: PupilId
    kind: ExcuseKind
    note: Sealed[str] | None = None


class Seen(msgspec.Struct, frozen=True):
    """A child that was present at a session already on record; told because only now it is known to have been away before."""

    pupil_id: PupilId
    day: date
    session: Session


class RollCallTaken(Event, frozen=True):
    """A class answered the roll: only exceptions are named; `back` were away at the session before and no longer are.

    `stale` is true for a list entered after its day: it counts, but sets off no text. `seen` is filled by lists that come
    after a later one: who is away here and was present there. `before` is the day of the list before this one. `registered`
    had not registered for the term: the first list of a term on which they are not missing registers them.
    """

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    back: tuple[PupilId, ...] = ()
    stale: bool = False
    seen: tuple[Seen, ...] = ()
    before: date | None = None
    registered: tuple[PupilId, ...] = ()


class RollCallCorrected(Event, frozen=True):
    """A roll call was wrong: `withdrawn` were not absent, `added` were, `excused` had leave."""

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    withdrawn: tuple[PupilId, ...] = ()
    added: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    stale: bool = False
    seen: tuple[Seen, ...] = ()
    before: date | None = None


class RollCallMissing(Event, frozen=True):
    """A class sent nothing: unknown, never present; it neither counts nor resets anybody's absence."""

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
