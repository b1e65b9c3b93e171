"""The visit by the principal's team 校长带队家访, before there is a case (domain.md §2); in a case, casework records visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.codes import Ledger, Role, VisitResult
from services.contracts.identity import AppointmentRow
from services.contracts.ids import ClassId, OfficerId, PupilId, VisitId
from services.contracts.registry import SchoolVisitRecorded
from services.registry.domain.absence import open_run
from services.registry.domain.errors import (
    NobodyIsMissing,
    VisitBeforeAbsence,
    VisitBelongsToCase,
    VisitNotByTeam,
    VisitNotYetMade,
    VisitorNotOfSchool,
)
from services.registry.domain.pupil_state import PupilEvent, PupilState


class Visitor(msgspec.Struct, frozen=True):
    """Who went: of the school, or the central school above it, that day; `only_homeroom`: with no post but the child's class."""

    officer_id: OfficerId
    of_school: bool
    only_homeroom: bool


class RecordSchoolVisit(Command, frozen=True):
    """The head of the school records who of the team went to the household, and what came of it; the words are sealed."""

    visit_id: VisitId
    pupil_id: PupilId
    visited_on: date
    result: VisitResult
    by_officer_id: OfficerId
    visitors: tuple[Visitor, ...]
    met_child: bool | None = None
    words: Sealed[str] | None = None


def visitor(
    officer_id: OfficerId, posts: Iterable[AppointmentRow], schools: Iterable[str], class_id: ClassId, day: date
) -> Visitor:
    """A visitor by the posts that they held that day; `schools` are the child's and the central school above it."""
    held = [post for post in posts if post.in_force_on(day) and post.body_id in frozenset(schools)]
    homeroom = [post for post in held if post.role is Role.HOMEROOM_TEACHER and post.class_id == class_id]
    return Visitor(officer_id, of_school=bool(held), only_homeroom=bool(held) and held == homeroom)


def decide(state: PupilState, command: RecordSchoolVisit) -> list[PupilEvent]:
    """A team is whom the head of the school names, but not the homeroom teacher alone: that is a contact."""
    _must_be_due_or_early(state, command)
    if not all(each.of_school for each in command.visitors):
        raise VisitorNotOfSchool(field="visitors")
    if all(each.only_homeroom for each in command.visitors):
        raise VisitNotByTeam(field="visitors")
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
