"""An application for aid: draft → guardian's signature → school panel → public notice → review → granted, paused, resumed.

One child, one programme, one school year: one application. Aid granted to a child that is not at school is granted and
paused in the same decision: the right is settled, and payment begins on the day of the return without another review.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import assert_never

from services.assistance.domain.application_commands import (
    AnswerObjection,
    ApplicationCommand,
    DecideInPanel,
    DraftApplication,
    EndPublicNotice,
    NoteReviewOverdue,
    PauseAid,
    RaiseObjection,
    ResumeAid,
    ReviewApplication,
    SignApplication,
    WithdrawApplication,
)
from services.assistance.domain.application_state import ApplicationEvent, ApplicationState, evolve
from services.assistance.domain.errors import (
    AlreadySigned,
    ApplicationClosed,
    GuardianNotOfPupil,
    HardshipNotRecognisedThisYear,
    NeedsNoApplication,
    NoSuchApplication,
    NoSuchObjection,
    NotEligible,
    NoticeNotHanging,
    NoticeStillHanging,
    NotSigned,
    ObjectionAlreadyAnswered,
    ObjectionUnanswered,
    ObjectionUpheld,
    PanelAlreadyDecided,
    PanelNotHeld,
    ProgrammeNotInForce,
    ProgrammesExclude,
    ReasonMissing,
    RefusedThisYear,
    SamePersonAsPanel,
    SignedInTheFuture,
)
from services.assistance.domain.policies import (
    HELD,
    NOTICE_TERM,
    OPEN,
    REVIEW_TERM,
    Pupil,
    RefusalReason,
    Status,
    exclusive,
    ineligible,
    runs_on,
)
from services.chassis.decider import COUNTY_TIME, Deadline, Decider, Given
from services.contracts.assistance import (
    AidGranted,
    AidPaused,
    AidRefused,
    AidResumed,
    ApplicationDrafted,
    ApplicationSigned,
    ApplicationWithdrawn,
    ObjectionAnswered,
    ObjectionRaised,
    PanelDecided,
    ProgrammeSet,
    PublicNoticeEnded,
    PublicNoticePosted,
    ReviewFellOverdue,
)
from services.contracts.codes import Role
from services.contracts.ids import (
    OfficerId,
    school_year,
)


def decide(state: ApplicationState, command: ApplicationCommand) -> list[ApplicationEvent]:
    match command:
        case DraftApplication():
            return _draft(state, command)
        case PauseAid():
            return _pause(state, command)
        case ResumeAid():
            if state.status is not Status.PAUSED or school_year(command.day) != state.year:
                return []
            return [AidResumed(application_id=state.application_id, pupil_id=state.pupil_id, resumed_on=command.day)]
        case _ if state.status is None:
            raise NoSuchApplication
        case SignApplication():
            return _sign(state, command)
        case DecideInPanel():
            return _panel(state, command)
        case RaiseObjection():
            return _object(state, command)
        case AnswerObjection():
            return _answer(state, command)
        case EndPublicNotice():
            if state.status is not Status.NOTICE:
                return []
            last_day = _due_on(command.given, before=timedelta(microseconds=1))
            return [PublicNoticeEnded(application_id=state.application_id, pupil_id=state.pupil_id, ended_on=last_day)]
        case NoteReviewOverdue():
            if state.status is not Status.REVIEW or state.overdue:
                return []
            first_day = _due_on(command.given)
            return [ReviewFellOverdue(application_id=state.application_id, pupil_id=state.pupil_id, overdue_on=first_day)]
        case ReviewApplication():
            return _review(state, command)
        case WithdrawApplication():
            if state.status is Status.WITHDRAWN:
                return []
            _still_open(state)
            return [ApplicationWithdrawn(application_id=state.application_id, pupil_id=state.pupil_id, reason=command.reason)]
        case _:
            assert_never(command)


def _due_on(given: Given, before: timedelta = timedelta(0)) -> date:
    """The county day on which a timer's command was due, however late it is fired."""
    return ((given.due_at or given.now) - before).astimezone(COUNTY_TIME).date()


def _still_open(state: ApplicationState) -> None:
    if state.status not in OPEN:
        raise ApplicationClosed(status=state.status)


def _draft(state: ApplicationState, command: DraftApplication) -> list[ApplicationEvent]:
    if state.status in HELD:
        return []
    if state.status is Status.REFUSED:
        raise RefusedThisYear
    programme = command.programme
    if not programme.by_application:
        raise NeedsNoApplication(code=programme.code)
    _may_have(programme, command.pupil, command.held, command.on)
    return [
        ApplicationDrafted(
            application_id=command.application_id,
            pupil_id=command.pupil.pupil_id,
            school_id=command.pupil.school_id,
            programme_id=programme.programme_id,
            programme_code=programme.code,
            amount_fen=programme.amount_fen,
            school_year=command.year,
            case_id=command.case_id,
            measure_id=command.measure_id,
            episode_id=command.episode_id,
        )
    ]


def _may_have(programme: ProgrammeSet, pupil: Pupil, held: Iterable[ProgrammeSet], day: date) -> None:
    if not runs_on(programme, day):
        raise ProgrammeNotInForce(code=programme.code)
    condition = ineligible(programme, pupil)
    if condition is not None:
        raise NotEligible(code=programme.code, condition=condition)
    for other in held:
        if exclusive(programme, other):
            raise ProgrammesExclude(code=programme.code, held=other.code)


