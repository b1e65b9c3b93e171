"""One text to one guardian because of one event: it waits, goes, or is called instead – never twice (domain.md §8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline, Decider, derived_id
from services.contracts.ids import EpisodeId, GuardianId, NotificationId, OfficerId, PupilId, TemplateCode
from services.contracts.notifications import (
    CallResult,
    CallTaskDone,
    CallTaskRaised,
    ContactUnreachable,
    NotificationCancelled,
    NotificationFailed,
    NotificationScheduled,
    NotificationSent,
    NotificationUncertain,
    UncertaintyResolved,
)
from services.notifications.domain.errors import ItsDayHasPassed, NoCallOpen, NoSuchNotification, NotUncertain
from services.notifications.domain.hours import closing, opening
from services.notifications.domain.occasions import OCCASIONS
from services.notifications.domain.policies import CONFIRMATION_WAIT, GUARDIANS_TEXTED, REMINDER_AT
from services.notifications.domain.progress import Decision, NotificationEvent, NotificationState, Status, evolve
from services.notifications.domain.release import STALE, cancelled, day_over, guardian_of, release
from services.notifications.domain.trouble import NUMBER_TROUBLE, Trouble


def notification_id(reason_event_id: str, guardian_id: GuardianId | None, template: TemplateCode) -> NotificationId:
    """The one text that an event can set off for a guardian."""
    return NotificationId(derived_id("notification", reason_event_id, guardian_id or "nobody", template))


# --- commands -------------------------------------------------------------------------------------------------------


class ScheduleNotification(Command, frozen=True):
    """Text a guardian on an occasion; `rank` counts the child's guardians in the order in which they are texted, from 1."""

    notification_id: NotificationId
    pupil_id: PupilId
    template: TemplateCode
    template_version: int
    approved: bool
    reason_event_id: str
    guardian_id: GuardianId | None = None
    reachable: bool = False
    rank: int = 1
    day: date | None = None
    episode_id: EpisodeId | None = None


class ConfirmReason(Command, frozen=True):
    """The teacher confirms what the text waits for."""

    notification_id: NotificationId


class ReleaseNotification(Command, frozen=True):
    """What the text waited for has come: it goes now, or at the next opening."""

    notification_id: NotificationId


class MissMoment(Command, frozen=True):
    """The worker came to it after the hours were over."""

    notification_id: NotificationId


class CancelNotification(Command, frozen=True):
    """The reason of the text has gone."""

    notification_id: NotificationId
    reason: str


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


class FinishCall(Command, frozen=True):
    """Somebody has called instead."""

    notification_id: NotificationId
    result: CallResult


NotificationCommand = (
    ScheduleNotification
    | ConfirmReason
    | ReleaseNotification
    | MissMoment
    | CancelNotification
    | RecordSent
    | RecordFailure
    | RecordUncertain
    | ResolveUncertainty
    | FinishCall
)


# --- decide ---------------------------------------------------------------------------------------------------------


def decide(state: NotificationState, command: NotificationCommand) -> list[NotificationEvent]:
    match command:
        case ScheduleNotification():
            return [] if state.status is not Status.NONE else _schedule(command)
        case ConfirmReason():
            confirmed = state.status is Status.WAITING and state.waits_for == "confirmation"
            return release(state, command.given) if confirmed else []
        case ReleaseNotification():
            return release(state, command.given) if state.status in (Status.WAITING, Status.POSTPONED) else []
        case MissMoment():
            return release(state, command.given) if state.status is Status.RELEASED else []
        case CancelNotification():
            under_way = state.status in (Status.WAITING, Status.POSTPONED, Status.RELEASED)
            return [cancelled(state, command.reason)] if under_way or state.calling else []
        case RecordSent():
            return _sent(state, command)
        case RecordFailure():
            return _failed(state, command.reason)
        case RecordUncertain():
            return _uncertain(state)
        case ResolveUncertainty():
            return _resolve(state, command)
        case FinishCall():
            return _finish_call(state, command)
        case _:
            assert_never(command)


