"""What later decisions need to know of a case, and how each event changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.casework import (
    AidMeasurePlanned,
    CaseClosed,
    CaseGrewHard,
    CaseMoved,
    CaseNumbered,
    CaseOpened,
    CaseReopened,
    CaseWithdrawn,
    CauseRecorded,
    ClosingConfirmed,
    ClosingProposed,
    ClosingSentBack,
    CommitmentChecked,
    CommitmentSigned,
    FollowUpFellDue,
    FollowUpRecorded,
    Line,
    MeasureDone,
    MeasureFellOverdue,
    ObservationCompleted,
    OfficerNamed,
    OfficerReleased,
    PlanMade,
    RecheckFellDue,
    RecheckRecorded,
    RelapseRaised,
    RelapseWithdrawn,
    ReturnAgreed,
    ReturnCalledOff,
    ReturnConfirmed,
    VisitRecorded,
    WhereaboutsRecorded,
)
from services.contracts.codes import Cause, Outcome, Promise, VisitResult
from services.contracts.ids import CaseId, ClassId, EpisodeId, FollowUpId, MeasureId, OfficerId, PupilId, SchoolId, VisitId

OpeningEvent = CaseOpened | CaseWithdrawn | CaseReopened | CaseNumbered | CaseMoved
KeepingEvent = MeasureDone | MeasureFellOverdue | CommitmentChecked
LineEvent = OfficerNamed | OfficerReleased
PersuadingEvent = (
    CauseRecorded | WhereaboutsRecorded | PlanMade | AidMeasurePlanned | CommitmentSigned | VisitRecorded | CaseGrewHard
)
ReturningEvent = (
    ReturnAgreed
    | ReturnCalledOff
    | ReturnConfirmed
    | ObservationCompleted
    | RelapseRaised
    | RelapseWithdrawn
    | FollowUpFellDue
    | FollowUpRecorded
)
ClosingEvent = ClosingProposed | ClosingConfirmed | ClosingSentBack | CaseClosed | RecheckFellDue | RecheckRecorded
CaseEvent = OpeningEvent | LineEvent | PersuadingEvent | KeepingEvent | ReturningEvent | ClosingEvent

FAILED = frozenset({VisitResult.REFUSED, VisitResult.NOT_FOUND})
"""A visit has failed when the household refused, or nobody was met."""


class FollowUps(msgspec.Struct, frozen=True):
    """Contacts after a return: `counted` have been made (the last `last_on`), `fell_due` is the last not made in time."""

    counted: int = 0
    fell_due: int = 0
    last_on: date | None = None
    milestone_on: date | None = None
    ids: frozenset[FollowUpId] = frozenset()

    @property
    def next(self) -> int:
        """The contact that comes next."""
        return max(self.counted, self.fell_due) + 1


class Spell(msgspec.Struct, frozen=True):
    """One stretch of absence within the case, and what brought the child back; a relapse begins the next."""

    nth: int = 1
    away_since: date = date.min
    failed_visits: int = 0
    hard: bool = False
    agreed_on: date | None = None
    returned: ReturnConfirmed | None = None
    observed_on: date | None = None
    follow_ups: FollowUps = FollowUps()


class Rechecks(msgspec.Struct, frozen=True):
    """The standing question: how often it fell due, whether it waits for an answer, from which day the next term runs."""

    nth: int = 0
    waiting: bool = False
    since: date | None = None


class CaseState(msgspec.Struct, frozen=True):
    """A case as its rules see it; `end` is set once it is withdrawn or closed.

    `before` is the spell that a relapse broke, for the absence may be withdrawn; `spells` counts all spells ever begun.
    """

    case_id: CaseId = CaseId("")
    pupil_id: PupilId = PupilId("")
    episode_id: EpisodeId | None = None
    school_id: SchoolId = SchoolId("")
    class_id: ClassId = ClassId("")
    grade: int = 0
    division: str = ""
    opened_on: date | None = None
    number: str | None = None
    end: Literal["withdrawn", "closed"] | None = None
    outcome: Outcome | None = None
    withdrawn_on: date | None = None
    closed_on: date | None = None
    officers: Mapping[Line, tuple[OfficerId, date | None]] = msgspec.field(default_factory=dict)
    cause: CauseRecorded | None = None
    plan: PlanMade | None = None
    aid_planned: frozenset[MeasureId] = frozenset()
    measures_done: frozenset[MeasureId] = frozenset()
    measures_overdue: frozenset[tuple[MeasureId, date]] = frozenset()
    promises: frozenset[Promise] = frozenset()
    visits: frozenset[VisitId] = frozenset()
    refused: bool = False
    spell: Spell = Spell()
    spells: int = 1
    before: Spell | None = None
    proposal: ClosingProposed | None = None
    confirmation: ClosingConfirmed | None = None
    rechecks: Rechecks = Rechecks()

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The primary cause first, then the others."""
        return () if self.cause is None else (self.cause.primary, *self.cause.others)

    @property
    def child_labour(self) -> bool:
        """Whether the child works and is under 16."""
        return self.cause is not None and self.cause.under_16_at_work is True

    @property
    def returned(self) -> bool:
        """Whether the child is back."""
        return self.spell.returned is not None


def evolve(state: CaseState, event: CaseEvent) -> CaseState:
    if isinstance(event, OpeningEvent):
        return _opening(state, event)
    if isinstance(event, LineEvent):
        until_on = event.until_on if isinstance(event, OfficerReleased) else None
        return replace(state, officers={**state.officers, event.line: (event.officer_id, until_on)})
    if isinstance(event, PersuadingEvent):
        return _persuading(state, event)
    if isinstance(event, KeepingEvent):
        return _keeping(state, event)
    if isinstance(event, ReturningEvent):
        return _returning(state, event)
    return _closing(state, event)


