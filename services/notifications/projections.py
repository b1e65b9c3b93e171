"""The read models of notifications: whom to text, with which words, and the fate of each text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import registry
from services.contracts.codes import Session
from services.contracts.ids import ClassId, EpisodeId, GuardianId, NotificationId, OfficerId, PupilId, SchoolId, TemplateCode
from services.contracts.notifications import (
    CallResult,
    CallTaskDone,
    CallTaskRaised,
    ContactUnreachable,
    Filing,
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
from services.notifications.domain.progress import Decision, Status
from services.notifications.domain.template import words_of
from services.notifications.domain.texts import TemplateText
from services.notifications.storage.tables import HOUSEHOLDS, NOTIFICATIONS, SCHOOLS, TEMPLATES

replace = msgspec.structs.replace


class SchoolRow(msgspec.Struct, frozen=True):
    """A school's names, as texts say them."""

    school_id: SchoolId
    name: str
    name_en: str


class MissedDay(msgspec.Struct, frozen=True):
    """The last day on which the child was missed: the notice that began it, and the sessions that still stand."""

    day: date
    event_id: str
    sessions: tuple[Session, ...]


class HouseholdRow(msgspec.Struct, frozen=True):
    """Where a child is at school, its guardians, its second language (BCP 47), and the last day on which it was missed."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    second_language: str | None
    guardians: tuple[registry.GuardianRef, ...]
    absence: MissedDay | None = None

    def missed_on(self, day: date) -> bool:
        """Whether a session of that day is still missed."""
        return self.absence is not None and self.absence.day == day and bool(self.absence.sessions)

    def first_missed_by(self, event_id: str) -> bool:
        """Whether this notice is the one that began the last missed day."""
        return self.absence is not None and self.absence.event_id == event_id


class TemplateRow(msgspec.Struct, frozen=True):
    """A template: its latest version, the words of each version, and what the carriers say to each."""

    template: TemplateCode
    version: int
    versions: Mapping[str, TemplateText]
    filings: Mapping[str, Mapping[str, Filing]]

    def words(self, version: int | None) -> TemplateText | None:
        """The words of a version."""
        return self.versions.get(str(version))

    def approved(self, version: int | None) -> bool:
        """Whether a version was filed, and every carrier that was asked has approved it."""
        answers = self.filings.get(str(version), {}).values()
        return bool(answers) and all(answer == "approved" for answer in answers)


class NotificationRow(msgspec.Struct, frozen=True):
    """One text, or the call in its place; `stream_version` is what If-Match compares."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId | None
    template: TemplateCode
    template_version: int | None
    reason_event_id: str
    episode_id: EpisodeId | None
    day: date | None
    status: Status
    created_at: str
    changed_at: str
    stream_version: int
    sent_at: str | None = None
    language: str | None = None
    named: bool | None = None
    segments: int | None = None
    digest: str | None = None
    gateway: str | None = None
    receipt: str | None = None
    record_version: int | None = None
    reason: str | None = None
    decision: Decision | None = None
    decided_by: OfficerId | None = None
    calling: bool = False
    call_reason: str | None = None
    call_result: CallResult | None = None
    called_by: OfficerId | None = None

    @property
    def open(self) -> bool:
        """Whether the text may still go, or a call is still to be made."""
        return self.calling or self.status in (Status.WAITING, Status.POSTPONED, Status.RELEASED)


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

TEMPLATE_ROWS = Projection(
    TEMPLATES,
    TemplateRow,
    {TemplateApproved: lambda e: e.template, TemplateFilingRecorded: lambda e: e.template},
    template_row,
)

NOTIFICATION_ROWS = Projection(
    NOTIFICATIONS,
    NotificationRow,
    dict.fromkeys(
        (
            NotificationScheduled,
            NotificationPostponed,
            NotificationReleased,
            NotificationCancelled,
            NotificationSent,
            NotificationFailed,
            NotificationUncertain,
            UncertaintyResolved,
            ContactUnreachable,
            CallTaskRaised,
            CallTaskDone,
        ),
        lambda e: e.notification_id,
    ),
    notification_row,
)

PROJECTIONS: tuple[Projection[Any], ...] = (SCHOOL_ROWS, HOUSEHOLD_ROWS, TEMPLATE_ROWS, NOTIFICATION_ROWS)
