"""A child's moves between the ledgers: suspected, dropped out, returned, struck off."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Group, Outcome, Placement
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId

BACK_TO_SCHOOL_AGE = frozenset({Outcome.RETURNED, Outcome.HOME_TEACHING, Outcome.DEFERRED})
"""Outcomes with which a struck-off child stays a resident child of school age; with the others it leaves the ledgers."""


class PupilSuspected(Event, frozen=True):
    """The child enters the ledger of suspected dropouts."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    residence_division: str
    suspected_on: date
    last_attended_on: date | None
    reason: Literal["absent", "not_registered", "moved_away", "transfer_overdue"]
    groups: tuple[Group, ...] = ()


class SuspicionLifted(Event, frozen=True):
    """The child leaves the ledger of suspected dropouts without having dropped out.

    The same episode may be suspected again (a wrong "present" is corrected): the case then goes on with its history.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    lifted_on: date
    reason: Literal["attended", "withdrawn", "excused", "registered", "transferred"]


class DropoutConfirmed(Event, frozen=True):
    """The child enters the dropout ledger: by the clock, or earlier by the principal with evidence."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    confirmed_on: date
    by: Literal["clock", "principal"]
    evidence: Sealed[str] | None = None


class PupilReturned(Event, frozen=True):
    """The child is back at school, under observation in the dropout ledger until the case is closed."""

    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement


class ReturnLost(Event, frozen=True):
    """The child is missing again after its return: the observation is broken."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class ReturnRestored(Event, frozen=True):
    """The absence that broke the return was withdrawn or excused: the observation goes on as if it had not been broken."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class PupilStruckOff(Event, frozen=True):
    """The case was closed: the child leaves the dropout ledger with an outcome (see BACK_TO_SCHOOL_AGE)."""

    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    struck_off_on: date


class StrikeOffWithdrawn(Event, frozen=True):
    """The case was reopened: the child stands in the dropout ledger again, in its old episode.

    It is on no roll until a school enrols it.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    withdrawn_on: date
