"""The read models of notifications: whom to text, with which words, and the fate of each text."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import registry
from services.contracts.codes import Session
from services.contracts.notifications import (
    NOTIFICATION_EVENTS,
    CallTaskDone,
    CallTaskRaised,
    NotificationCancelled,
    NotificationFailed,
    NotificationPostponed,
    NotificationReleased,
    NotificationScheduled,
    NotificationSent,
    NotificationUncertain,
    TemplateApproved,
    TemplateFilingRecorded,
    UncertaintyResolved,
)
from services.contracts.report_holds import HOLD_EVENTS, HoldRow, hold_row
from services.notifications.domain.notification_state import Status
from services.notifications.domain.template import words_of
from services.notifications.storage.rows import HouseholdRow, MissedDay, NotificationRow, SchoolRow, TemplateRow
from services.notifications.storage.tables import HOLDS, HOUSEHOLDS, NOTIFICATIONS, SCHOOLS, TEMPLATES


def school_row(_row: SchoolRow | None, event: registry.SchoolRegistered | registry.SchoolChanged, _envelope: Envelope) -> SchoolRow:
    """The school as last registered."""
    return SchoolRow(event.school_id, event.name, event.name_en)


def household_row(row: HouseholdRow | None, event: Event, envelope: Envelope) -> HouseholdRow | None:
    """The child's household, as far as texting it goes."""
    match event:
        case registry.PupilEnrolled():
            return HouseholdRow(
                pupil_id=event.pupil_id,
                school_id=event.school_id,
                class_id=event.class_id,
                second_language=event.second_language,
                guardians=event.guardians,
                absence=row.absence if row else None,
            )
        case registry.PupilRecordWritten() if row is not None:
            return replace(row, guardians=event.guardians)
        case registry.PupilTransferred() if row is not None:
            return replace(row, school_id=event.school_id, class_id=event.class_id)
        case registry.AbsenceNoticed() if row is not None and not event.silent:
            if row.missed_on(event.day) and row.absence is not None:
                sessions = tuple(dict.fromkeys((*row.absence.sessions, event.session)))
                return replace(row, absence=replace(row.absence, sessions=sessions))
            return replace(row, absence=MissedDay(event.day, envelope.event_id, (event.session,)))
        case registry.AbsenceWithdrawn() | registry.AbsenceExcused() if row is not None and row.missed_on(event.day):
            return _without(row, event.session)
        case registry.AbsenceEnded() if row is not None and row.absence is not None:
            return replace(row, absence=replace(row.absence, sessions=()))
        case _:
            return row


def _without(row: HouseholdRow, session: Session) -> HouseholdRow:
    if row.absence is None:
        return row
    sessions = tuple(missed for missed in row.absence.sessions if missed != session)
    return replace(row, absence=replace(row.absence, sessions=sessions))


def template_row(row: TemplateRow | None, event: Event, _envelope: Envelope) -> TemplateRow | None:
    """The template with its versions and their filing."""
    match event:
        case TemplateApproved():
            versions = {**(row.versions if row else {}), str(event.version): words_of(event)}
            return TemplateRow(event.template, event.version, versions, row.filings if row else {})
        case TemplateFilingRecorded() if row is not None:
            version = str(event.version)
            answers = {**row.filings.get(version, {}), event.carrier: event.status}
            return replace(row, filings={**row.filings, version: answers})
        case _:
            return row


