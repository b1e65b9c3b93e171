"""The rows of assistance's read models, as structs."""

from __future__ import annotations

from datetime import date

import msgspec

from services.assistance.domain.application_state import Status
from services.assistance.domain.policies import Away, Pupil
from services.contracts.assistance import ObjectionId, SealedText
from services.contracts.codes import Group, Ledger, Role
from services.contracts.ids import (
    ApplicationId,
    CaseId,
    EpisodeId,
    GuardianId,
    MeasureId,
    OfficerId,
    ProgrammeId,
    PupilId,
    SchoolId,
)


class SchoolRow(msgspec.Struct, frozen=True):
    """Under which central school a teaching point is."""

    school_id: SchoolId
    central_school_id: SchoolId | None


class PupilRow(msgspec.Struct, frozen=True):
    """A child as far as aid asks: where, what groups, whether at school."""

    pupil_id: PupilId
    school_id: SchoolId
    grade: int
    boarding: bool
    groups: tuple[Group, ...]
    guardian_ids: tuple[GuardianId, ...]
    episode_id: EpisodeId | None = None
    ledger: Ledger = Ledger.SCHOOL_AGE
    away: Away | None = None

    def facts(self) -> Pupil:
        """What eligibility asks."""
        return Pupil(
            pupil_id=self.pupil_id,
            school_id=self.school_id,
            grade=self.grade,
            boarding=self.boarding,
            groups=self.groups,
            guardian_ids=self.guardian_ids,
            episode_id=self.episode_id,
            away=self.away,
            on_roll=self.ledger is not Ledger.STRUCK_OFF,
        )


class CaseMeasuresRow(msgspec.Struct, frozen=True):
    """The aid measures of a case's plan, which stand while the case is open; kept for a child that is not known here yet, too."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    measure_ids: tuple[MeasureId, ...]
    standing: bool = True


class ApplicationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it stands; the panel's minutes stay sealed."""

    application_id: ApplicationId
    version: int
    pupil_id: PupilId
    school_id: SchoolId
    programme_id: ProgrammeId
    programme_code: str
    school_year: int
    amount_fen: int
    status: Status
    drafted_on: date
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None
    guardian_id: GuardianId | None = None
    signed_on: date | None = None
    hardship_recognised_on: date | None = None
    panel_officer_id: OfficerId | None = None
    panel_member_ids: tuple[OfficerId, ...] = ()
    panel_minutes: SealedText | None = None
    recommended: bool | None = None
    posted_on: date | None = None
    ended_on: date | None = None
    overdue_on: date | None = None
    decided_on: date | None = None
    decided_by_id: OfficerId | None = None
    refused_by: Role | None = None
    refused_for: str | None = None
    paused_on: date | None = None
    paused_for: str | None = None
    withdrawn_for: str | None = None


class ObjectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An objection and what its examination came to; the words stay sealed."""

    application_id: ApplicationId
    objection_id: ObjectionId
    raised_on: date
    raised_by_id: str
    text: SealedText
    upheld: bool | None = None
    answered_on: date | None = None
    answered_by_id: OfficerId | None = None
    answer: SealedText | None = None