def _opening(state: CaseState, event: OpeningEvent) -> CaseState:
    match event:
        case CaseOpened():
            return CaseState(
                case_id=event.case_id,
                pupil_id=event.pupil_id,
                episode_id=event.episode_id,
                school_id=event.school_id,
                class_id=event.class_id,
                grade=event.grade,
                division=event.division,
                opened_on=event.opened_on,
                spell=Spell(away_since=event.opened_on),
            )
        case CaseWithdrawn():
            return replace(state, case_id=event.case_id, pupil_id=event.pupil_id, end="withdrawn", withdrawn_on=event.withdrawn_on)
        case CaseReopened():
            spell = Spell(nth=event.spell, away_since=event.reopened_on)
            again = replace(state, end=None, spell=spell, spells=event.spell)
            if state.end != "closed":
                return again
            return replace(again, outcome=None, closed_on=None, proposal=None, confirmation=None, rechecks=Rechecks())
        case CaseNumbered():
            return replace(state, number=event.number)
        case CaseMoved():
            return replace(state, school_id=event.school_id, class_id=event.class_id, grade=event.grade, division=event.division)
        case _:
            assert_never(event)


def _persuading(state: CaseState, event: PersuadingEvent) -> CaseState:
    match event:
        case CauseRecorded():
            still_lost = Cause.LOST_CONTACT in state.causes and Cause.LOST_CONTACT in (event.primary, *event.others)
            return replace(state, cause=event, rechecks=state.rechecks if still_lost else Rechecks())
        case PlanMade():
            return replace(state, plan=event)
        case AidMeasurePlanned():
            return replace(state, aid_planned=state.aid_planned | {event.measure_id})
        case VisitRecorded():
            spell = replace(state.spell, failed_visits=state.spell.failed_visits + (event.result in FAILED))
            refused = state.refused or event.result is VisitResult.REFUSED
            return replace(state, visits=state.visits | {event.visit_id}, refused=refused, spell=spell)
        case CaseGrewHard():
            return replace(state, spell=replace(state.spell, hard=True))
        case CommitmentSigned():
            return replace(state, promises=frozenset(event.promises))
        case WhereaboutsRecorded():
            return state
        case _:
            assert_never(event)


def _keeping(state: CaseState, event: KeepingEvent) -> CaseState:
    match event:
        case MeasureDone():
            return replace(state, measures_done=state.measures_done | {event.measure_id})
        case MeasureFellOverdue():
            return replace(state, measures_overdue=state.measures_overdue | {(event.measure_id, event.due_on)})
        case CommitmentChecked():
            return state
        case _:
            assert_never(event)


def _returning(state: CaseState, event: ReturningEvent) -> CaseState:
    """A return, like a relapse, sweeps a proposal to close: what it said of the child is no longer so."""
    match event:
        case ReturnAgreed():
            return replace(state, spell=replace(state.spell, agreed_on=event.return_on))
        case ReturnCalledOff():
            return replace(state, spell=replace(state.spell, agreed_on=None))
        case ReturnConfirmed():
            spell = replace(state.spell, returned=event, hard=False, agreed_on=None)
            return replace(state, spell=spell, before=None, proposal=None, confirmation=None, rechecks=Rechecks())
        case ObservationCompleted():
            return replace(state, spell=replace(state.spell, observed_on=event.completed_on))
        case RelapseRaised():
            spell = Spell(nth=event.spell, away_since=event.day)
            swept = replace(state, proposal=None, confirmation=None)
            return replace(swept, spell=spell, spells=event.spell, before=state.spell)
        case RelapseWithdrawn():
            return replace(state, spell=state.before or state.spell, before=None)
        case FollowUpFellDue() | FollowUpRecorded():
            return replace(state, spell=replace(state.spell, follow_ups=_followed_up(state.spell.follow_ups, event)))
        case _:
            assert_never(event)


def _closing(state: CaseState, event: ClosingEvent) -> CaseState:
    """The way to the end, and the question that stands beyond it."""
    match event:
        case ClosingProposed():
            return replace(state, proposal=event, confirmation=None)
        case ClosingConfirmed():
            return replace(state, confirmation=event)
        case ClosingSentBack():
            return replace(state, proposal=None, confirmation=None)
        case CaseClosed():
            return replace(state, end="closed", outcome=event.outcome, closed_on=event.closed_on, rechecks=Rechecks())
        case RecheckFellDue():
            return replace(state, rechecks=Rechecks(event.nth, waiting=True, since=event.due_on))
        case RecheckRecorded():
            return replace(state, rechecks=Rechecks(event.nth, waiting=False, since=event.checked_on))
        case _:
            assert_never(event)


def _followed_up(known: FollowUps, event: FollowUpFellDue | FollowUpRecorded) -> FollowUps:
    match event:
        case FollowUpFellDue():
            return replace(known, fell_due=event.nth, milestone_on=event.due_on)
        case FollowUpRecorded() if event.nth > known.counted:
            return FollowUps(
                counted=event.nth,
                fell_due=known.fell_due,
                last_on=event.contacted_on,
                milestone_on=event.contacted_on,
                ids=known.ids | {event.follow_up_id},
            )
        case FollowUpRecorded():
            return replace(known, ids=known.ids | {event.follow_up_id})
        case _:
            assert_never(event)