def notification_row(row: NotificationRow | None, event: Event, envelope: Envelope) -> NotificationRow | None:
    """The text as the last event left it."""
    match event:
        case NotificationScheduled():
            return NotificationRow(
                notification_id=event.notification_id,
                pupil_id=event.pupil_id,
                guardian_id=event.guardian_id,
                template=event.template,
                template_version=event.template_version,
                reason_event_id=event.reason_event_id,
                episode_id=event.episode_id,
                day=event.day,
                status=Status.WAITING,
                created_at=envelope.recorded_at,
                changed_at=envelope.recorded_at,
                stream_version=envelope.version,
            )
        case CallTaskRaised() if row is None:
            return NotificationRow(
                notification_id=event.notification_id,
                pupil_id=event.pupil_id,
                guardian_id=event.guardian_id,
                template=event.template,
                template_version=None,
                reason_event_id=event.reason_event_id,
                episode_id=event.episode_id,
                day=event.day,
                status=Status.TO_CALL,
                created_at=envelope.recorded_at,
                changed_at=envelope.recorded_at,
                stream_version=envelope.version,
                calling=True,
                call_reason=event.reason,
            )
        case _ if row is None:
            return None
        case _:
            changed = _changed(row, event, envelope)
            return replace(changed, changed_at=envelope.recorded_at, stream_version=envelope.version)


def _changed(row: NotificationRow, event: Event, envelope: Envelope) -> NotificationRow:
    match event:
        case NotificationPostponed():
            return replace(row, status=Status.POSTPONED)
        case NotificationReleased():
            return replace(row, status=Status.RELEASED)
        case NotificationCancelled():
            return replace(row, status=Status.CANCELLED, reason=event.reason, calling=False)
        case NotificationSent():
            return replace(
                row,
                status=Status.SENT,
                sent_at=envelope.recorded_at,
                language=event.language,
                named=event.named,
                segments=event.segments,
                digest=event.digest,
                gateway=event.gateway,
                receipt=event.receipt,
                record_version=event.record_version,
            )
        case NotificationFailed():
            return replace(row, status=Status.FAILED, reason=event.reason)
        case NotificationUncertain():
            return replace(row, status=Status.UNCERTAIN)
        case UncertaintyResolved():
            status = {"was_sent": Status.SENT, "was_not_sent": Status.NOT_SENT, "send_again": row.status}[event.decision]
            return replace(row, status=status, decision=event.decision, decided_by=event.by_officer_id)
        case CallTaskRaised():
            return replace(row, calling=True, call_reason=event.reason)
        case CallTaskDone():
            return replace(row, calling=False, call_result=event.result, called_by=event.by_officer_id)
        case _:
            return row


SCHOOL_ROWS = Projection(
    SCHOOLS,
    SchoolRow,
    dict.fromkeys((registry.SchoolRegistered, registry.SchoolChanged), lambda e: e.school_id),
    school_row,
    afresh=(registry.SchoolRegistered, registry.SchoolChanged),
)

HOUSEHOLD_ROWS = Projection(
    HOUSEHOLDS,
    HouseholdRow,
    dict.fromkeys(
        (
            registry.PupilEnrolled,
            registry.PupilRecordWritten,
            registry.PupilTransferred,
            registry.AbsenceNoticed,
            registry.AbsenceWithdrawn,
            registry.AbsenceExcused,
            registry.AbsenceEnded,
        ),
        lambda e: e.pupil_id,
    ),
    household_row,
)

HOLD_ROWS: Projection[HoldRow] = Projection(
    HOLDS,
    HoldRow,
    dict.fromkeys(HOLD_EVENTS, lambda e: e.report_id),
    hold_row,
)

TEMPLATE_ROWS = Projection(
    TEMPLATES,
    TemplateRow,
    {TemplateApproved: lambda e: e.template, TemplateFilingRecorded: lambda e: e.template},
    template_row,
)

NOTIFICATION_ROWS = Projection(
    NOTIFICATIONS,
    NotificationRow,
    dict.fromkeys(NOTIFICATION_EVENTS, lambda e: e.notification_id),
    notification_row,
    afresh=(NotificationScheduled,),
)

PROJECTIONS: tuple[Projection[Any], ...] = (SCHOOL_ROWS, HOUSEHOLD_ROWS, HOLD_ROWS, TEMPLATE_ROWS, NOTIFICATION_ROWS)
