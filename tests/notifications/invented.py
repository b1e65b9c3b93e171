"""An invented child, its guardians, and the events and commands of one text about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.contracts.ids import ClassId, EpisodeId, GuardianId, NotificationId, PupilId, SchoolId
from services.contracts.notifications import CallTaskRaised, NotificationReleased, NotificationScheduled
from services.notifications.domain.occasions import ABSENCE_QUERY
from services.notifications.domain.scheduling import ScheduleNotification, notification_id
from tests.scenario import NOW

PUPIL = PupilId("pupil-1")
EPISODE = EpisodeId("episode-1")
SCHOOL = SchoolId("school-1")
CLASS = ClassId("class-1")
GRANDMOTHER = GuardianId("grandmother")
FATHER = GuardianId("father")
MOTHER = GuardianId("mother")
REASON = "event-1"
TODAY = date(2026, 9, 8)
TEXT = notification_id(REASON, GRANDMOTHER, ABSENCE_QUERY)
CLOSES = datetime.fromisoformat("2026-09-08T23:00:00+08:00")
"""The end of the wider hours of a same-day absence."""


def county_time(text: str) -> datetime:
    """An instant on the county's clock, as in `2026-09-08 10:00`."""
    return datetime.fromisoformat(f"{text}+08:00")


def schedule(**changes: Any) -> ScheduleNotification:
    """The absence query of today for the grandmother, who cares for the child."""
    facts: dict[str, Any] = {
        "notification_id": TEXT,
        "pupil_id": PUPIL,
        "guardian_id": GRANDMOTHER,
        "reachable": True,
        "template": ABSENCE_QUERY,
        "template_version": 1,
        "approved": True,
        "reason_event_id": REASON,
        "day": TODAY,
        "episode_id": EPISODE,
        **changes,
    }
    return ScheduleNotification(**facts)


def scheduled(**changes: Any) -> NotificationScheduled:
    """What follows from `schedule`."""
    facts: dict[str, Any] = {
        "notification_id": TEXT,
        "pupil_id": PUPIL,
        "guardian_id": GRANDMOTHER,
        "template": ABSENCE_QUERY,
        "template_version": 1,
        "reason_event_id": REASON,
        "urgent": True,
        "episode_id": EPISODE,
        "waits_for": "confirmation",
        "day": TODAY,
        "scheduled_at": NOW,
        **changes,
    }
    return NotificationScheduled(**facts)


def released(until: datetime = CLOSES, own_id: NotificationId = TEXT) -> NotificationReleased:
    """The text's moment has come."""
    return NotificationReleased(notification_id=own_id, pupil_id=PUPIL, guardian_id=GRANDMOTHER, until=until)


def call_raised(reason: str, **changes: Any) -> CallTaskRaised:
    """Somebody is to call instead."""
    facts: dict[str, Any] = {
        "notification_id": TEXT,
        "pupil_id": PUPIL,
        "guardian_id": GRANDMOTHER,
        "template": ABSENCE_QUERY,
        "reason_event_id": REASON,
        "reason": reason,
        "day": TODAY,
        "episode_id": EPISODE,
        **changes,
    }
    return CallTaskRaised(**facts)
