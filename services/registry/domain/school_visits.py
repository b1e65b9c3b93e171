"""The visit by the principal's team 校长带队家访, before there is a case (domain.md §2); in a case, casework records visits."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.codes import Ledger, VisitResult
from services.contracts.ids import OfficerId, PupilId, VisitId
from services.contracts.registry import SchoolVisitRecorded
from services.registry.domain.absence import open_run
from services.registry.domain.errors import (
    AskTheBureauFirst,
    NobodyIsMissing,
    VisitBeforeAbsence,
    VisitBelongsToCase,
    VisitNotByTeam,
    VisitNotYetMade,
    VisitorNotOfSchool,
)
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.teams import Part, Visitor, is_team


class RecordSchoolVisit(Command, frozen=True):
    """The head of the school records who of the team went to the household, and what came of it; the words are sealed.

    `held` is whether the household is left alone for now.
    """

    visit_id: VisitId
    pupil_id: PupilId
    visited_on: date
    result: VisitResult
    by_officer_id: OfficerId
    visitors: tuple[Visitor, ...]
    met_child: bool | None = None
    words: Sealed[str] | None = None
    held: bool = False


def decide(state: PupilState, command: RecordSchoolVisit) -> list[PupilEvent]:
    """The head of the school goes, or sends two teachers; it may go early, and then goes again when the visit is due."""
    _must_be_due_or_early(state, command)
    if any(each.part is Part.NONE for each in command.visitors):
        raise VisitorNotOfSchool(field="visitors")
    if not is_team(command.visitors):
        raise VisitNotByTeam(field="visitors")
    if command.held:
        raise AskTheBureauFirst
    return [
        SchoolVisitRecorded(
            visit_id=command.visit_id,
            pupil_id=state.pupil_id,
            episode_id=state.episode,
            school_id=state.school_id,
            visited_on=command.visited_on,
            result=command.result,
            by_officer_id=command.by_officer_id,
            visitors=tuple(each.officer_id for each in command.visitors),
            met_child=command.met_child,
            words=command.words,
        )
    ]


def _must_be_due_or_early(state: PupilState, command: RecordSchoolVisit) -> None:
    """The child is missing and nobody has a case of it; the visit was made since, and need not wait for the third day."""
    if command.visited_on > command.given.today:
        raise VisitNotYetMade(field="visited_on", day=command.visited_on)
    if state.ledger is not Ledger.SCHOOL_AGE:
        raise VisitBelongsToCase
    run = open_run(state.facts)
    if run is None or not state.told_run:
        raise NobodyIsMissing
    if command.visited_on < run.first_on:
        raise VisitBeforeAbsence(field="visited_on", day=command.visited_on, first=run.first_on)
