"""The toy's roll: children who go missing, by three deadlines, and the county's calendars and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import assert_never

import msgspec
import sqlalchemy as sa

from services.chassis.county import DayKind
from services.chassis.decider import Command, Deadline, Decider, Event, Policy, Term, derived_id, minutes, school_days, term_days
from services.chassis.envelope import Envelope
from services.chassis.errors import NotFound, RuleBroken
from services.chassis.projections import Projection
from services.contracts.identity import CalendarPublished, PolicySet

START_DAY = date(2026, 9, 8)
"""The Tuesday on which the tests begin."""

SUSPECT_AFTER = Policy("toy.suspect_after", school_days(5), source="domain.md section 2: more than five school days")
CONFIRM_AFTER = Policy("toy.confirm_after", term_days(30), source="domain.md section 2: one month, vacation pauses it")
TEXT_AFTER = Policy("toy.text_after", minutes(30), source="domain.md section 2: thirty minutes")

# --- roll: pupils ---------------------------------------------------------------------------------------------------


class PupilEnrolled(Event, frozen=True):
    """A child is on the roll."""

    pupil_id: str
    school_id: str


class AbsenceNoticed(Event, frozen=True):
    """The child is missing since a day."""

    pupil_id: str
    episode_id: str
    day: date
    noticed_at: datetime


class TextFellDue(Event, frozen=True):
    """Nobody has explained the absence in time."""

    pupil_id: str
    episode_id: str


class AbsenceEnded(Event, frozen=True):
    """The child is back, or was never missing."""

    pupil_id: str
    episode_id: str


class PupilSuspected(Event, frozen=True):
    """The child may have dropped out."""

    pupil_id: str
    episode_id: str


class DropoutConfirmed(Event, frozen=True):
    """The child has dropped out."""

    pupil_id: str
    episode_id: str


class PupilStruckOff(Event, frozen=True):
    """The case is closed: the child leaves the ledger."""

    pupil_id: str
    episode_id: str


class EnrolPupil(Command, frozen=True):
    """Put a child on the roll."""

    pupil_id: str
    school_id: str = "school-1"


class NoticeAbsence(Command, frozen=True):
    """A child is missing."""

    pupil_id: str
    day: date


class FireText(Command, frozen=True):
    """The time to explain an absence is over."""

    pupil_id: str
    episode_id: str


class EndAbsence(Command, frozen=True):
    """A child is back."""

    pupil_id: str


class SuspectPupil(Command, frozen=True):
    """A child was missing too long."""

    pupil_id: str
    episode_id: str


class ConfirmDropout(Command, frozen=True):
    """A child was suspected too long."""

    pupil_id: str
    episode_id: str


class StrikeOff(Command, frozen=True):
    """The case of an episode is closed."""

    pupil_id: str
    episode_id: str


PupilCommand = EnrolPupil | NoticeAbsence | FireText | EndAbsence | SuspectPupil | ConfirmDropout | StrikeOff
PupilEvent = PupilEnrolled | AbsenceNoticed | TextFellDue | AbsenceEnded | PupilSuspected | DropoutConfirmed | PupilStruckOff


class NoSuchPupil(NotFound):
    """No such child."""


class AlreadyMissing(RuleBroken):
    """The child is missing already."""

    zh = "该生已登记缺勤。"
    en = "The child is missing already."


class PupilState(msgspec.Struct, frozen=True):
    """What later decisions need of a child."""

    pupil_id: str = ""
    school_id: str = ""
    episodes: int = 0
    episode_id: str = ""
    missing_since: date | None = None
    noticed_at: datetime | None = None
    texted: bool = False
    stage: str = "at_school"


def _decide_pupil(state: PupilState, command: PupilCommand) -> list[PupilEvent]:
    if isinstance(command, EnrolPupil):
        return [] if state.pupil_id else [PupilEnrolled(pupil_id=command.pupil_id, school_id=command.school_id)]
    if not state.pupil_id:
        raise NoSuchPupil
    pupil_id = state.pupil_id
    match command:
        case NoticeAbsence():
            if state.missing_since is not None:
                raise AlreadyMissing
            episode = derived_id("episode", pupil_id, str(state.episodes + 1))
            return [AbsenceNoticed(pupil_id=pupil_id, episode_id=episode, day=command.day, noticed_at=command.given.now)]
        case EndAbsence():
            if state.missing_since is None:
                return []
            return [AbsenceEnded(pupil_id=pupil_id, episode_id=state.episode_id)]
        case FireText():
            if state.texted or command.episode_id != state.episode_id or state.missing_since is None:
                return []
            return [TextFellDue(pupil_id=pupil_id, episode_id=state.episode_id)]
        case SuspectPupil():
            if state.stage != "missing" or command.episode_id != state.episode_id:
                return []
            return [PupilSuspected(pupil_id=pupil_id, episode_id=state.episode_id)]
        case ConfirmDropout():
            if state.stage != "suspected" or command.episode_id != state.episode_id:
                return []
            return [DropoutConfirmed(pupil_id=pupil_id, episode_id=state.episode_id)]
        case StrikeOff():
            if state.stage != "back" or command.episode_id != state.episode_id:
                return []
            return [PupilStruckOff(pupil_id=pupil_id, episode_id=command.episode_id)]
        case _:
            assert_never(command)


def _evolve_pupil(state: PupilState, event: PupilEvent) -> PupilState:
    match event:
        case PupilEnrolled():
            return PupilState(pupil_id=event.pupil_id, school_id=event.school_id)
        case AbsenceNoticed():
            return msgspec.structs.replace(
                state,
                episodes=state.episodes + 1,
                episode_id=event.episode_id,
                missing_since=event.day,
                noticed_at=event.noticed_at,
                texted=False,
                stage="missing",
            )
        case TextFellDue():
            return msgspec.structs.replace(state, texted=True)
        case AbsenceEnded():
            stage = "at_school" if state.stage == "missing" else "back"
            return msgspec.structs.replace(state, missing_since=None, stage=stage)
        case PupilSuspected():
            return msgspec.structs.replace(state, stage="suspected")
        case DropoutConfirmed():
            return msgspec.structs.replace(state, stage="dropout")
        case PupilStruckOff():
            return msgspec.structs.replace(state, stage="at_school", missing_since=None)
        case _:
            assert_never(event)


def _pupil_deadlines(state: PupilState) -> Iterable[Deadline]:
    if state.missing_since is None or state.noticed_at is None:
        return
    pupil_id, episode_id, since = state.pupil_id, state.episode_id, state.missing_since
    if not state.texted:
        yield Deadline("text", state.noticed_at, TEXT_AFTER, FireText(pupil_id=pupil_id, episode_id=episode_id))
    if state.stage == "missing":
        command = SuspectPupil(pupil_id=pupil_id, episode_id=episode_id)
        yield Deadline("suspect", since, SUSPECT_AFTER, command, school_id=state.school_id)
    if state.stage == "suspected":
        confirm = ConfirmDropout(pupil_id=pupil_id, episode_id=episode_id)
        yield Deadline("confirm", since, CONFIRM_AFTER, confirm, school_id=state.school_id)


PUPIL: Decider[PupilState, PupilCommand, PupilEvent] = Decider(
    kind="pupil",
    commands=(EnrolPupil, NoticeAbsence, FireText, EndAbsence, SuspectPupil, ConfirmDropout, StrikeOff),
    initial=PupilState,
    decide=_decide_pupil,
    evolve=_evolve_pupil,
    stream_of=lambda command: command.pupil_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.episode_id or None,
    deadlines=_pupil_deadlines,
)

# --- roll: the county -----------------------------------------------------------------------------------------------


class PublishCalendar(Command, frozen=True):
    """Publish days of a calendar."""

    calendar_id: str
    edition: str
    days: dict[date, DayKind]


class SetPolicy(Command, frozen=True):
    """Set one of the county's numbers."""

    code: str
    value: int | Term


