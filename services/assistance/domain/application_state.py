"""What an application is by its events, as far as later decisions need it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.assistance import (
    AidGranted,
    AidPaused,
    AidRefused,
    AidResumed,
    ApplicationDrafted,
    ApplicationSigned,
    ApplicationWithdrawn,
    ObjectionAnswered,
    ObjectionId,
    ObjectionRaised,
    PanelDecided,
    PublicNoticeEnded,
    PublicNoticePosted,
    ReviewFellOverdue,
)
from services.contracts.ids import ApplicationId, CaseId, EpisodeId, GuardianId, OfficerId, PupilId

ApplicationEvent = (
    ApplicationDrafted
    | ApplicationSigned
    | PanelDecided
    | PublicNoticePosted
    | ObjectionRaised
    | ObjectionAnswered
    | PublicNoticeEnded
    | ReviewFellOverdue
    | AidGranted
    | AidRefused
    | AidPaused
    | AidResumed
    | ApplicationWithdrawn
)


class Status(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    NOTICE = "notice"
    REVIEW = "review"
    GRANTED = "granted"
    PAUSED = "paused"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({Status.DRAFT, Status.SIGNED, Status.NOTICE, Status.REVIEW})
"""Not decided yet."""

HELD = OPEN | {Status.GRANTED, Status.PAUSED}
"""What counts against a programme that excludes this one."""


class ApplicationState(msgspec.Struct, frozen=True):
    """What later decisions need; `objections` holds what became of each.

    `signature_taken_by` are the people who stood for the signature, `panel` those who stood for the school's judgement:
    members and who recorded it, substitutes with those whom they stood in for.
    """

    application_id: ApplicationId = ApplicationId("")
    pupil_id: PupilId = PupilId("")
    status: Status | None = None
    year: int = 0
    programme_code: str = ""
    amount_fen: int = 0
    case_id: CaseId | None = None
    episode_id: EpisodeId | None = None
    signature: tuple[GuardianId, date, date] | None = None
    signature_taken_by: frozenset[OfficerId] = frozenset()
    panel: frozenset[str] = frozenset()
    posted_on: date | None = None
    ended_on: date | None = None
    overdue: bool = False
    objections: dict[ObjectionId, bool | None] = msgspec.field(default_factory=dict)


def evolve(state: ApplicationState, event: ApplicationEvent) -> ApplicationState:
    match event:
        case ApplicationDrafted():
            return ApplicationState(
                application_id=event.application_id,
                pupil_id=event.pupil_id,
                status=Status.DRAFT,
                year=event.school_year,
                programme_code=event.programme_code,
                amount_fen=event.amount_fen,
                case_id=event.case_id,
                episode_id=event.episode_id,
            )
        case ApplicationSigned():
            signature = (event.guardian_id, event.signed_on, event.hardship_recognised_on)
            takers = _people(event.taken_by, event.on_behalf_of)
            return replace(state, status=Status.SIGNED, signature=signature, signature_taken_by=takers)
        case PanelDecided():
            return replace(state, panel=_people(event.by_officer_id, event.on_behalf_of, *event.members, *event.stood_in_for))
        case PublicNoticePosted():
            return replace(state, status=Status.NOTICE, posted_on=event.posted_on)
        case ObjectionRaised():
            return replace(state, objections={**state.objections, event.objection_id: None})
        case ObjectionAnswered():
            return replace(state, objections={**state.objections, event.objection_id: event.upheld})
        case PublicNoticeEnded():
            return replace(state, status=Status.REVIEW, ended_on=event.ended_on)
        case ReviewFellOverdue():
            return replace(state, overdue=True)
        case AidGranted() | AidResumed():
            return replace(state, status=Status.GRANTED)
        case AidPaused():
            return replace(state, status=Status.PAUSED)
        case AidRefused():
            return replace(state, status=Status.REFUSED)
        case ApplicationWithdrawn():
            return replace(state, status=Status.WITHDRAWN)
        case _:
            assert_never(event)


def _people(*officers: OfficerId | None) -> frozenset[OfficerId]:
    return frozenset(officer for officer in officers if officer is not None)
