"""Closing 销号 by three people, and the question that stands beyond it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Outcome
from services.contracts.ids import CaseId, EpisodeId, OfficerId, PupilId


class ClosingProposed(Event, frozen=True):
    """The school (the village, for a child without a school) proposes to close, with evidence for the outcome.

    `reference` cites the paper, where the evidence is no record of the house's own.
    In this event and the two that follow, a substitute acts `on_behalf_of` another officer.
    """

    case_id: CaseId
    pupil_id: PupilId
    outcome: Outcome
    by_officer_id: OfficerId
    evidence: Sealed[str]
    evidence_kind: str = ""
    on_behalf_of: str | None = None
    reference: Sealed[str] | None = None


class ClosingConfirmed(Event, frozen=True):
    """The township confirms; never the person who proposed."""

    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    on_behalf_of: str | None = None
    note: Sealed[str] | None = None


class ClosingSentBack(Event, frozen=True):
    """Township or bureau does not agree: the case goes on."""

    case_id: CaseId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]


class CaseClosed(Event, frozen=True):
    """The bureau approves 销号: a third person."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    closed_on: date
    by_officer_id: OfficerId
    on_behalf_of: str | None = None
    note: Sealed[str] | None = None


class RecheckFellDue(Event, frozen=True):
    """A standing question is to be asked again: is the lost child found, is the child at the other school still there?"""

    case_id: CaseId
    pupil_id: PupilId
    reason: Literal["lost_contact", "enrolled_elsewhere"]
    nth: int
    due_on: date


class RecheckRecorded(Event, frozen=True):
    """The question was asked: `changed` says that the child was found, or is no longer at the other school.

    In the latter case `CaseReopened` follows, unless the child is on a roll of the county again or has a newer case.
    """

    case_id: CaseId
    pupil_id: PupilId
    nth: int
    checked_on: date
    changed: bool
    by_officer_id: OfficerId
    finding: Sealed[str]
