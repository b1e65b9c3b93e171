"""The public notice 公示: it hangs for its term, anybody may object, each objection is examined (domain.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from services.assistance.domain.application_state import ApplicationEvent, ApplicationState, Status
from services.assistance.domain.errors import NoSuchObjection, NoticeNotHanging, ObjectionAgainstOwnAct, ObjectionAlreadyAnswered
from services.assistance.domain.policies import NOTICE_TERM
from services.assistance.domain.standing import must_be_open
from services.chassis.decider import Command, Deadline
from services.contracts.assistance import ObjectionAnswered, ObjectionId, ObjectionRaised, PublicNoticeEnded, SealedText
from services.contracts.ids import ApplicationId, OfficerId


class RaiseObjection(Command, frozen=True):
    """Record an objection received while the notice hangs."""

    application_id: ApplicationId
    objection_id: ObjectionId
    text: SealedText


class AnswerObjection(Command, frozen=True):
    """Record what the examination of an objection came to, by somebody who had no part in what it objects to."""

    application_id: ApplicationId
    objection_id: ObjectionId
    upheld: bool
    answer: SealedText | None = None


class EndPublicNotice(Command, frozen=True):
    """The notice has hung its working days."""

    application_id: ApplicationId


NoticeCommand = RaiseObjection | AnswerObjection | EndPublicNotice


def decide(state: ApplicationState, command: NoticeCommand) -> list[ApplicationEvent]:
    match command:
        case RaiseObjection():
            return _objected(state, command)
        case AnswerObjection():
            return _answered(state, command)
        case EndPublicNotice():
            if state.status is not Status.NOTICE:
                return []
            last_day = command.given.term_ended_on
            return [PublicNoticeEnded(application_id=state.application_id, pupil_id=state.pupil_id, ended_on=last_day)]
        case _:
            assert_never(command)


def _objected(state: ApplicationState, command: RaiseObjection) -> list[ApplicationEvent]:
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


def _answered(state: ApplicationState, command: AnswerObjection) -> list[ApplicationEvent]:
    if command.objection_id not in state.objections:
        raise NoSuchObjection
    known = state.objections[command.objection_id]
    if known is command.upheld:
        return []
    must_be_open(state)
    if known is not None:
        raise ObjectionAlreadyAnswered
    if {command.given.actor, command.given.on_behalf_of} & (state.panel | state.signature_taken_by):
        raise ObjectionAgainstOwnAct
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


def deadlines(state: ApplicationState) -> Iterator[Deadline]:
    """The end of the notice."""
    if state.status is Status.NOTICE and state.posted_on is not None:
        ends = EndPublicNotice(application_id=state.application_id)
        yield Deadline("notice-ends", state.posted_on, NOTICE_TERM, ends)
