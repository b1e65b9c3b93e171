"""Whether a child is under 16 on a day: a coded answer from the vault, for child labour and the upper age (domain.md §3)."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Command
from services.contracts.ids import PupilId
from services.contracts.registry import AgeAnswered
from services.registry.domain.errors import AgeOfTheFuture
from services.registry.domain.pupil_state import PupilEvent, PupilState

WORKING_AGE = 16
"""Years from which work is legal (未成年工), and default upper age of the ledgers; the law's number, no county's."""


class AnswerAge(Command, frozen=True):
    """An officer asks for a day; `under_16` is what the vault answers."""

    pupil_id: PupilId
    on: date
    under_16: bool


def is_under_16(born_on: date, day: date) -> bool:
    """Whether the sixteenth birthday is still to come that day; of a birthday on 29 February it is 1 March."""
    return (day.year - born_on.year, day.month, day.day) < (WORKING_AGE, born_on.month, born_on.day)


def decide(state: PupilState, command: AnswerAge) -> list[PupilEvent]:
    if command.on > command.given.today:
        raise AgeOfTheFuture(field="on", day=command.on)
    return [AgeAnswered(pupil_id=state.pupil_id, on=command.on, under_16=command.under_16)]
