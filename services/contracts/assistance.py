"""What assistance tells: aid programmes, and each application from draft to decision."""

from __future__ import annotations

from datetime import date
from typing import Literal, NewType

from services.chassis.decider import Event, derived_id
from services.chassis.envelope import Sealed
from services.contracts.codes import Group, Role
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

TOPIC = "assistance"

Stage = Literal["primary", "junior"]

Cadence = Literal["year", "term", "month", "school_day", "once"]

ObjectionId = NewType("ObjectionId", str)

SealedText = Sealed[str]
"""What was said about a child, under the child's key."""


def programme_id(code: str) -> ProgrammeId:
    """The programme with a code of the county's list."""
    return ProgrammeId(derived_id("programme", code))


def application_id(pupil: PupilId, programme: ProgrammeId, year: int) -> ApplicationId:
    """The one application that a child can have for a programme in the school year that began in `year`."""
    return ApplicationId(derived_id("application", pupil, programme, str(year)))


class ProgrammeSet(Event, frozen=True):
    """A programme of aid with its effective dates; amounts in fen, 0 where nothing is paid to the household.

    `by_application` is false for what every child of the programme gets, or what another body decides, without an application
    here; a `fallback` is matched only where nothing else fits. `evidence` and `excludes` are codes.
    """

    programme_id: ProgrammeId
    code: str
    name_zh: str
    name_en: str
    amount_fen: int
    cadence: Cadence
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
    evidence: tuple[str, ...] = ()
    by_application: bool = True
    fallback: bool = False


class ApplicationDrafted(Event, frozen=True):
    """A case's plan, or the school by hand, drafts an application for the school year that began in `school_year`."""

    application_id: ApplicationId
    pupil_id: PupilId
    school_id: SchoolId
    programme_id: ProgrammeId
    programme_code: str
    amount_fen: int
    school_year: int
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None
    episode_id: EpisodeId | None = None


class ApplicationSigned(Event, frozen=True):
    """The guardian has applied and signed; hardship was recognised this year on the date given.

    `taken_by` took the signature, a substitute `on_behalf_of` another officer; version 1 did not say who.
    """

    application_id: ApplicationId
    pupil_id: PupilId
    guardian_id: GuardianId
    signed_on: date
    hardship_recognised_on: date
    taken_by: OfficerId | None
    on_behalf_of: OfficerId | None = None


class PanelDecided(Event, frozen=True):
    """The school's panel recommends or not; who records it is named too, a substitute `on_behalf_of` another officer.

    Of version 1, which knew no members, the one who decided is the only one, and there are no minutes. `stood_in_for` are those
    whose substitutes of that day sat among the members; before version 3 nobody could be one.
    """

    application_id: ApplicationId
    pupil_id: PupilId
    recommended: bool
    by_officer_id: OfficerId
    members: tuple[OfficerId, ...]
    stood_in_for: tuple[OfficerId, ...]
    on_behalf_of: OfficerId | None = None
    minutes: SealedText | None = None


class PublicNoticePosted(Event, frozen=True):
    """The public notice 公示 hangs for five working days (local)."""

    application_id: ApplicationId
    pupil_id: PupilId
    posted_on: date


class ObjectionRaised(Event, frozen=True):
    """Somebody objected during the notice; review waits until it is answered."""

    application_id: ApplicationId
    pupil_id: PupilId
    objection_id: ObjectionId
    text: SealedText


class ObjectionAnswered(Event, frozen=True):
    """The objection was examined; where one is upheld, the bureau can only refuse."""

    application_id: ApplicationId
    pupil_id: PupilId
    objection_id: ObjectionId
    upheld: bool
    by_officer_id: OfficerId
    answer: SealedText | None = None


class PublicNoticeEnded(Event, frozen=True):
    """The notice has hung its time; the bureau may review."""

    application_id: ApplicationId
    pupil_id: PupilId
    ended_on: date


class ReviewFellOverdue(Event, frozen=True):
    """The notice ended and the bureau has not decided within its term (local)."""

    application_id: ApplicationId
    pupil_id: PupilId
    overdue_on: date


class AidGranted(Event, frozen=True):
    """The bureau grants the aid; to a child that is not at school it is granted and paused at once."""

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
    """The child is not at school (`left`: it is at none of the county's any more): the aid rests."""

    application_id: ApplicationId
    pupil_id: PupilId
    paused_on: date
    reason: Literal["dropout", "relapse", "left"]


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


APPLICATION_EVENTS: tuple[type[Event], ...] = (
    ApplicationDrafted,
    ApplicationSigned,
    PanelDecided,
    PublicNoticePosted,
    ObjectionRaised,
    ObjectionAnswered,
    PublicNoticeEnded,
    ReviewFellOverdue,
    AidGranted,
    AidRefused,
    AidPaused,
    AidResumed,
    ApplicationWithdrawn,
)

EVENTS: tuple[type[Event], ...] = (ProgrammeSet, *APPLICATION_EVENTS)
