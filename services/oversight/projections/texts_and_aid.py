"""What became of each text to a guardian, and of each application for aid."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import assistance, notifications
from services.oversight.storage.rows import AidRow, AidState, ProgrammeRow, TextRow, TextState
from services.oversight.storage.tables import AID, PROGRAMMES, TEXTS

_RESOLVED: Mapping[str, TextState] = {"was_sent": "sent", "was_not_sent": "failed", "send_again": "released"}


TEXT_STATES: Mapping[type[Event], TextState] = {
    notifications.NotificationScheduled: "scheduled",
    notifications.NotificationPostponed: "postponed",
    notifications.NotificationReleased: "released",
    notifications.NotificationCancelled: "cancelled",
    notifications.NotificationSent: "sent",
    notifications.NotificationFailed: "failed",
    notifications.NotificationUncertain: "uncertain",
    notifications.CallTaskRaised: "call_due",
    notifications.CallTaskDone: "called",
}


def text_row(row: TextRow | None, event: Event, envelope: Envelope) -> TextRow | None:
    """The text after one of its events."""
    match event:
        case notifications.NotificationScheduled():
            return _text(event, envelope)
        case notifications.CallTaskRaised() if row is None:
            return _text(event, envelope)
        case _ if row is None:
            return None
        case notifications.UncertaintyResolved():
            return replace(row, state=_RESOLVED[event.decision], changed_at=envelope.recorded_at)
        case notifications.ContactUnreachable():
            return replace(row, unreachable_at=envelope.recorded_at)
        case _:
            return replace(row, state=TEXT_STATES[type(event)], changed_at=envelope.recorded_at)


def _text(event: notifications.NotificationScheduled | notifications.CallTaskRaised, envelope: Envelope) -> TextRow:
    return TextRow(
        notification_id=event.notification_id,
        pupil_id=event.pupil_id,
        guardian_id=event.guardian_id,
        template=event.template,
        state=TEXT_STATES[type(event)],
        changed_at=envelope.recorded_at,
    )


AID_STATES: Mapping[type[Event], AidState] = {
    assistance.ApplicationSigned: "signed",
    assistance.PublicNoticePosted: "notice",
    assistance.PublicNoticeEnded: "review",
    assistance.AidGranted: "granted",
    assistance.AidResumed: "granted",
    assistance.AidPaused: "paused",
    assistance.AidRefused: "refused",
    assistance.ApplicationWithdrawn: "withdrawn",
}


def aid_row(row: AidRow | None, event: Event, _envelope: Envelope) -> AidRow | None:
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


def programme_row(_row: ProgrammeRow | None, event: assistance.ProgrammeSet, _envelope: Envelope) -> ProgrammeRow:
    """The programme as last set."""
    return ProgrammeRow(event.programme_id, event.code, event.name_zh, event.name_en)


TEXT_ROWS = Projection(
    TEXTS,
    TextRow,
    dict.fromkeys((notifications.UncertaintyResolved, notifications.ContactUnreachable, *TEXT_STATES), lambda e: e.notification_id),
    text_row,
    afresh=(notifications.NotificationScheduled,),
)

AID_ROWS = Projection(
    AID,
    AidRow,
    dict.fromkeys((assistance.ApplicationDrafted, assistance.ReviewFellOverdue, *AID_STATES), lambda e: e.application_id),
    aid_row,
    afresh=(assistance.ApplicationDrafted,),
)

PROGRAMME_ROWS = Projection(
    PROGRAMMES, ProgrammeRow, {assistance.ProgrammeSet: lambda e: e.programme_id}, programme_row, afresh=(assistance.ProgrammeSet,)
)
