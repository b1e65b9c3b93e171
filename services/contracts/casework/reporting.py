"""What casework tells of mandatory reports 强制报告: a sign of harm to a child goes to public security at once.

Law on the protection of minors, art. 11; opinion of nine bodies of 2020. Everything of this stream is for the reporter, the
officers named in the report, the bureau's lead and the police desk only (docs/decisions/0040).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import HarmSign, Role
from services.contracts.ids import CaseId, EpisodeId, MandatoryReportId, OfficerId, PupilId

Pressing = Literal["unacknowledged", "unanswered"]
"""Why a leader is told: nobody has acknowledged the report, or nobody has answered it."""


ReleaseReason = Literal["moved_on", "under_suspicion", "named_in_error"]
"""Why an officer may no longer know of a report: another post, the sign may point to them, or they should not have been named."""


class MandatoryReportOpened(Event, frozen=True):
    """Somebody who works with the child has seen a sign of harm; public security of `division` is told at once.

    `case_id` and `episode_id` are missing for a child without an open case.
    """

    report_id: MandatoryReportId
    pupil_id: PupilId
    number: str
    sign: HarmSign
    division: str
    noticed_on: date
    opened_at: datetime
    by_officer_id: OfficerId
    words: Sealed[str]
    case_id: CaseId | None = None
    episode_id: EpisodeId | None = None


class MandatoryReportOfficerNamed(Event, frozen=True):
    """Another officer may know of the report from now on, by the word of the bureau's lead or because a leader is told."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    officer_id: OfficerId


class MandatoryReportOfficerReleased(Event, frozen=True):
    """The bureau's lead shuts an officer out of the report, the reporter too: from now on they are shown nothing of it."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    officer_id: OfficerId
    by_officer_id: OfficerId
    reason: ReleaseReason


class MandatoryReportAcknowledged(Event, frozen=True):
    """The police have it; `on_behalf_of` names the department where the bureau enters that."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    acknowledged_at: datetime
    by_officer_id: OfficerId
    on_behalf_of: str | None = None


class MandatoryReportReminded(Event, frozen=True):
    """Hours have passed and nobody has acknowledged it: the `nth` reminder."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    nth: int
    reminded_at: datetime


class MandatoryReportEscalated(Event, frozen=True):
    """The next named leader is told."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    to_role: Role
    reason: Pressing
    escalated_at: datetime


class MandatoryReportAnswered(Event, frozen=True):
    """The police have answered; with `hold` the family is still not to be approached, and a later answer says when it may be.

    `on_behalf_of` names the department where the bureau enters its scanned reply, cited by `evidence_name`. `answered_at` is
    missing in the first ones.
    """

    report_id: MandatoryReportId
    pupil_id: PupilId
    hold: bool
    by_officer_id: OfficerId
    answer: Sealed[str] | None = None
    evidence_name: Sealed[str] | None = None
    on_behalf_of: str | None = None
    answered_at: datetime | None = None


class MandatoryReportRecalled(Event, frozen=True):
    """The police have answered that the family is still to be left alone, and since then nothing: the `nth` recall."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    nth: int
    recalled_at: datetime


class MandatoryReportCorrected(Event, frozen=True):
    """The bureau's lead corrects which sign it was, and says why."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    sign: HarmSign
    by_officer_id: OfficerId
    reason: Sealed[str]


class MandatoryReportWithdrawn(Event, frozen=True):
    """The bureau's lead takes it back (the wrong child, reported by mistake), and says why."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    by_officer_id: OfficerId
    reason: Sealed[str]
