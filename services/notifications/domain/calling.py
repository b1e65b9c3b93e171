"""The call in place of a text: raised where no text may or can go, done by somebody who called or went there."""

from __future__ import annotations

from services.chassis.decider import Command
from services.contracts.ids import GuardianId, NotificationId, OfficerId
from services.contracts.notifications import CallResult, CallTaskDone, CallTaskRaised, ContactUnreachable
from services.notifications.domain.errors import NoCallOpen, NoSuchNotification
from services.notifications.domain.notification_state import NotificationEvent, NotificationState, Status
from services.notifications.domain.trouble import Trouble


class FinishCall(Command, frozen=True):
    """Somebody has called instead."""

    notification_id: NotificationId
    result: CallResult


def decide(state: NotificationState, command: FinishCall) -> list[NotificationEvent]:
    if state.status is Status.NONE:
        raise NoSuchNotification
    if not state.calling:
        if state.call_result == command.result:
            return []
        raise NoCallOpen
    events: list[NotificationEvent] = [
        CallTaskDone(
            notification_id=state.notification_id,
            pupil_id=state.pupil_id,
            result=command.result,
            by_officer_id=OfficerId(command.given.actor),
        )
    ]
    if command.result == "wrong_number" and state.guardian_id is not None:
        events.append(unreachable(state, state.guardian_id, Trouble.WRONG_NUMBER))
    return events


def call_instead(of: NotificationState, reason: Trouble) -> CallTaskRaised:
    """Somebody calls, or goes there."""
    return CallTaskRaised(
        notification_id=of.notification_id,
        pupil_id=of.pupil_id,
        guardian_id=of.guardian_id,
        template=of.template,
        reason_event_id=of.reason_event_id,
        reason=reason,
        day=of.day,
        episode_id=of.episode_id,
    )


def unreachable(of: NotificationState, guardian_id: GuardianId, reason: Trouble) -> ContactUnreachable:
    """A new number of the guardian is to be found."""
    return ContactUnreachable(notification_id=of.notification_id, pupil_id=of.pupil_id, guardian_id=guardian_id, reason=reason)
