"""One text to one guardian because of one event: it waits, goes, or is called instead – in one stream."""

from __future__ import annotations

from typing import assert_never

from services.chassis.decider import Decider
from services.notifications.domain import calling, releasing, scheduling, sending
from services.notifications.domain.calling import FinishCall
from services.notifications.domain.notification_state import NotificationEvent, NotificationState, evolve
from services.notifications.domain.releasing import (
    CancelNotification,
    ConfirmReason,
    MissMoment,
    ReleaseNotification,
    ReleasingCommand,
)
from services.notifications.domain.scheduling import ScheduleNotification
from services.notifications.domain.sending import RecordFailure, RecordSent, RecordUncertain, ResolveUncertainty, SendingCommand

NotificationCommand = ScheduleNotification | ReleasingCommand | SendingCommand | FinishCall


def decide(state: NotificationState, command: NotificationCommand) -> list[NotificationEvent]:
    match command:
        case ScheduleNotification():
            return scheduling.decide(state, command)
        case ConfirmReason() | ReleaseNotification() | MissMoment() | CancelNotification():
            return releasing.decide(state, command)
        case RecordSent() | RecordFailure() | RecordUncertain() | ResolveUncertainty():
            return sending.decide(state, command)
        case FinishCall():
            return calling.decide(state, command)
        case _:
            assert_never(command)


NOTIFICATION: Decider[NotificationState, NotificationCommand, NotificationEvent] = Decider(
    kind="notification",
    commands=(
        ScheduleNotification,
        ConfirmReason,
        ReleaseNotification,
        MissMoment,
        CancelNotification,
        RecordSent,
        RecordFailure,
        RecordUncertain,
        ResolveUncertainty,
        FinishCall,
    ),
    initial=NotificationState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.notification_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.episode_id,
    deadlines=releasing.deadlines,
)
