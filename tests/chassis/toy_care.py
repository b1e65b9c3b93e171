"""The toy's care: a case for each suspected child, talks that are sealed, a letter that goes outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import assert_never

import msgspec
import sqlalchemy as sa

from services.chassis.decider import Command, Deadline, Decider, Event, Policy, derived_id, working_days
from services.chassis.envelope import Envelope, Sealed
from services.chassis.errors import NotFound, RuleBroken
from services.chassis.projections import Index, Projection
from tests.chassis.toy_roll import AbsenceEnded, AbsenceNoticed, PupilSuspected

VISIT_WITHIN = Policy("toy.visit_within", working_days(3), source="domain.md section 4: three working days")

# --- care: cases ----------------------------------------------------------------------------------------------------


class CaseOpened(Event, frozen=True):
    """Somebody cares for a suspected child from now on."""

    case_id: str
    pupil_id: str
    episode_id: str
    opened_on: date


class TalkRecorded(Event, frozen=True):
    """Somebody talked with the family; what was said is sealed."""

    case_id: str
    number: int
    note: Sealed[str]


class VisitReminded(Event, frozen=True):
    """No visit in time."""

    case_id: str


class LetterSettled(Event, frozen=True):
    """What became of the letter to the family: sent, uncertain or given_up."""

    case_id: str
    outcome: str


class CaseClosed(Event, frozen=True):
    """The child is back."""

    case_id: str
    pupil_id: str
    episode_id: str


class OpenCase(Command, frozen=True):
    """Open the case of an episode."""

    case_id: str
    pupil_id: str
    episode_id: str


class RecordTalk(Command, frozen=True):
    """Record a talk."""

    case_id: str
    number: int
    note: Sealed[str]


class RemindVisit(Command, frozen=True):
    """The visit is late."""

    case_id: str


class SettleLetter(Command, frozen=True):
    """Record what became of the letter."""

    case_id: str
    outcome: str


class CloseCase(Command, frozen=True):
    """Close a case."""

    case_id: str


CaseCommand = OpenCase | RecordTalk | RemindVisit | SettleLetter | CloseCase
CaseEvent = CaseOpened | TalkRecorded | VisitReminded | LetterSettled | CaseClosed


class NoSuchCase(NotFound):
    """No such case."""


class CaseAlreadyClosed(RuleBroken):
    """The case is closed."""

    zh = "个案已销号。"
    en = "The case is closed."


class CaseState(msgspec.Struct, frozen=True):
    """What later decisions need of a case."""

    case_id: str = ""
    pupil_id: str = ""
    episode_id: str = ""
    opened_on: date | None = None
    talks: int = 0
    reminded: bool = False
    letter: str = ""
    closed: bool = False


def _decide_case(state: CaseState, command: CaseCommand) -> list[CaseEvent]:
    if isinstance(command, OpenCase):
        if state.case_id:
            return []
        today = command.given.today
        return [CaseOpened(case_id=command.case_id, pupil_id=command.pupil_id, episode_id=command.episode_id, opened_on=today)]
    if not state.case_id:
        raise NoSuchCase
    match command:
        case RecordTalk():
            if state.closed:
                raise CaseAlreadyClosed
            return [TalkRecorded(case_id=state.case_id, number=command.number, note=command.note)]
        case RemindVisit():
            return [] if state.closed or state.reminded else [VisitReminded(case_id=state.case_id)]
        case SettleLetter():
            if state.letter:
                return []
            return [LetterSettled(case_id=state.case_id, outcome=command.outcome)]
        case CloseCase():
            if state.closed:
                return []
            return [CaseClosed(case_id=state.case_id, pupil_id=state.pupil_id, episode_id=state.episode_id)]
        case _:
            assert_never(command)


def _evolve_case(state: CaseState, event: CaseEvent) -> CaseState:
    match event:
        case CaseOpened():
            return CaseState(case_id=event.case_id, pupil_id=event.pupil_id, episode_id=event.episode_id, opened_on=event.opened_on)
        case TalkRecorded():
            return msgspec.structs.replace(state, talks=state.talks + 1)
        case VisitReminded():
            return msgspec.structs.replace(state, reminded=True)
        case LetterSettled():
            return msgspec.structs.replace(state, letter=event.outcome)
        case CaseClosed():
            return msgspec.structs.replace(state, closed=True)
        case _:
            assert_never(event)


def _case_deadlines(state: CaseState) -> Iterable[Deadline]:
    if state.opened_on is not None and not state.closed and not state.reminded:
        yield Deadline("visit", state.opened_on, VISIT_WITHIN, RemindVisit(case_id=state.case_id))


CASE: Decider[CaseState, CaseCommand, CaseEvent] = Decider(
    kind="case",
    commands=(OpenCase, RecordTalk, RemindVisit, SettleLetter, CloseCase),
    initial=CaseState,
    decide=_decide_case,
    evolve=_evolve_case,
    stream_of=lambda command: command.case_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.episode_id or None,
    deadlines=_case_deadlines,
)


def case_of(episode_id: str) -> str:
    """The case of an episode."""
    return derived_id("case", episode_id)


# --- care: a diary a child, one line for each event that was handled: written twice, it would show --------------------


class DiaryWritten(Event, frozen=True):
    """Something was heard about a child."""

    pupil_id: str
    cause: str


class WriteDiary(Command, frozen=True):
    """Note what was heard; never refused, never a repeat."""

    pupil_id: str
    cause: str


DIARY: Decider[str, WriteDiary, DiaryWritten] = Decider(
    kind="diary",
    commands=(WriteDiary,),
    initial=str,
    decide=lambda _state, command: [DiaryWritten(pupil_id=command.pupil_id, cause=command.cause)],
    evolve=lambda _state, event: event.pupil_id,
    stream_of=lambda command: command.pupil_id,
    partition_of=lambda state: state,
)

# --- read models -----------------------------------------------------------------------------------------------------

TABLES = sa.MetaData()

CASES = sa.Table(
    "cases",
    TABLES,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("pupil_id", sa.Text, nullable=False, index=True),
    sa.Column("opened_at", sa.Text, nullable=False),
    sa.Column("talks", sa.Integer, nullable=False),
    sa.Column("last_note", sa.JSON),
    sa.Column("letter", sa.Text),
    sa.Column("closed", sa.Boolean, nullable=False),
)

WATCHED = sa.Table(
    "watched",
    TABLES,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("episode_id", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
)


HEARD = sa.Table(
    "heard",
    TABLES,
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("heard_at", sa.Text, nullable=False, index=True),
)


class CaseRow(msgspec.Struct, frozen=True):
    """A case as care shows it."""

    case_id: str
    pupil_id: str
    opened_at: datetime
    talks: int = 0
    last_note: Sealed[str] | None = None
    letter: str | None = None
    closed: bool = False


class WatchedRow(msgspec.Struct, frozen=True):
    """A missing child as care sees it from roll's events; the row goes when the child is back unsuspected."""

    pupil_id: str
    episode_id: str
    stage: str
    events: int


