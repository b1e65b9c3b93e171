"""What was planned and promised is kept: measures done or overdue, the duties of the commitment 承诺书 checked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import NoSuchMeasure, PromiseNotGiven
from services.casework.domain.standing import must_be_open, must_be_possible
from services.chassis.decider import Command, Deadline, days
from services.chassis.envelope import Sealed
from services.contracts.casework import CommitmentChecked, Measure, MeasureDone, MeasureFellOverdue
from services.contracts.codes import Promise
from services.contracts.ids import CaseId, MeasureId, OfficerId

END_OF_THE_DAY = days(0)
"""A measure is overdue with the midnight that ends its day."""


class RecordMeasureDone(Command, frozen=True):
    """A measure of the plan in force was carried out, late ones too.

    Without `knows_causes` it is refused as if there were no plan: its measures tell a restricted cause.
    """

    case_id: CaseId
    measure_id: MeasureId
    done_on: date
    note: Sealed[str] | None = None
    knows_causes: bool = True


class NoteMeasureOverdue(Command, frozen=True):
    """Timer: the day of the measure has passed."""

    case_id: CaseId
    measure_id: MeasureId
    due_on: date


class CheckCommitment(Command, frozen=True):
    """Somebody looked whether the household keeps what it promised."""

    case_id: CaseId
    promise: Promise
    checked_on: date
    kept: bool
    note: Sealed[str] | None = None


KeepingCommand = RecordMeasureDone | NoteMeasureOverdue | CheckCommitment


def decide(state: CaseState, command: KeepingCommand) -> list[CaseEvent]:
    match command:
        case RecordMeasureDone():
            return _done(state, command)
        case NoteMeasureOverdue():
            if state.end is not None or (command.measure_id, command.due_on) not in _awaited(state):
                return []
            return [
                MeasureFellOverdue(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    measure_id=command.measure_id,
                    due_on=command.due_on,
                )
            ]
        case CheckCommitment():
            return _checked(state, command)
        case _:
            assert_never(command)


def deadlines(state: CaseState) -> Iterator[Deadline]:
    """The day of each measure that is neither done nor known to be overdue."""
    for measure_id, due_on in _awaited(state):
        command = NoteMeasureOverdue(case_id=state.case_id, measure_id=measure_id, due_on=due_on)
        yield Deadline(f"measure-{measure_id}", due_on, END_OF_THE_DAY, command)


def _planned(state: CaseState) -> tuple[Measure, ...]:
    return () if state.plan is None else state.plan.measures


def _awaited(state: CaseState) -> list[tuple[MeasureId, date]]:
    return [
        (each.measure_id, each.due_on)
        for each in _planned(state)
        if each.due_on is not None
        and each.measure_id not in state.measures_done
        and (each.measure_id, each.due_on) not in state.measures_overdue
    ]


def _done(state: CaseState, command: RecordMeasureDone) -> list[CaseEvent]:
    must_be_open(state)
    if not command.knows_causes or command.measure_id not in {each.measure_id for each in _planned(state)}:
        raise NoSuchMeasure
    must_be_possible(state, command.done_on, command.given, field="done_on")
    if command.measure_id in state.measures_done:
        return []
    return [
        MeasureDone(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            measure_id=command.measure_id,
            done_on=command.done_on,
            by_officer_id=OfficerId(command.given.actor),
            note=command.note,
        )
    ]


def _checked(state: CaseState, command: CheckCommitment) -> list[CaseEvent]:
    must_be_open(state)
    if command.promise not in state.promises:
        raise PromiseNotGiven(field="promise")
    must_be_possible(state, command.checked_on, command.given, field="checked_on")
    return [
        CommitmentChecked(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            promise=command.promise,
            checked_on=command.checked_on,
            kept=command.kept,
            by_officer_id=OfficerId(command.given.actor),
            note=command.note,
        )
    ]
