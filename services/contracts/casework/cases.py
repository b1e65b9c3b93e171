"""How a case begins, moves, ends as if it had not been, and who answers for it on the two lines."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.contracts.codes import TOWNSHIP_DIGITS, VILLAGE_DIGITS, Group
from services.contracts.ids import CaseId, ClassId, EpisodeId, OfficerId, PupilId, SchoolId

Line = Literal["bureau", "school", "class", "county", "township", "village"]
"""The two lines of responsibility 双线包保: bureau–school–class and county–township–village."""


def lines_of(division: str) -> tuple[Line, ...]:
    """The lines that a case of the division has: a village's only where the village is known."""
    lines: tuple[Line, ...] = ("bureau", "school", "class", "county")
    if len(division) >= TOWNSHIP_DIGITS:
        lines = (*lines, "township")
    return (*lines, "village") if len(division) == VILLAGE_DIGITS else lines


class CaseOpened(Event, frozen=True):
    """A child is suspected to have dropped out: the case begins."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str
    opened_on: date
    groups: tuple[Group, ...] = ()


class CaseWithdrawn(Event, frozen=True):
    """The suspicion was lifted: the case ends without having been one."""

    case_id: CaseId
    pupil_id: PupilId
    withdrawn_on: date
    reason: str


class CaseReopened(Event, frozen=True):
    """The case goes on, in its next `spell`, its history kept.

    The same episode is suspected again (a wrong "present" was corrected), or a closed case's child is no longer at the other
    school, as a recheck found.
    """

    case_id: CaseId
    pupil_id: PupilId
    reopened_on: date
    spell: int


class CaseNumbered(Event, frozen=True):
    """The child is a dropout: the case gets its number, which is never used again."""

    case_id: CaseId
    pupil_id: PupilId
    number: str
    dropout_on: date


class CaseMoved(Event, frozen=True):
    """The child's school, class or place of residence is another now: other officers and bodies are concerned."""

    case_id: CaseId
    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str


class OfficerNamed(Event, frozen=True):
    """An officer answers for the case on one of the lines; a later one on the same line is a hand-over.

    `from_on` is the first day where the officer takes up the post later than the naming.
    """

    case_id: CaseId
    pupil_id: PupilId
    line: Line
    officer_id: OfficerId
    from_on: date | None = None


class OfficerReleased(Event, frozen=True):
    """The named officer leaves the post after `until_on`: the line waits for a hand-over."""

    case_id: CaseId
    pupil_id: PupilId
    line: Line
    officer_id: OfficerId
    until_on: date