def case_row(row: CaseRow | None, event: CaseEvent, envelope: Envelope) -> CaseRow | None:
    """A case's row."""
    if isinstance(event, CaseOpened):
        return CaseRow(event.case_id, event.pupil_id, envelope.recorded)
    if row is None:
        return None
    match event:
        case TalkRecorded():
            return msgspec.structs.replace(row, talks=row.talks + 1, last_note=event.note)
        case LetterSettled():
            return msgspec.structs.replace(row, letter=event.outcome)
        case CaseClosed():
            return msgspec.structs.replace(row, closed=True)
        case VisitReminded():
            return row
        case _:
            assert_never(event)


WatchedEvent = AbsenceNoticed | AbsenceEnded | PupilSuspected


def watched_row(row: WatchedRow | None, event: WatchedEvent, _envelope: Envelope) -> WatchedRow | None:
    """A missing child's row in care."""
    if isinstance(event, AbsenceNoticed):
        return WatchedRow(event.pupil_id, event.episode_id, "missing", 1)
    if row is None:
        return None
    if isinstance(event, PupilSuspected):
        return msgspec.structs.replace(row, stage="suspected", events=row.events + 1)
    return None if row.stage == "missing" else msgspec.structs.replace(row, stage="back", events=row.events + 1)


CASE_ROWS = Projection(
    CASES,
    CaseRow,
    {cls: (lambda e: e.case_id) for cls in (CaseOpened, TalkRecorded, LetterSettled, CaseClosed)},
    case_row,
)
WATCHED_ROWS = Projection(
    WATCHED,
    WatchedRow,
    {cls: (lambda e: (e.pupil_id, e.episode_id)) for cls in (AbsenceNoticed, AbsenceEnded, PupilSuspected)},
    watched_row,
    afresh=(AbsenceNoticed,),
)


class HeardRow(msgspec.Struct, frozen=True):
    """That an event named somebody or something."""

    event_id: str
    subject: str
    heard_at: datetime


def heard_rows(event: AbsenceNoticed | PupilSuspected | CaseOpened, envelope: Envelope) -> Iterable[HeardRow]:
    """The child and the episode that an event names."""
    for subject in (event.pupil_id, event.episode_id):
        yield HeardRow(envelope.event_id, subject, envelope.recorded)


HEARD_INDEX = Index(HEARD, HeardRow, (AbsenceNoticed, PupilSuspected, CaseOpened), heard_rows)
