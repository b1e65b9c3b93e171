"""A school: registered with its place and kind, and what changes of that; when the ages of its children are looked over.

The county's list names the sessions of a school (点名场次: 上午、下午、宿舍、返校). Return days are the calendar's (返校),
else the last day of each break.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Deadline, Decider, minutes
from services.contracts.codes import SchoolKind, Session
from services.contracts.ids import SchoolId, school_id
from services.contracts.registry import AgeReviewFellDue, SchoolChanged, SchoolRegistered, SchoolSessionsSet
from services.registry.domain.policies import AGE_REVIEW

EVERY_SCHOOL = (Session.MORNING,)
BOARDING_SCHOOL = (Session.MORNING, Session.RETURN_DAY)
"""The sessions of a school of which the list says none: where children board, it is also asked who has come back."""


class RegisterSchool(Command, frozen=True):
    """The county's list has this school, as this says; what is already so is not said again.

    Without `sessions` a school keeps those that it has.
    """

    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None
    sessions: tuple[Session, ...] = ()


class ReviewAges(Command, frozen=True):
    """The ages of the school's children are to be looked over (by the clock)."""

    school_id: SchoolId


SchoolCommand = RegisterSchool | ReviewAges
SchoolEvent = SchoolRegistered | SchoolChanged | SchoolSessionsSet | AgeReviewFellDue

AT_ONCE = minutes(0)
NEVER_YET = date(2000, 1, 1)
"""Since when a school that was never looked over waits: from before there was this house."""


class SchoolState(msgspec.Struct, frozen=True):
    """A school as it was last described."""

    school_id: SchoolId = SchoolId("")
    described: SchoolChanged | None = None
    sessions: tuple[Session, ...] = ()
    ages_reviewed_on: date | None = None


def decide(state: SchoolState, command: SchoolCommand) -> list[SchoolEvent]:
    match command:
        case RegisterSchool():
            return _registered(state, command)
        case ReviewAges():
            return [AgeReviewFellDue(school_id=state.school_id, due_on=command.given.today)]
        case _:
            assert_never(command)


def _registered(state: SchoolState, command: RegisterSchool) -> list[SchoolEvent]:
    described = SchoolChanged(
        school_id=school_id(command.code),
        name=command.name,
        name_en=command.name_en,
        kind=command.kind,
        division=command.division,
        boarding=command.boarding,
        central_school_id=command.central_school_id,
    )
    if state.described is not None:
        changed: list[SchoolEvent] = [] if state.described == described else [described]
        if command.sessions and command.sessions != state.sessions:
            changed.append(SchoolSessionsSet(school_id=described.school_id, sessions=command.sessions))
        return changed
    return [
        SchoolRegistered(
            school_id=described.school_id,
            code=command.code,
            name=command.name,
            name_en=command.name_en,
            kind=command.kind,
            division=command.division,
            boarding=command.boarding,
            central_school_id=command.central_school_id,
            sessions=command.sessions or (BOARDING_SCHOOL if command.boarding else EVERY_SCHOOL),
        )
    ]


def evolve(state: SchoolState, event: SchoolEvent) -> SchoolState:
    match event:
        case SchoolRegistered():
            described = SchoolChanged(
                school_id=event.school_id,
                name=event.name,
                name_en=event.name_en,
                kind=event.kind,
                division=event.division,
                boarding=event.boarding,
                central_school_id=event.central_school_id,
            )
            return SchoolState(event.school_id, described, event.sessions)
        case SchoolChanged():
            return replace(state, described=event)
        case SchoolSessionsSet():
            return replace(state, sessions=event.sessions)
        case AgeReviewFellDue():
            return replace(state, ages_reviewed_on=event.due_on)
        case _:
            assert_never(event)


def deadlines(state: SchoolState) -> Iterator[Deadline]:
    """The next look at the ages; a school that was never looked over – new, or of a former release – waits for none."""
    if state.described is not None:
        review = ReviewAges(school_id=state.school_id)
        since = state.ages_reviewed_on
        yield Deadline("ages", since or NEVER_YET, AGE_REVIEW if since else AT_ONCE, review)


SCHOOL: Decider[SchoolState, SchoolCommand, SchoolEvent] = Decider(
    kind="school",
    commands=(RegisterSchool, ReviewAges),
    initial=SchoolState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.school_id if isinstance(command, ReviewAges) else school_id(command.code),
    partition_of=lambda state: state.school_id,
    deadlines=deadlines,
)
