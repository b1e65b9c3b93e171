"""Whether a text goes now, at the next opening, or not at all (domain.md §8: hours) – pure."""

from __future__ import annotations

from services.chassis.decider import Given
from services.contracts.ids import GuardianId
from services.contracts.notifications import NotificationCancelled, NotificationPostponed, NotificationReleased
from services.notifications.domain.hours import sending_hours
from services.notifications.domain.progress import NotificationEvent, NotificationState

STALE = "stale"
"""Why a text is cancelled whose day has passed."""


def release(state: NotificationState, given: Given) -> list[NotificationEvent]:
    """It goes now; outside the hours at the next opening; not at all where that is too late."""
    hours = sending_hours(given, urgent=state.urgent)
    if day_over(state, given):
        return [cancelled(state, STALE)]
    if hours.hold(given.now):
        return [
            NotificationReleased(
                notification_id=state.notification_id,
                pupil_id=state.pupil_id,
                guardian_id=guardian_of(state),
                until=hours.closing(given.now),
            )
        ]
    day = hours.next_opening(given.now)
    if state.last_day is not None and day > state.last_day:
        return [cancelled(state, STALE)]
    return [NotificationPostponed(notification_id=state.notification_id, pupil_id=state.pupil_id, to_day=day)]


def cancelled(state: NotificationState, reason: str) -> NotificationCancelled:
    """It does not go, nor is anybody called."""
    return NotificationCancelled(notification_id=state.notification_id, pupil_id=state.pupil_id, reason=reason)


def day_over(state: NotificationState, given: Given) -> bool:
    """Whether its day has passed."""
    return state.last_day is not None and given.today > state.last_day


def guardian_of(state: NotificationState) -> GuardianId:
    """The guardian of a text that was scheduled; only calls are ever without one."""
    return state.guardian_id or GuardianId("")
