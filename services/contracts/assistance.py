"""What assistance tells: aid programmes, and each application from draft to decision."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Group, Role
from services.contracts.ids import (
    ApplicationId,
    CaseId,
    GuardianId,
    MeasureId,
    OfficerId,
    ProgrammeId,
    PupilId,
    SchoolId,
)

TOPIC = "assistance"

Stage = Literal["primary", "junior"]


class ProgrammeSet(Event, frozen=True):
    """A programme of aid with its effective dates; amounts in fen."""

    programme_id: ProgrammeId
    code: str
    name_zh: str
    name_en: str
    amount_fen: int
    cadence: Literal["year", "term", "school_day", "once"]
    in_kind: bool
    payer: str
    payee: str
    effective_from: date
    source: str
    effective_until: date | None = None
    stages: tuple[Stage, ...] = ("primary", "junior")
    groups: tuple[Group, ...] = ()
    boarding: bool | None = None
    excludes: tuple[str, ...] = ()


class ApplicationDrafted(Event, frozen=True):
    """A case's plan, or a match, drafts an application."""

    application_id: ApplicationId
    pupil_id: PupilId
    school_id: SchoolId
    programme_id: ProgrammeId
    programme_code: str
    amount_fen: int
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None


class ApplicationSigned(Event, frozen=True):
    """The guardian has applied and signed; hardship was recognised this year on the date given."""

    application_id: ApplicationId
    pupil_id: PupilId
    guardian_id: GuardianId
    signed_on: date
    hardship_recognised_on: date


class PanelDecided(Event, frozen=True):
    """The school's panel recommends or not."""

    application_id: ApplicationId
    pupil_id: PupilId
    recommended: bool
    by_officer_id: OfficerId


class PublicNoticePosted(Event, frozen=True):
    """The public notice 公示 hangs for five working days (local)."""

    application_id: ApplicationId
    pupil_id: PupilId
    posted_on: date


class ObjectionRaised(Event, frozen=True):
    """Somebody objected during the notice; review waits until it is answered."""

    application_id: ApplicationId
    pupil_id: PupilId
    text: Sealed[str]


class ObjectionAnswered(Event, frozen=True):
    """The objection was examined."""

    application_id: ApplicationId
    pupil_id: PupilId
    upheld: bool
    by_officer_id: OfficerId


class PublicNoticeEnded(Event, frozen=True):
    """The notice has hung its time; the bureau may review."""

    application_id: ApplicationId
    pupil_id: PupilId
    ended_on: date


class AidGranted(Event, frozen=True):
    """The bureau grants the aid."""

    application_id: ApplicationId
    pupil_id: PupilId
    programme_code: str
    amount_fen: int
    granted_on: date
    by_officer_id: OfficerId
    case_id: CaseId | None = None


class AidRefused(Event, frozen=True):
    """The application is refused; `stage` says by whom, `reason` is coded."""

    application_id: ApplicationId
    pupil_id: PupilId
    stage: Role
    reason: str
    by_officer_id: OfficerId


class AidPaused(Event, frozen=True):
    """The child is not at school: the aid rests."""

    application_id: ApplicationId
    pupil_id: PupilId
    paused_on: date
    reason: Literal["dropout", "relapse"]


class AidResumed(Event, frozen=True):
    """The child is back: the aid goes on."""

    application_id: ApplicationId
    pupil_id: PupilId
    resumed_on: date


class ApplicationWithdrawn(Event, frozen=True):
    """The reason of the application has gone before a decision."""

    application_id: ApplicationId
    pupil_id: PupilId
    reason: str


EVENTS: tuple[type[Event], ...] = (
    ProgrammeSet,
    ApplicationDrafted,
    ApplicationSigned,
    PanelDecided,
    PublicNoticePosted,
    ObjectionRaised,
    ObjectionAnswered,
    PublicNoticeEnded,
    AidGranted,
    AidRefused,
    AidPaused,
    AidResumed,
    ApplicationWithdrawn,
)
