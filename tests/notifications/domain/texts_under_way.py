"""What is asked of an invented text and what becomes of it, for the tests of its deciders."""

from __future__ import annotations

from datetime import date

from services.contracts.ids import OfficerId
from services.contracts.notifications import (
    ContactUnreachable,
    NotificationCancelled,
    NotificationFailed,
    NotificationPostponed,
    NotificationSent,
    NotificationUncertain,
    UncertaintyResolved,
)
from services.notifications.domain.notification_state import Decision
from services.notifications.domain.releasing import CancelNotification, ConfirmReason, ReleaseNotification
from services.notifications.domain.sending import RecordSent
from services.notifications.domain.trouble import Trouble
from tests.notifications.invented import (
    GRANDMOTHER,
    PUPIL,
    TEXT,
    county_time,
)

CONFIRM = ConfirmReason(notification_id=TEXT)
RELEASE = ReleaseNotification(notification_id=TEXT)
HELD_CONFIRM = ConfirmReason(notification_id=TEXT, held=True)
HELD_RELEASE = ReleaseNotification(notification_id=TEXT, held=True)
CANCEL = CancelNotification(notification_id=TEXT, reason="absence_withdrawn")
SENT_COMMAND = RecordSent(notification_id=TEXT, language="zh", segments=1, digest="d", gateway="g", receipt="r", named=True)
CANCELLED = NotificationCancelled(notification_id=TEXT, pupil_id=PUPIL, reason="absence_withdrawn")
STALE = NotificationCancelled(notification_id=TEXT, pupil_id=PUPIL, reason="stale")
SENT = NotificationSent(
    notification_id=TEXT,
    pupil_id=PUPIL,
    guardian_id=GRANDMOTHER,
    language="zh",
    segments=1,
    digest="d",
    gateway="g",
    receipt="r",
    named=True,
)
UNCERTAIN = NotificationUncertain(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER)
AID_HOURS_END = county_time("2026-09-08 21:00")


def failed(reason: Trouble) -> NotificationFailed:
    return NotificationFailed(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER, reason=reason)


def unreachable(reason: Trouble) -> ContactUnreachable:
    return ContactUnreachable(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER, reason=reason)


def postponed(day: date) -> NotificationPostponed:
    return NotificationPostponed(notification_id=TEXT, pupil_id=PUPIL, to_day=day)


def resolved(decision: Decision) -> UncertaintyResolved:
    return UncertaintyResolved(notification_id=TEXT, pupil_id=PUPIL, decision=decision, by_officer_id=OfficerId("officer-1"))
