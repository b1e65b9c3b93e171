"""The case of one child's episode: from suspicion to closing 销号, in one stream.

One episode, one case: its id follows from the two (`contracts.ids.case_id`). A spell is one stretch of absence within the
case; a relapse or a reopening begins the next. Failed visits, the clock of hard cases, agreed days, return, observation and
contacts belong to the spell; causes, plan, visits and officers to the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from services.casework.domain import closing, following_up, keeping, lines, opening, planning, rechecks, returning, visiting
from services.casework.domain.case_state import CaseEvent, CaseState, evolve
from services.casework.domain.closing import ApproveClosing, ClosingCommand, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.domain.following_up import FollowingUpCommand, NoteFollowUpDue, RecordFollowUp
from services.casework.domain.keeping import CheckCommitment, KeepingCommand, NoteMeasureOverdue, RecordMeasureDone
from services.casework.domain.lines import LineCommand, NameOfficer, ReleaseOfficer
from services.casework.domain.opening import MoveCase, NumberCase, OpenCase, OpeningCommand, WithdrawCase
from services.casework.domain.planning import MakePlan, PlanningCommand, RecordCause, RecordCommitment, RecordWhereabouts
from services.casework.domain.policies import FOLLOW_UP_MONTHLY, FOLLOW_UPS, HARD_AFTER, OBSERVATION
from services.casework.domain.rechecks import NoteRecheckDue, RecheckCommand, RecordRecheck
from services.casework.domain.returning import (
    AgreeReturn,
    CallOffReturn,
    CompleteObservation,
    ConfirmReturn,
    RaiseRelapse,
    ReturningCommand,
    WithdrawRelapse,
)
from services.casework.domain.visiting import NoteCaseHard, RecordVisit, VisitingCommand
from services.chassis.decider import Deadline, Decider

CaseCommand = (
    OpeningCommand
    | LineCommand
    | PlanningCommand
    | KeepingCommand
    | VisitingCommand
    | ReturningCommand
    | FollowingUpCommand
    | ClosingCommand
    | RecheckCommand
)


def decide(state: CaseState, command: CaseCommand) -> list[CaseEvent]:
    match command:
        case OpenCase() | WithdrawCase() | NumberCase() | MoveCase():
            return opening.decide(state, command)
        case NameOfficer() | ReleaseOfficer():
            return lines.decide(state, command)
        case RecordCause() | RecordWhereabouts() | MakePlan() | RecordCommitment():
            return planning.decide(state, command)
        case RecordMeasureDone() | NoteMeasureOverdue() | CheckCommitment():
            return keeping.decide(state, command)
        case RecordVisit() | NoteCaseHard():
            return visiting.decide(state, command)
        case AgreeReturn() | CallOffReturn() | ConfirmReturn() | RaiseRelapse() | WithdrawRelapse() | CompleteObservation():
            return returning.decide(state, command)
        case NoteFollowUpDue() | RecordFollowUp():
            return following_up.decide(state, command)
        case ProposeClosing() | ConfirmClosing() | ApproveClosing() | SendClosingBack():
            return closing.decide(state, command)
        case NoteRecheckDue() | RecordRecheck():
            return rechecks.decide(state, command)
        case _:
            assert_never(command)


def deadlines(state: CaseState) -> Iterator[Deadline]:
    """What falls due: the case grows hard, a measure, the end of the observation, the next contact, the standing question."""
    if state.opened_on is None or state.end == "withdrawn":
        return
    spell, returned = state.spell, state.spell.returned
    if state.end is None and returned is None and not spell.hard:
        yield Deadline(f"hard-{spell.nth}", spell.away_since, HARD_AFTER, NoteCaseHard(case_id=state.case_id))
    if state.end is None and returned is not None and spell.observed_on is None:
        command = CompleteObservation(case_id=state.case_id, spell=spell.nth)
        yield Deadline(f"observation-{spell.nth}", returned.returned_on, OBSERVATION, command, state.school_id)
    if state.end is None:
        yield from keeping.deadlines(state)
    yield from _next_follow_up(state)
    yield from rechecks.deadlines(state)


def _next_follow_up(state: CaseState) -> Iterator[Deadline]:
    spell, returned = state.spell, state.spell.returned
    if returned is None or not following_up.followed_up(state):
        return
    nth = spell.follow_ups.next
    command = NoteFollowUpDue(case_id=state.case_id, spell=spell.nth, nth=nth)
    purpose = f"follow-up-{spell.nth}-{nth}"
    if nth <= len(FOLLOW_UPS):
        yield Deadline(purpose, returned.returned_on, FOLLOW_UPS[nth - 1], command, state.school_id)
    elif spell.follow_ups.milestone_on is not None:
        yield Deadline(purpose, spell.follow_ups.milestone_on, FOLLOW_UP_MONTHLY, command, state.school_id)


CASE: Decider[CaseState, CaseCommand, CaseEvent] = Decider(
    kind="case",
    commands=(
        OpenCase,
        WithdrawCase,
        NumberCase,
        MoveCase,
        NameOfficer,
        ReleaseOfficer,
        RecordCause,
        RecordWhereabouts,
        MakePlan,
        RecordCommitment,
        RecordMeasureDone,
        NoteMeasureOverdue,
        CheckCommitment,
        RecordVisit,
        NoteCaseHard,
        AgreeReturn,
        CallOffReturn,
        ConfirmReturn,
        RaiseRelapse,
        WithdrawRelapse,
        CompleteObservation,
        NoteFollowUpDue,
        RecordFollowUp,
        ProposeClosing,
        ConfirmClosing,
        ApproveClosing,
        SendClosingBack,
        NoteRecheckDue,
        RecordRecheck,
    ),
    initial=CaseState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.case_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.episode_id,
    deadlines=deadlines,
    numbers={NumberCase: "case"},
)