def _sign(state: ApplicationState, command: SignApplication) -> list[ApplicationEvent]:
    signature = (command.guardian_id, command.signed_on, command.hardship_recognised_on)
    if state.signature == signature and state.status is not Status.WITHDRAWN:
        return []
    _still_open(state)
    if state.status is not Status.DRAFT:
        raise AlreadySigned
    if command.guardian_id not in command.guardians:
        raise GuardianNotOfPupil(field="guardian_id")
    today = command.given.today
    if command.signed_on > today:
        raise SignedInTheFuture(field="signed_on", signed_on=command.signed_on)
    recognised_on = command.hardship_recognised_on
    if recognised_on > today or school_year(recognised_on) != state.year:
        raise HardshipNotRecognisedThisYear(field="hardship_recognised_on", recognised_on=recognised_on, year=state.year)
    return [
        ApplicationSigned(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            guardian_id=command.guardian_id,
            signed_on=command.signed_on,
            hardship_recognised_on=recognised_on,
        )
    ]


def _panel(state: ApplicationState, command: DecideInPanel) -> list[ApplicationEvent]:
    if command.recommended and state.status in (Status.NOTICE, Status.REVIEW):
        return []
    if not command.recommended and state.status is Status.REFUSED:
        return []
    _still_open(state)
    if state.status is Status.DRAFT:
        raise NotSigned
    if state.status is not Status.SIGNED:
        raise PanelAlreadyDecided
    decided = PanelDecided(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        recommended=command.recommended,
        by_officer_id=OfficerId(command.given.actor),
        on_behalf_of=None if command.given.on_behalf_of is None else OfficerId(command.given.on_behalf_of),
    )
    if command.recommended:
        today = command.given.today
        return [
            decided,
            PublicNoticePosted(application_id=state.application_id, pupil_id=state.pupil_id, posted_on=today),
        ]
    return [decided, _refused(state, command.role, command.reason, command.given.actor)]


def _refused(state: ApplicationState, role: Role, reason: RefusalReason | None, actor: str) -> AidRefused:
    if reason is None:
        raise ReasonMissing(field="reason")
    return AidRefused(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        stage=role,
        reason=reason,
        by_officer_id=OfficerId(actor),
    )


def _object(state: ApplicationState, command: RaiseObjection) -> list[ApplicationEvent]:
    if command.objection_id in state.objections:
        return []
    if state.status is not Status.NOTICE:
        raise NoticeNotHanging
    return [
        ObjectionRaised(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            objection_id=command.objection_id,
            text=command.text,
        )
    ]


def _answer(state: ApplicationState, command: AnswerObjection) -> list[ApplicationEvent]:
    if command.objection_id not in state.objections:
        raise NoSuchObjection
    known = state.objections[command.objection_id]
    if known is command.upheld:
        return []
    _still_open(state)
    if known is not None:
        raise ObjectionAlreadyAnswered
    return [
        ObjectionAnswered(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            objection_id=command.objection_id,
            upheld=command.upheld,
            by_officer_id=OfficerId(command.given.actor),
            answer=command.answer,
        )
    ]


def _review(state: ApplicationState, command: ReviewApplication) -> list[ApplicationEvent]:
    if command.granted and state.status in (Status.GRANTED, Status.PAUSED):
        return []
    if not command.granted and state.status is Status.REFUSED:
        return []
    _still_open(state)
    if state.status is Status.DRAFT:
        raise NotSigned
    if state.status is Status.SIGNED:
        raise PanelNotHeld
    if state.status is Status.NOTICE:
        raise NoticeStillHanging
    if None in state.objections.values():
        raise ObjectionUnanswered
    if {command.given.actor, command.given.on_behalf_of} & state.panel:
        raise SamePersonAsPanel
    if not command.granted:
        return [_refused(state, command.role, command.reason, command.given.actor)]
    if True in state.objections.values():
        raise ObjectionUpheld
    today = command.given.today
    _may_have(command.programme, command.pupil, command.held, today)
    granted = AidGranted(
        application_id=state.application_id,
        pupil_id=state.pupil_id,
        programme_code=state.programme_code,
        amount_fen=state.amount_fen,
        granted_on=today,
        by_officer_id=OfficerId(command.given.actor),
        case_id=state.case_id,
    )
    if command.pupil.away is None:
        return [granted]
    return [
        granted,
        AidPaused(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            paused_on=today,
            reason=command.pupil.away,
        ),
    ]


def _pause(state: ApplicationState, command: PauseAid) -> list[ApplicationEvent]:
    if state.status is not Status.GRANTED or school_year(command.day) != state.year:
        return []
    return [
        AidPaused(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            paused_on=command.day,
            reason=command.reason,
        )
    ]


def deadlines(state: ApplicationState) -> Iterable[Deadline]:
    if state.status is Status.NOTICE and state.posted_on is not None:
        ends = EndPublicNotice(application_id=state.application_id)
        yield Deadline("notice-ends", state.posted_on, NOTICE_TERM, ends)
    if state.status is Status.REVIEW and state.ended_on is not None and not state.overdue:
        overdue = NoteReviewOverdue(application_id=state.application_id)
        yield Deadline("review-overdue", state.ended_on, REVIEW_TERM, overdue)


APPLICATION: Decider[ApplicationState, ApplicationCommand, ApplicationEvent] = Decider(
    kind="application",
    commands=(
        DraftApplication,
        SignApplication,
        DecideInPanel,
        RaiseObjection,
        AnswerObjection,
        EndPublicNotice,
        NoteReviewOverdue,
        ReviewApplication,
        WithdrawApplication,
        PauseAid,
        ResumeAid,
    ),
    initial=ApplicationState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.application_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.episode_id,
    deadlines=deadlines,
)
