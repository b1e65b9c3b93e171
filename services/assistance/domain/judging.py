"""The two judgements on an application: the school's panel recommends, the bureau grants or refuses – different people.

Aid granted to a child that is not at school is granted and paused in the same decision: the right is settled, and payment
begins on the day of the return without another review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import assert_never

from services.assistance.domain.application_state import ApplicationEvent, ApplicationState, Status
from services.assistance.domain.errors import (
    NoticeStillHanging,
    NotSigned,
    ObjectionUnanswered,
    ObjectionUpheld,
    PanelAlreadyDecided,
    PanelNotHeld,
    ReasonMissing,
    SamePersonAsPanel,
)
from services.assistance.domain.panel import NOBODY, must_be_a_panel
from services.assistance.domain.policies import PANEL_MEMBERS, REVIEW_TERM, Pupil
from services.assistance.domain.standing import must_be_eligible, must_be_open
from services.chassis.decider import Command, Deadline
from services.contracts.assistance import (
    AidGranted,
    AidPaused,
    AidRefused,
    PanelDecided,
    ProgrammeSet,
    PublicNoticePosted,
    ReviewFellOverdue,
    SealedText,
)
from services.contracts.codes import Role
from services.contracts.ids import ApplicationId, OfficerId


class RefusalReason(StrEnum):
    """Why aid is refused."""

    NOT_IN_HARDSHIP = "not_in_hardship"
    NOT_ELIGIBLE = "not_eligible"
    EVIDENCE_MISSING = "evidence_missing"
    OBJECTION_UPHELD = "objection_upheld"
    SUPPORTED_ELSEWHERE = "supported_elsewhere"


class DecideInPanel(Command, frozen=True):
    """Record what the school's panel decided; `role` is that of the officer who signs for it.

    `school` are those of the named `members` who may sit on the panel of the pupil's school, `stood_in_for` in whose place there
    each of them stands that day as a substitute.
    """

    application_id: ApplicationId
    recommended: bool
    role: Role
    members: tuple[OfficerId, ...]
    school: frozenset[OfficerId]
    minutes: SealedText
    reason: RefusalReason | None = None
    stood_in_for: Mapping[OfficerId, frozenset[OfficerId]] = NOBODY


class ReviewApplication(Command, frozen=True):
    """Grant or refuse at the bureau; child and programmes as they are now."""

    application_id: ApplicationId
    granted: bool
    role: Role
    pupil: Pupil
    programme: ProgrammeSet
    held: tuple[ProgrammeSet, ...] = ()
    reason: RefusalReason | None = None


class NoteReviewOverdue(Command, frozen=True):
    """The bureau has not decided within its term."""

    application_id: ApplicationId


JudgingCommand = DecideInPanel | ReviewApplication | NoteReviewOverdue


def decide(state: ApplicationState, command: JudgingCommand) -> list[ApplicationEvent]:
    match command:
        case DecideInPanel():
            return _in_panel(state, command)
        case ReviewApplication():
            return _reviewed(state, command)
        case NoteReviewOverdue():
            if state.status is not Status.REVIEW or state.overdue:
                return []
            first_day = command.given.due_on
            return [ReviewFellOverdue(application_id=state.application_id, pupil_id=state.pupil_id, overdue_on=first_day)]
        case _:
            assert_never(command)


def _in_panel(state: ApplicationState, command: DecideInPanel) -> list[ApplicationEvent]:
    done = (Status.NOTICE, Status.REVIEW) if command.recommended else (Status.REFUSED,)
    if state.status in done:
        return []
    must_be_open(state)
    if state.status is Status.DRAFT:
        raise NotSigned
    if state.status is not Status.SIGNED:
        raise PanelAlreadyDecided
    least = command.given.value(PANEL_MEMBERS)
    must_be_a_panel(command.members, command.school, state.signature_taken_by, command.stood_in_for, least=least)
    decided = PanelDecided(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        recommended=command.recommended,
        by_officer_id=OfficerId(command.given.actor),
        members=command.members,
        stood_in_for=tuple(sorted(frozenset().union(*(command.stood_in_for.get(each, ()) for each in command.members)))),
        on_behalf_of=None if command.given.on_behalf_of is None else OfficerId(command.given.on_behalf_of),
        minutes=command.minutes,
    )
    if not command.recommended:
        return [decided, _refused(state, command)]
    posted_on = command.given.today
    return [decided, PublicNoticePosted(application_id=state.application_id, pupil_id=state.pupil_id, posted_on=posted_on)]


def _reviewed(state: ApplicationState, command: ReviewApplication) -> list[ApplicationEvent]:
    done = (Status.GRANTED, Status.PAUSED) if command.granted else (Status.REFUSED,)
    if state.status in done:
        return []
    must_be_open(state)
    _must_be_reviewable(state)
    if {command.given.actor, command.given.on_behalf_of} & state.panel:
        raise SamePersonAsPanel
    if not command.granted:
        return [_refused(state, command)]
    if True in state.objections.values():
        raise ObjectionUpheld
    must_be_eligible(command.programme, command.pupil, command.held, command.given.today)
    return _granted(state, command)


def _must_be_reviewable(state: ApplicationState) -> None:
    """It was signed, judged by the panel and hung its term, and every objection is answered."""
    match state.status:
        case Status.DRAFT:
            raise NotSigned
        case Status.SIGNED:
            raise PanelNotHeld
        case Status.NOTICE:
            raise NoticeStillHanging
    if None in state.objections.values():
        raise ObjectionUnanswered


def _granted(state: ApplicationState, command: ReviewApplication) -> list[ApplicationEvent]:
    today, away = command.given.today, command.pupil.away
    granted = AidGranted(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        programme_code=state.programme_code,
        amount_fen=state.amount_fen,
        granted_on=today,
        by_officer_id=OfficerId(command.given.actor),
        case_id=state.case_id,
    )
    if away is None:
        return [granted]
    return [granted, AidPaused(application_id=state.application_id, pupil_id=state.pupil_id, paused_on=today, reason=away)]


def _refused(state: ApplicationState, command: DecideInPanel | ReviewApplication) -> AidRefused:
    if command.reason is None:
        raise ReasonMissing(field="reason")
    return AidRefused(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        stage=command.role,
        reason=command.reason,
        by_officer_id=OfficerId(command.given.actor),
    )


def deadlines(state: ApplicationState) -> Iterator[Deadline]:
    """The bureau's term."""
    if state.status is Status.REVIEW and state.ended_on is not None and not state.overdue:
        overdue = NoteReviewOverdue(application_id=state.application_id)
        yield Deadline("review-overdue", state.ended_on, REVIEW_TERM, overdue)