CountyCommand = PublishCalendar | SetPolicy
CountyEvent = CalendarPublished | PolicySet


def _decide_county(_state: int, command: CountyCommand) -> list[CountyEvent]:
    match command:
        case PublishCalendar():
            return [CalendarPublished(calendar_id=command.calendar_id, edition=command.edition, days=command.days)]
        case SetPolicy():
            return [PolicySet(code=command.code, value=command.value, source="a test")]
        case _:
            assert_never(command)


COUNTY: Decider[int, CountyCommand, CountyEvent] = Decider(
    kind="county",
    commands=(PublishCalendar, SetPolicy),
    initial=int,
    decide=_decide_county,
    evolve=lambda state, _event: state + 1,
    stream_of=lambda _command: "county",
    partition_of=lambda _state: "county",
)

# --- the read model --------------------------------------------------------------------------------------------------

TABLES = sa.MetaData()

PUPILS = sa.Table(
    "pupils",
    TABLES,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("school_id", sa.Text, nullable=False, index=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("missing_since", sa.Text),
    sa.Column("texted", sa.Boolean, nullable=False),
    sa.Column("episodes", sa.JSON, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
)


class PupilRow(msgspec.Struct, frozen=True):
    """A child as roll shows it."""

    pupil_id: str
    school_id: str
    stage: str
    missing_since: date | None
    texted: bool
    episodes: tuple[str, ...]
    changed_at: datetime


def pupil_row(row: PupilRow | None, event: PupilEvent, envelope: Envelope) -> PupilRow | None:
    """A child's row."""
    at = envelope.recorded
    if isinstance(event, PupilEnrolled):
        return PupilRow(event.pupil_id, event.school_id, "at_school", None, False, (), at)  # noqa: FBT003  the column's order
    if row is None:
        return None
    change = msgspec.structs.replace
    match event:
        case AbsenceNoticed():
            episodes = (*row.episodes, event.episode_id)
            return change(row, stage="missing", missing_since=event.day, texted=False, episodes=episodes, changed_at=at)
        case TextFellDue():
            return change(row, texted=True, changed_at=at)
        case AbsenceEnded():
            stage = "at_school" if row.stage == "missing" else "back"
            return change(row, stage=stage, missing_since=None, changed_at=at)
        case PupilSuspected():
            return change(row, stage="suspected", changed_at=at)
        case DropoutConfirmed():
            return change(row, stage="dropout", changed_at=at)
        case PupilStruckOff():
            return change(row, stage="at_school", missing_since=None, changed_at=at)
        case _:
            assert_never(event)


PUPIL_ROWS = Projection(
    PUPILS,
    PupilRow,
    {
        cls: (lambda e: e.pupil_id)
        for cls in (
            PupilEnrolled,
            AbsenceNoticed,
            TextFellDue,
            AbsenceEnded,
            PupilSuspected,
            DropoutConfirmed,
            PupilStruckOff,
        )
    },
    pupil_row,
    afresh=(PupilEnrolled,),
)
