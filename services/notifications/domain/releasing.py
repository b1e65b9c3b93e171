"""Whether a text goes now, at the next opening, or not at all (domain.md §8: hours); and what it waits for before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline, Given, county_day
from services.contracts.ids import NotificationId
from services.contracts.notifications import CancelReason, NotificationCancelled, NotificationPostponed, NotificationReleased
from services.notifications.domain.hours import closing, opening, sending_hours
from services.notifications.domain.notification_state import NotificationEvent, NotificationState, Status
from services.notifications.domain.policies import CONFIRMATION_WAIT, REMINDER_AT

STALE: CancelReason = "stale"
"""Why a text is cancelled whose day has passed."""


class ConfirmReason(Command, frozen=True):
    """The teacher confirms what the text waits for."""

    notification_id: NotificationId
    held: bool = False


class ReleaseNotification(Command, frozen=True):
    """What the text waited for has come: it goes now, or at the next opening."""

    notification_id: NotificationId
    held: bool = False


class MissMoment(Command, frozen=True):
    """The worker came to it after the hours were over."""

    notification_id: NotificationId


class CancelNotification(Command, frozen=True):
    """The reason of the text has gone."""

    notification_id: NotificationId
    reason: CancelReason


ReleasingCommand = ConfirmReason | ReleaseNotification | MissMoment | CancelNotification


def decide(state: NotificationState, command: ReleasingCommand) -> list[NotificationEvent]:
    match command:
        case ConfirmReason():
            confirmed = state.status is Status.WAITING and state.waits_for == "confirmation"
            return release(state, command.given, held=command.held) if confirmed else []
        case ReleaseNotification():
            waiting = state.status in (Status.WAITING, Status.POSTPONED)
            return release(state, command.given, held=command.held) if waiting else []
        case MissMoment():
            return release(state, command.given) if state.status is Status.RELEASED else []
        case CancelNotification():
            return [_cancelled(state, command.reason)] if state.open or state.calling else []
        case _:
            assert_never(command)


def release(state: NotificationState, given: Given, *, held: bool = False) -> list[NotificationEvent]:
    """It goes now; outside the hours at the next opening; not at all where that is too late.

    In the hours a `held` text is left as it is, and nothing happens that could be told: its timers end it.
    """
    hours = sending_hours(given, urgent=state.urgent)
    if not day_over(state, given) and hours.hold(given.now):
        if held:
            return []
        return [
            NotificationReleased(
                notification_id=state.notification_id,
                pupil_id=state.pupil_id,
                guardian_id=state.reader,
                until=hours.closing(given.now),
            )
        ]
    day = hours.next_opening(given.now)
    if state.last_day is not None and day > state.last_day:
        return [_cancelled(state, STALE)]
    return [NotificationPostponed(notification_id=state.notification_id, pupil_id=state.pupil_id, to_day=day)]


def _cancelled(state: NotificationState, reason: CancelReason) -> NotificationCancelled:
    return NotificationCancelled(notification_id=state.notification_id, pupil_id=state.pupil_id, reason=reason)


def day_over(state: NotificationState, given: Given) -> bool:
    """Whether its day has passed."""
    return state.last_day is not None and given.today > state.last_day


def deadlines(state: NotificationState) -> Iterator[Deadline]:
    """When a waiting text goes; when the day has closed over one that did not; and when it has grown stale."""
    go = ReleaseNotification(notification_id=state.notification_id)
    match state.status, state.waits_for:
        case Status.POSTPONED, _ if state.postponed_to is not None:
            yield Deadline("release", state.postponed_to, opening(urgent=state.urgent), go)
        case Status.WAITING, "confirmation" if state.scheduled_at is not None:
            yield Deadline("release", state.scheduled_at, CONFIRMATION_WAIT, go)
        case Status.WAITING, "evening_before" if state.last_day is not None:
            yield Deadline("release", state.last_day, REMINDER_AT, go)
    day = _day_of_release(state)
    if day is not None and day != state.last_day:
        yield Deadline("closing", day, closing(urgent=state.urgent), go)
    if state.status in (Status.WAITING, Status.POSTPONED) and state.last_day is not None:
        stale = CancelNotification(notification_id=state.notification_id, reason=STALE)
        yield Deadline("stale", state.last_day, closing(urgent=state.urgent), stale)


def _day_of_release(state: NotificationState) -> date | None:
    """The day in whose hours the text was to go without anybody's word."""
    if state.status is Status.POSTPONED:
        return state.postponed_to
    if state.status is Status.WAITING and state.waits_for == "nothing" and state.scheduled_at is not None:
        return county_day(state.scheduled_at)
    return None
