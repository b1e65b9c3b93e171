"""An application for aid: draft → guardian's signature → school panel → public notice → review → granted, paused, resumed.

One child, one programme, one school year: one application.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from services.assistance.domain import applying, judging, pausing, public_notice
from services.assistance.domain.application_state import ApplicationEvent, ApplicationState, evolve
from services.assistance.domain.applying import ApplyingCommand, DraftApplication, SignApplication, WithdrawApplication
from services.assistance.domain.errors import NoSuchApplication
from services.assistance.domain.judging import DecideInPanel, JudgingCommand, NoteReviewOverdue, ReviewApplication
from services.assistance.domain.pausing import PauseAid, PausingCommand, ResumeAid
from services.assistance.domain.public_notice import AnswerObjection, EndPublicNotice, NoticeCommand, RaiseObjection
from services.chassis.decider import Deadline, Decider

ApplicationCommand = ApplyingCommand | NoticeCommand | JudgingCommand | PausingCommand


def decide(state: ApplicationState, command: ApplicationCommand) -> list[ApplicationEvent]:
    """Of an application that does not exist nothing is asked but to draft it; what pauses or resumes finds nothing."""
    if state.status is None and not isinstance(command, DraftApplication | PauseAid | ResumeAid):
        raise NoSuchApplication
    match command:
        case DraftApplication() | SignApplication() | WithdrawApplication():
            return applying.decide(state, command)
        case RaiseObjection() | AnswerObjection() | EndPublicNotice():
            return public_notice.decide(state, command)
        case DecideInPanel() | ReviewApplication() | NoteReviewOverdue():
            return judging.decide(state, command)
        case PauseAid() | ResumeAid():
            return pausing.decide(state, command)
        case _:
            assert_never(command)


def deadlines(state: ApplicationState) -> Iterator[Deadline]:
    """The end of the notice, then the end of the bureau's term."""
    yield from public_notice.deadlines(state)
    yield from judging.deadlines(state)


APPLICATION: Decider[ApplicationState, ApplicationCommand, ApplicationEvent] = Decider(
    kind="application",
    commands=(
        DraftApplication,
        SignApplication,
        WithdrawApplication,
        DecideInPanel,
        RaiseObjection,
        AnswerObjection,
        EndPublicNotice,
        ReviewApplication,
        NoteReviewOverdue,
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
