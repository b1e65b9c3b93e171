"""The rows of the read models of notifications, as structs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from services.contracts import registry
from services.contracts.codes import Session
from services.contracts.ids import (
    ClassId,
    EpisodeId,
    GuardianId,
    NotificationId,
    OfficerId,
    PupilId,
    SchoolId,
    TemplateCode,
)
from services.contracts.notifications import CallResult, Filing
from services.notifications.domain.notification_state import Decision, Status
from services.notifications.domain.texts import TemplateText


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
