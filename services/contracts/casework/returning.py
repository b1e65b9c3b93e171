"""How the child comes back, is followed up, and is missing again."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Placement
from services.contracts.ids import CaseId, EpisodeId, FollowUpId, OfficerId, PupilId


class ReturnAgreed(Event, frozen=True):
    """The household promises that the child is back at school on `return_on`; a later promise replaces it.

    Notifications reminds the guardian the evening before; the promise ends when it is called off, with the return, the
    withdrawal or the closing.
    """

    case_id: CaseId
    pupil_id: PupilId
    return_on: date
    episode_id: EpisodeId | None = None


class ReturnCalledOff(Event, frozen=True):
    """The child will not come on the agreed day."""

    case_id: CaseId
    pupil_id: PupilId
    return_on: date
    episode_id: EpisodeId | None = None


class ReturnConfirmed(Event, frozen=True):
    """The school confirms that the child is back: date and placement.

    `decision_reference` cites the decision that special placements need; `term_ends_on` is the term's last day.
    """

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement
    spell: int = 1
    term_ends_on: date | None = None
    decision_reference: Sealed[str] | None = None


class FollowUpFellDue(Event, frozen=True):
    """A follow-up contact is due (week 1, 2, 4, then monthly; local)."""

    case_id: CaseId
    pupil_id: PupilId
    nth: int
    due_on: date
    spell: int = 1


class FollowUpRecorded(Event, frozen=True):
    """A follow-up contact: study, life, psychology, attendance – sealed. `nth` is the due contact that it answers."""

    case_id: CaseId
    pupil_id: PupilId
    follow_up_id: FollowUpId
    nth: int
    contacted_on: date
    by_officer_id: OfficerId
    study: Sealed[str] | None = None
    life: Sealed[str] | None = None
    psychology: Sealed[str] | None = None
    attendance: Sealed[str] | None = None
    spell: int = 1


class ObservationCompleted(Event, frozen=True):
    """The observation period (20 school days, local) has passed without a relapse."""

    case_id: CaseId
    pupil_id: PupilId
    completed_on: date


class RelapseRaised(Event, frozen=True):
    """The child is missing again after its return: the case goes on with its history, in its next `spell`."""

    case_id: CaseId
    pupil_id: PupilId
    day: date
    spell: int = 2


class RelapseWithdrawn(Event, frozen=True):
    """The absence was withdrawn or excused: the return counts as if it had not been broken, in its old `spell`."""

    case_id: CaseId
    pupil_id: PupilId
    day: date
    spell: int