def _schedule(command: ScheduleNotification) -> list[NotificationEvent]:
    if command.rank > command.given.value(GUARDIANS_TEXTED):
        return []
    if command.guardian_id is None:
        return [_call_instead(command, Trouble.NO_GUARDIAN)]
    if not command.reachable:
        if command.rank > 1:
            return []
        return [_call_instead(command, Trouble.NO_NUMBER), _unreachable(command, command.guardian_id, Trouble.NO_NUMBER)]
    if not command.approved:
        return [_call_instead(command, Trouble.TEMPLATE_NOT_APPROVED)]
    occasion = OCCASIONS[command.template]
    scheduled = NotificationScheduled(
        notification_id=command.notification_id,
        pupil_id=command.pupil_id,
        guardian_id=command.guardian_id,
        template=command.template,
        template_version=command.template_version,
        reason_event_id=command.reason_event_id,
        urgent=occasion.urgent,
        episode_id=command.episode_id,
        waits_for=occasion.waits_for,
        day=command.day,
        scheduled_at=command.given.now,
    )
    state = evolve(NotificationState(), scheduled)
    if occasion.waits_for == "nothing" or day_over(state, command.given):
        return [scheduled, *release(state, command.given)]
    return [scheduled]


def _unreachable(of: ScheduleNotification | NotificationState, guardian_id: GuardianId, reason: Trouble) -> ContactUnreachable:
    return ContactUnreachable(notification_id=of.notification_id, pupil_id=of.pupil_id, guardian_id=guardian_id, reason=reason)


def _call_instead(of: ScheduleNotification | NotificationState, reason: Trouble) -> CallTaskRaised:
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


def _sent(state: NotificationState, command: RecordSent) -> list[NotificationEvent]:
    if state.status not in (Status.RELEASED, Status.CANCELLED):
        return []
    return [
        NotificationSent(
            notification_id=state.notification_id,
            pupil_id=state.pupil_id,
            guardian_id=guardian_of(state),
            language=command.language,
            segments=command.segments,
            digest=command.digest,
            gateway=command.gateway,
            receipt=command.receipt,
            named=command.named,
            record_version=command.record_version,
        )
    ]


def _uncertain(state: NotificationState) -> list[NotificationEvent]:
    if state.status not in (Status.RELEASED, Status.CANCELLED):
        return []
    return [NotificationUncertain(notification_id=state.notification_id, pupil_id=state.pupil_id, guardian_id=guardian_of(state))]


def _failed(state: NotificationState, reason: Trouble) -> list[NotificationEvent]:
    """Somebody calls instead, unless the text is not wanted any more or the guardian is none of this child."""
    if state.status not in (Status.RELEASED, Status.CANCELLED):
        return []
    events: list[NotificationEvent] = [
        NotificationFailed(
            notification_id=state.notification_id,
            pupil_id=state.pupil_id,
            guardian_id=guardian_of(state),
            reason=reason,
        )
    ]
    if reason in NUMBER_TROUBLE:
        events.append(_unreachable(state, guardian_of(state), reason))
    if state.status is Status.RELEASED and reason is not Trouble.NOT_A_GUARDIAN:
        events.append(_call_instead(state, reason))
    return events


def _resolve(state: NotificationState, command: ResolveUncertainty) -> list[NotificationEvent]:
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


def _finish_call(state: NotificationState, command: FinishCall) -> list[NotificationEvent]:
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
        events.append(_unreachable(state, state.guardian_id, Trouble.WRONG_NUMBER))
    return events


# --- deadlines ------------------------------------------------------------------------------------------------------


def deadlines(state: NotificationState) -> Iterable[Deadline]:
    """When a waiting text goes, and when it has grown stale."""
    go = ReleaseNotification(notification_id=state.notification_id)
    match state.status, state.waits_for:
        case Status.POSTPONED, _ if state.postponed_to is not None:
            yield Deadline("release", state.postponed_to, opening(urgent=state.urgent), go)
        case Status.WAITING, "confirmation" if state.scheduled_at is not None:
            yield Deadline("release", state.scheduled_at, CONFIRMATION_WAIT, go)
        case Status.WAITING, "evening_before" if state.last_day is not None:
            yield Deadline("release", state.last_day, REMINDER_AT, go)
    if state.status in (Status.WAITING, Status.POSTPONED) and state.last_day is not None:
        stale = CancelNotification(notification_id=state.notification_id, reason=STALE)
        yield Deadline("stale", state.last_day, closing(urgent=state.urgent), stale)


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
    deadlines=deadlines,
)
