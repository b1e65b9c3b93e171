"""What became of a text at the gateway: sent, failed, or nobody knows – then a person decides."""

from __future__ import annotations

from typing import assert_never

from services.chassis.decider import Command
from services.contracts.ids import NotificationId, OfficerId
from services.contracts.notifications import (
    NotificationCancelled,
    NotificationFailed,
    NotificationSent,
    NotificationUncertain,
    UncertaintyResolved,
)
from services.notifications.domain.calling import call_instead, unreachable
from services.notifications.domain.errors import ItsDayHasPassed, NoSuchNotification, NotUncertain
from services.notifications.domain.notification_state import Decision, NotificationEvent, NotificationState, Status
from services.notifications.domain.releasing import release
from services.notifications.domain.trouble import NUMBER_TROUBLE, Trouble


class RecordSent(Command, frozen=True):
    """The gateway took the text."""

    notification_id: NotificationId
    language: str
    segments: int
    digest: str
    gateway: str
    receipt: str
    named: bool
    record_version: int | None = None


class RecordFailure(Command, frozen=True):
    """The text cannot go."""

    notification_id: NotificationId
    reason: Trouble


class RecordUncertain(Command, frozen=True):
    """Nobody knows whether the gateway took it."""

    notification_id: NotificationId


class ResolveUncertainty(Command, frozen=True):
    """A person decides what became of it."""

    notification_id: NotificationId
    decision: Decision


SendingCommand = RecordSent | RecordFailure | RecordUncertain | ResolveUncertainty


def decide(state: NotificationState, command: SendingCommand) -> list[NotificationEvent]:
    match command:
        case ResolveUncertainty():
            return _resolved(state, command)
        case _ if not state.under_way:
            return []
        case RecordSent():
            return [_sent(state, command)]
        case RecordFailure():
            return _failed(state, command.reason)
        case RecordUncertain():
            own_id, pupil_id = state.notification_id, state.pupil_id
            return [NotificationUncertain(notification_id=own_id, pupil_id=pupil_id, guardian_id=state.reader)]
        case _:
            assert_never(command)


def _sent(state: NotificationState, command: RecordSent) -> NotificationSent:
    return NotificationSent(
        notification_id=state.notification_id,
        pupil_id=state.pupil_id,
        guardian_id=state.reader,
        language=command.language,
        segments=command.segments,
        digest=command.digest,
        gateway=command.gateway,
        receipt=command.receipt,
        named=command.named,
        record_version=command.record_version,
    )


def _failed(state: NotificationState, reason: Trouble) -> list[NotificationEvent]:
    """Somebody calls instead, unless the text is not wanted any more or the guardian is none of this child."""
    own_id, pupil_id = state.notification_id, state.pupil_id
    events: list[NotificationEvent] = [
        NotificationFailed(notification_id=own_id, pupil_id=pupil_id, guardian_id=state.reader, reason=reason)
    ]
    if reason in NUMBER_TROUBLE:
        events.append(unreachable(state, state.reader, reason))
    if state.status is Status.RELEASED and reason is not Trouble.NOT_A_GUARDIAN:
        events.append(call_instead(state, reason))
    return events


def _resolved(state: NotificationState, command: ResolveUncertainty) -> list[NotificationEvent]:
    if state.status is Status.NONE:
        raise NoSuchNotification
    if state.status is not Status.UNCERTAIN:
        if state.decision == command.decision:
            return []
        raise NotUncertain
    resolved = UncertaintyResolved(
        notification_id=state.notification_id,
        pupil_id=state.pupil_id,
        decision=command.decision,
        by_officer_id=OfficerId(command.given.actor),
    )
    if command.decision != "send_again":
        return [resolved]
    again = release(state, command.given)
    if any(isinstance(event, NotificationCancelled) for event in again):
        raise ItsDayHasPassed(day=state.day, field="decision")
    return [resolved, *again]
