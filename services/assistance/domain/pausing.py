"""Granted aid rests while the child is not at school and is paid again from its return, within the school year."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.assistance.domain.application_state import ApplicationEvent, ApplicationState, Status
from services.assistance.domain.policies import Away
from services.chassis.decider import Command
from services.contracts.assistance import AidPaused, AidResumed
from services.contracts.ids import ApplicationId, school_year


class PauseAid(Command, frozen=True):
    """The child is not at school from `day` on."""

    application_id: ApplicationId
    day: date
    reason: Away


class ResumeAid(Command, frozen=True):
    """The child is back at school from `day` on."""

    application_id: ApplicationId
    day: date


PausingCommand = PauseAid | ResumeAid


def decide(state: ApplicationState, command: PausingCommand) -> list[ApplicationEvent]:
    if school_year(command.day) != state.year:
        return []
    match command:
        case PauseAid() if state.status is Status.GRANTED:
            paused_on, reason = command.day, command.reason
            return [AidPaused(application_id=state.application_id, pupil_id=state.pupil_id, paused_on=paused_on, reason=reason)]
        case ResumeAid() if state.status is Status.PAUSED:
            return [AidResumed(application_id=state.application_id, pupil_id=state.pupil_id, resumed_on=command.day)]
        case PauseAid() | ResumeAid():
            return []
        case _:
            assert_never(command)
