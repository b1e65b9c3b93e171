"""What became of each text to a guardian, and of each application for aid."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Event
from services.contracts import assistance, notifications
from services.contracts.ids import ApplicationId, GuardianId, NotificationId, PupilId, TemplateCode

TextState = Literal["scheduled", "postponed", "released", "sent", "failed", "uncertain", "cancelled", "call_due", "called"]
_RESOLVED: dict[str, TextState] = {"was_sent": "sent", "was_not_sent": "failed", "send_again": "released"}


class TextRow(msgspec.Struct, frozen=True, kw_only=True):
    """A text to a guardian, or the call in its place."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId | None
    template: TemplateCode
    state: TextState
    changed_at: str
    unreachable_at: str | None = None


def text_row(row: TextRow | None, event: Event, recorded_at: str) -> TextRow | None:
    """The text after one of its events."""
    match event:
        case notifications.NotificationScheduled():
            return _text(event, "scheduled", recorded_at)
        case notifications.CallTaskRaised():
            return _text(event, "call_due", recorded_at) if row is None else _now(row, "call_due", recorded_at)
    if row is None:
        return None
    match event:
        case notifications.NotificationPostponed():
            return _now(row, "postponed", recorded_at)
        case notifications.NotificationReleased():
            return _now(row, "released", recorded_at)
        case notifications.NotificationCancelled():
            return _now(row, "cancelled", recorded_at)
        case notifications.NotificationSent():
            return _now(row, "sent", recorded_at)
        case notifications.NotificationFailed():
            return _now(row, "failed", recorded_at)
        case notifications.NotificationUncertain():
            return _now(row, "uncertain", recorded_at)
        case notifications.UncertaintyResolved():
            return _now(row, _RESOLVED[event.decision], recorded_at)
        case notifications.ContactUnreachable():
            return replace(row, unreachable_at=recorded_at)
        case notifications.CallTaskDone():
            return _now(row, "called", recorded_at)
        case _:
            return row


def _text(event: notifications.NotificationScheduled | notifications.CallTaskRaised, state: TextState, recorded_at: str) -> TextRow:
    return TextRow(
        notification_id=event.notification_id,
        pupil_id=event.pupil_id,
        guardian_id=event.guardian_id,
        template=event.template,
        state=state,
        changed_at=recorded_at,
    )


def _now(row: TextRow, state: TextState, recorded_at: str) -> TextRow:
    return replace(row, state=state, changed_at=recorded_at)


AidState = Literal["draft", "signed", "notice", "review", "granted", "paused", "refused", "withdrawn"]


class AidRow(msgspec.Struct, frozen=True, kw_only=True):
    """An application for aid."""

    application_id: ApplicationId
    pupil_id: PupilId
    programme_code: str
    school_year: int
    state: AidState
    overdue_on: str | None = None


AID_STATES: dict[type[Event], AidState] = {
    assistance.ApplicationSigned: "signed",
    assistance.PublicNoticePosted: "notice",
    assistance.PublicNoticeEnded: "review",
    assistance.AidGranted: "granted",
    assistance.AidResumed: "granted",
    assistance.AidPaused: "paused",
    assistance.AidRefused: "refused",
    assistance.ApplicationWithdrawn: "withdrawn",
}


def aid_row(row: AidRow | None, event: Event, _recorded_at: str) -> AidRow | None:
    """The application after one of its events."""
    if isinstance(event, assistance.ApplicationDrafted):
        return AidRow(
            application_id=event.application_id,
            pupil_id=event.pupil_id,
            programme_code=event.programme_code,
            school_year=event.school_year,
            state="draft",
        )
    if row is None:
        return None
    if isinstance(event, assistance.ReviewFellOverdue):
        return replace(row, overdue_on=event.overdue_on.isoformat())
    return replace(row, state=AID_STATES[type(event)])
