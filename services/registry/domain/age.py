"""A child's age, as the vault answers it in codes: under 16 on a day (domain.md §3), past the upper age of school (§2).

Ages are looked over, never timed; who leaves the ledger by age stays on the roll, and a case goes on (docs/decisions/0014).
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.chassis.decider import Command
from services.contracts.codes import Ledger
from services.contracts.ids import PupilId
from services.contracts.registry import AgeAnswered, SchoolAgeEnded, UpperAgeReached
from services.registry.domain.errors import AgeOfTheFuture
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState

WORKING_AGE = 16
"""Years from which work is legal (未成年工); the law's number, no county's."""


class AnswerAge(Command, frozen=True):
    """An officer asks for a day; `under_16` and `reached_upper_age` are what the vault answers."""

    pupil_id: PupilId
    on: date
    under_16: bool
    reached_upper_age: bool


class EndSchoolAge(Command, frozen=True):
    """The vault says that the child has reached the upper age."""

    pupil_id: PupilId


AgeCommand = AnswerAge | EndSchoolAge


def is_under(age: int, born_on: date, day: date) -> bool:
    """Whether the birthday of that age is still to come that day; of a birthday on 29 February it is 1 March."""
    return (day.year - born_on.year, day.month, day.day) < (age, born_on.month, born_on.day)


def is_under_16(born_on: date, day: date) -> bool:
    """Whether the child may not work yet that day."""
    return is_under(WORKING_AGE, born_on, day)


def decide(state: PupilState, command: AgeCommand) -> list[PupilEvent]:
    match command:
        case AnswerAge():
            if command.on > command.given.today:
                raise AgeOfTheFuture(field="on", day=command.on)
            return [
                AgeAnswered(
                    pupil_id=state.pupil_id,
                    on=command.on,
                    under_16=command.under_16,
                    reached_upper_age=command.reached_upper_age,
                )
            ]
        case EndSchoolAge():
            return _ended(state, command)
        case _:
            assert_never(command)


def _ended(state: PupilState, command: EndSchoolAge) -> list[PupilEvent]:
    """Nothing is dropped in silence: what is open – an absence, a registration, a transfer, a case – comes to its end first.

    Of a child that is away, the case is told that it may be closed as over age: once an episode.
    """
    if state.ledger is Ledger.SUSPECTED or state.away:
        told = state.upper_age_told == state.episode
        reached = UpperAgeReached(pupil_id=state.pupil_id, episode_id=state.episode, noticed_on=command.given.today)
        return [] if told else [reached]
    awaited = state.expected is not None or state.leaver is not None
    if state.ledger is not Ledger.SCHOOL_AGE or state.told_run or awaited or state.transfer is not None:
        return []
    return [SchoolAgeEnded(pupil_id=state.pupil_id, school_id=state.school_id, ended_on=command.given.today)]
