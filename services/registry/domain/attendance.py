"""A pupil's sessions: missed, excused, withdrawn, attended – and the day that closes with the child still missing.

The episode is minted at the first absence of a run and kept: by corrections that open the run again, by a relapse, by the
case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline, derived_id
from services.chassis.envelope import Sealed
from services.contracts.codes import ExcuseKind, Session
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId
from services.contracts.registry import (
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceWithdrawn,
    AbsentDayCounted,
    AttendanceNoted,
)
from services.registry.domain.absence import SESSIONS_OF_A_DAY, Fact, Standing, open_run, when
from services.registry.domain.errors import AbsenceNotNoticed
from services.registry.domain.policies import DAY_CLOSES
from services.registry.domain.promotion import Change, settled
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_evolve import after
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import accounted_for


class NoticeAbsence(Command, frozen=True):
    """The class's list names the child as missing without leave; `before` is the day of the list before."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    day: date
    session: Session
    stale: bool = False
    before: date | None = None


class ExcuseAbsence(Command, frozen=True):
    """The class's list names the child as excused."""

    pupil_id: PupilId
    day: date
    session: Session
    kind: ExcuseKind
    note: Sealed[str] | None = None


class WithdrawAbsence(Command, frozen=True):
    """The list was wrong: the child was there."""

    pupil_id: PupilId
    day: date
    session: Session


class NoteAttendance(Command, frozen=True):
    """The child was at the session, after one at which it was away."""

    pupil_id: PupilId
    day: date
    session: Session


class CloseAbsentDay(Command, frozen=True):
    """The school day is over and the child was not there (by the clock)."""

    pupil_id: PupilId
    day: date


class ExcuseDay(Command, frozen=True):
    """Leave or proof is brought for all that was missed on a day; what it says is sealed."""

    pupil_id: PupilId
    day: date
    kind: ExcuseKind
    note: Sealed[str] | None = None


AttendanceCommand = NoticeAbsence | ExcuseAbsence | WithdrawAbsence | NoteAttendance | CloseAbsentDay | ExcuseDay


def decide(state: PupilState, command: AttendanceCommand) -> list[PupilEvent]:
    """Nothing for a session before a return or a new enrolment: that is history. An awaited child may have come by it."""
    if state.is_history(command.day):
        return []
    events = _at_session(state, command)
    return [*events, *accounted_for(after(state, events), events, command.given)]


def _at_session(state: PupilState, command: AttendanceCommand) -> list[PupilEvent]:
    match command:
        case NoticeAbsence():
            return _missed(state, command)
        case NoteAttendance():
            return _attended(state, command, "attended")
        case WithdrawAbsence():
            return _withdrawn(state, command)
        case ExcuseAbsence():
            excused = _excused(state, command.day, command.session, command.kind, command.note)
            return [] if excused is None else settled(state, excused, "excused", command.day, command.given)
        case ExcuseDay():
            return _day_excused(state, command)
        case CloseAbsentDay():
            return _day_closed(state, command)
        case _:
            assert_never(command)


def _missed(state: PupilState, command: NoticeAbsence) -> list[PupilEvent]:
    """The run goes on or begins; nothing is told of a child between two schools."""
    at = when(command.day, command.session)
    known = state.facts.get(at)
    if state.transfer is not None or (known is not None and known.standing is Standing.ABSENT):
        return []
    noticed = AbsenceNoticed(
        pupil_id=state.pupil_id,
        episode_id=_episode_with(state, command),
        school_id=command.school_id,
        class_id=command.class_id,
        day=command.day,
        session=command.session,
        first=not state.told_run,
        silent=command.stale or state.away,
        last_attended_on=command.before,
    )
    return settled(state, noticed, "missed", command.day, command.given)


def _episode_with(state: PupilState, command: NoticeAbsence) -> EpisodeId:
    """The episode that is open, else that of the run which the session joins, else a new one."""
    if state.episode_id is not None and (state.told_run or state.in_case):
        return state.episode_id
    joined = open_run({**state.facts, when(command.day, command.session): Fact(Standing.ABSENT)})
    if joined is not None and joined.episode_id is not None:
        return joined.episode_id
    return EpisodeId(derived_id("episode", state.pupil_id, command.day.isoformat(), command.session))


def _attended(state: PupilState, command: NoteAttendance | WithdrawAbsence, change: Change) -> list[PupilEvent]:
    """Said only where the child had been missing: back from leave is nothing new."""
    at = when(command.day, command.session)
    known = state.facts.get(at)
    if known is not None and known.standing is Standing.PRESENT:
        return []
    missing = open_run({earlier: fact for earlier, fact in state.facts.items() if earlier < at})
    if missing is None and not state.in_case:
        return []
    episode = state.episode_id if state.told_run or state.in_case else None
    noted = AttendanceNoted(pupil_id=state.pupil_id, episode_id=episode, day=command.day, session=command.session)
    return settled(state, noted, change, command.day, command.given)


def _withdrawn(state: PupilState, command: WithdrawAbsence) -> list[PupilEvent]:
    fact = state.facts.get(when(command.day, command.session))
    if fact is None or fact.standing is not Standing.ABSENT or fact.episode_id is None:
        return _attended(state, command, "withdrawn")
    withdrawn = AbsenceWithdrawn(
        pupil_id=state.pupil_id, episode_id=fact.episode_id, day=command.day, session=command.session
    )  # fmt: skip
    return settled(state, withdrawn, "withdrawn", command.day, command.given)


def _excused(
    state: PupilState, day: date, session: Session, kind: ExcuseKind, note: Sealed[str] | None = None
) -> AbsenceExcused | None:
    fact = state.facts.get(when(day, session))
    if fact is not None and fact.standing is Standing.EXCUSED:
        return None
    return AbsenceExcused(
        pupil_id=state.pupil_id,
        episode_id=fact.episode_id if fact else None,
        day=day,
        session=session,
        kind=kind,
        note=note,
    )


def _day_excused(state: PupilState, command: ExcuseDay) -> list[PupilEvent]:
    of_day = [(at, fact) for at, fact in sorted(state.facts.items(), key=lambda each: each[0]) if at[0] == command.day]
    missed = [SESSIONS_OF_A_DAY[at[1]] for at, fact in of_day if fact.standing is Standing.ABSENT]
    if not missed:
        if any(fact.standing is Standing.EXCUSED for _, fact in of_day):
            return []
        raise AbsenceNotNoticed(field="day", day=command.day)
    events: list[PupilEvent] = []
    for session in missed:
        now = after(state, events)
        excused = _excused(now, command.day, session, command.kind, command.note)
        if excused is not None:
            events += settled(now, excused, "excused", command.day, command.given)
    return events


def _day_closed(state: PupilState, command: CloseAbsentDay) -> list[PupilEvent]:
    """The clock asks this only while the day is missed and not yet counted."""
    run = open_run(state.facts)
    if run is None or state.episode_id is None or command.day not in run.missed_days or command.day in state.closed:
        return []
    count = sum(day in state.closed for day in run.missed_days) + 1
    counted = AbsentDayCounted(pupil_id=state.pupil_id, episode_id=state.episode_id, day=command.day, count=count)
    return settled(state, counted, "missed", command.day, command.given)


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The closing of each day missed, but for a child in the dropout ledger or between two schools."""
    if state.away or state.transfer is not None or not state.facts:
        return
    run = open_run(state.facts)
    for day in run.missed_days if run else ():
        if day not in state.closed:
            yield Deadline(f"day:{day}", day, DAY_CLOSES, CloseAbsentDay(pupil_id=state.pupil_id, day=day))
