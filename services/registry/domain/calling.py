"""Calling the roll of a class by exceptions, and correcting a list that was wrong.

A list names only who is away; "all present" is one that names nobody. The same list twice is one list, another one is
refused: corrections name the children about whom it was wrong, so two people never overwrite each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import assert_never

from services.chassis.decider import Command
from services.contracts.codes import Session
from services.contracts.ids import ClassId, PupilId, SchoolId
from services.contracts.registry import Excuse, RollCallCorrected, RollCallTaken
from services.registry.domain.absence import OF_BOARDERS, when
from services.registry.domain.class_term_state import ClassTermEvent, ClassTermState
from services.registry.domain.errors import (
    CorrectionTooLate,
    DayNotYetCome,
    NotASchoolDay,
    PupilNamedTwice,
    PupilNotOfClass,
    RollCallDiffers,
    RollCallNotTaken,
    RollCallTooOld,
)
from services.registry.domain.policies import ROLL_CALL_CORRECTION_DAYS, ROLL_CALL_LATE_DAYS
from services.registry.domain.roll_calls import RollCall


class TakeRollCall(Command, frozen=True):
    """The class answers the roll: who is named is away, everybody else is there.

    The edge says whether a roll is called there that day (`roll_is_called`: it has lessons, or children come back to it), on
    which school day after it this is (`late_by`), who is of the class, who of them are `boarders`, and who is `awaited` (missing
    or suspected so far, perhaps in another class or term): of these it is news that they are there. So it is of the
    `unregistered`, who have not registered for the term. A list of the dormitory or the return day tells only of boarders, and
    of whom it names.
    """

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    roll_is_called: bool
    late_by: int
    members: frozenset[PupilId]
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    boarders: frozenset[PupilId] = frozenset()
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
    boarders: frozenset[PupilId] = frozenset()


CallingCommand = TakeRollCall | CorrectRollCall


def decide(state: ClassTermState, command: CallingCommand) -> list[ClassTermEvent]:
    match command:
        case TakeRollCall():
            return _taken(state, command)
        case CorrectRollCall():
            return _corrected(state, command)
        case _:
            assert_never(command)


def _taken(state: ClassTermState, command: TakeRollCall) -> list[ClassTermEvent]:
    named = [*command.absent, *(excuse.pupil_id for excuse in command.excused)]
    _refuse_list(command, named)
    if command.late_by > (allowed := command.given.value(ROLL_CALL_LATE_DAYS)):
        raise RollCallTooOld(field="day", day=command.day, days=allowed)
    if not command.roll_is_called:
        raise NotASchoolDay(field="day", day=command.day)
    at = when(command.day, command.session)
    known = state.lists.at(at)
    if known is not None:
        if known == RollCall.of(command.absent, command.excused):
            return []
        raise RollCallDiffers(day=command.day)
    awaited = command.awaited if state.lists.is_newest(at) else frozenset()
    expected = command.members & command.boarders if command.session in OF_BOARDERS else command.members
    back = (state.lists.away_before(at, command.boarders) | awaited) & expected
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
            seen=state.lists.seen_after(at, named, command.boarders),
            before=state.lists.day_before(at),
            registered=tuple(sorted((command.unregistered & expected) - set(command.absent))),
        )
    ]


def _corrected(state: ClassTermState, command: CorrectRollCall) -> list[ClassTermEvent]:
    named = [*command.present, *command.absent, *(excuse.pupil_id for excuse in command.excused)]
    _refuse_list(command, named)
    allowed = command.given.value(ROLL_CALL_CORRECTION_DAYS)
    if (command.given.today - command.day).days > allowed:
        raise CorrectionTooLate(field="day", day=command.day, days=allowed)
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
            seen=state.lists.seen_after(at, [*added, *(excuse.pupil_id for excuse in excused)], command.boarders),
            before=state.lists.day_before(at),
        )
    ]


def _in_order(excused: Iterable[Excuse]) -> tuple[Excuse, ...]:
    return tuple(sorted(excused, key=lambda excuse: excuse.pupil_id))


def _refuse_list(command: CallingCommand, named: Sequence[PupilId]) -> None:
    """What holds for a list and for its correction alike."""
    if command.day > command.given.today:
        raise DayNotYetCome(field="day", day=command.day)
    if len(set(named)) < len(named):
        raise PupilNamedTwice
    if strangers := set(named) - command.members:
        raise PupilNotOfClass(count=len(strangers))
