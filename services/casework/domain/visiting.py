"""Visits to the household, and when a case counts as hard (劝返难度较大).

A parent representative sees the cases of the school on whose visits they went along or were witness: pseudonymous, without
cause, plan, duties and words.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.case_state import FAILED, CaseEvent, CaseState
from services.casework.domain.errors import CompanionNamedTwice, VisitorInCompany, VisitorIsWitness
from services.casework.domain.policies import HARD_AFTER_FAILED_VISITS
from services.casework.domain.standing import must_be_open, must_be_possible
from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.casework import CaseGrewHard, VisitRecorded
from services.contracts.codes import VisitResult
from services.contracts.ids import CaseId, OfficerId, VisitId


class RecordVisit(Command, frozen=True):
    """A visit by whoever records it; what was said is sealed."""

    case_id: CaseId
    visit_id: VisitId
    visited_on: date
    result: VisitResult
    met_child: bool | None = None
    accompanied_by: tuple[OfficerId, ...] = ()
    witness_id: OfficerId | None = None
    parents_words: Sealed[str] | None = None
    childs_words: Sealed[str] | None = None
    policy_explained: Sealed[str] | None = None
    next_step: Sealed[str] | None = None


class NoteCaseHard(Command, frozen=True):
    """Timer: the child has been away for as long as makes a case hard."""

    case_id: CaseId


VisitingCommand = RecordVisit | NoteCaseHard


def decide(state: CaseState, command: VisitingCommand) -> list[CaseEvent]:
    match command:
        case RecordVisit():
            return _record(state, command)
        case NoteCaseHard():
            if state.end is not None or state.returned or state.spell.hard:
                return []
            return [CaseGrewHard(case_id=state.case_id, pupil_id=state.pupil_id, reason="days")]
        case _:
            assert_never(command)


def _must_be_others(command: RecordVisit) -> None:
    """Witness and company are people beside the visitor and for whom they stand in, each of the company once."""
    visitor = {command.given.actor, command.given.on_behalf_of} - {None}
    if command.witness_id in visitor:
        raise VisitorIsWitness(field="witness_id")
    if visitor & set(command.accompanied_by):
        raise VisitorInCompany(field="accompanied_by")
    if len(set(command.accompanied_by)) < len(command.accompanied_by):
        raise CompanionNamedTwice(field="accompanied_by")


def _record(state: CaseState, command: RecordVisit) -> list[CaseEvent]:
    if command.visit_id in state.visits:
        return []
    must_be_open(state)
    must_be_possible(state, command.visited_on, command.given, field="visited_on")
    _must_be_others(command)
    visit = VisitRecorded(
        case_id=state.case_id,
        pupil_id=state.pupil_id,
        visit_id=command.visit_id,
        nth=len(state.visits) + 1,
        visited_on=command.visited_on,
        by_officer_id=OfficerId(command.given.actor),
        result=command.result,
        met_child=command.met_child,
        accompanied_by=command.accompanied_by,
        witness_id=command.witness_id,
        parents_words=command.parents_words,
        childs_words=command.childs_words,
        policy_explained=command.policy_explained,
        next_step=command.next_step,
    )
    failed = state.spell.failed_visits + (command.result in FAILED)
    too_many = failed >= command.given.value(HARD_AFTER_FAILED_VISITS)
    if too_many and not state.spell.hard and not state.returned:
        return [visit, CaseGrewHard(case_id=state.case_id, pupil_id=state.pupil_id, reason="failed_visits")]
    return [visit]
