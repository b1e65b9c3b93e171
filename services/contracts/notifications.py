"""What notifications tell: approved templates, and the fate of each text to a guardian. Never the text itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.contracts.ids import EpisodeId, GuardianId, NotificationId, OfficerId, PupilId, TemplateCode

TOPIC = "notifications"

Filing = Literal["pending", "approved", "refused"]
"""How far the filing 报备 of signature and template is with a carrier."""

WaitsFor = Literal["confirmation", "evening_before", "nothing"]
"""What a text waits for: the teacher's word (or half an hour), the evening before its day, nothing but the hours."""

CallResult = Literal["told", "not_reached", "wrong_number", "not_needed"]
"""What became of a call in place of a text."""


CancelReason = Literal[
    "stale",
    "another_day",
    "contact_recorded",
    "absence_excused",
    "absence_withdrawn",
    "absence_ended",
    "returned",
    "return_called_off",
    "case_ended",
]
"""Why a text is not wanted any more."""


class TemplateApproved(Event, frozen=True):
    """A version of a template, with the variables it takes; `unnamed_bodies` say the same without naming the child."""

    template: TemplateCode
    version: int
    bodies: dict[str, str]
    variables: tuple[str, ...]
    signature: str
    unnamed_bodies: dict[str, str] = msgspec.field(default_factory=dict)


class TemplateFilingRecorded(Event, frozen=True):
    """What a carrier says to the filing of a version of a template with its signature: only an approved pair is sent."""

    template: TemplateCode
    version: int
    carrier: str
    status: Filing
    provider_template_id: str | None = None
    reason: str | None = None


class NotificationScheduled(Event, frozen=True):
    """A text to one guardian because of one event; it waits for its moment. `day` is the day that the text speaks of."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    template: TemplateCode
    template_version: int
    reason_event_id: str
    urgent: bool
    episode_id: EpisodeId | None = None
    waits_for: WaitsFor = "nothing"
    day: date | None = None
    scheduled_at: datetime | None = None


class NotificationPostponed(Event, frozen=True):
    """It is outside the sending hours: it waits for the opening of `to_day`."""

    notification_id: NotificationId
    pupil_id: PupilId
    to_day: date


class NotificationReleased(Event, frozen=True):
    """Its moment has come (confirmed, waited, inside the hours): the worker sends it, unless `until` has passed."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    until: datetime | None = None


class NotificationCancelled(Event, frozen=True):
    """Its reason has gone, or its day, before it was sent; a call in its place is not needed either."""

    notification_id: NotificationId
    pupil_id: PupilId
    reason: CancelReason


class NotificationSent(Event, frozen=True):
    """The gateway took it: `digest` is a keyed digest of the text, `segments` are billed.

    `language` is the Chinese text, or Chinese and the household's second language (`zh+bo`); `named` whether it names the
    child; `record_version` the guardian's record in the vault from which the number was taken.
    """

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    language: str
    segments: int
    digest: str
    gateway: str
    receipt: str
    named: bool = True
    record_version: int | None = None


class NotificationFailed(Event, frozen=True):
    """It cannot be sent: wrong or missing number, opted out, refused by the gateway."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    reason: str


class NotificationUncertain(Event, frozen=True):
    """Nobody knows whether the gateway took it: a person decides, it is not sent again by itself."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId


class UncertaintyResolved(Event, frozen=True):
    """A person has decided what became of it."""

    notification_id: NotificationId
    pupil_id: PupilId
    decision: Literal["was_sent", "was_not_sent", "send_again"]
    by_officer_id: OfficerId


class ContactUnreachable(Event, frozen=True):
    """A guardian cannot be reached at the number on record: a new one is to be found."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    reason: str


class CallTaskRaised(Event, frozen=True):
    """No text may or can go: somebody calls, or goes there. `guardian_id` is missing where no guardian is on record."""

    notification_id: NotificationId
    pupil_id: PupilId
    template: TemplateCode
    reason_event_id: str
    reason: str
    guardian_id: GuardianId | None = None
    day: date | None = None
    episode_id: EpisodeId | None = None


class CallTaskDone(Event, frozen=True):
    """Somebody called in place of the text."""

    notification_id: NotificationId
    pupil_id: PupilId
    result: CallResult
    by_officer_id: OfficerId


NOTIFICATION_EVENTS: tuple[type[Event], ...] = (
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
)

EVENTS: tuple[type[Event], ...] = (TemplateApproved, TemplateFilingRecorded, *NOTIFICATION_EVENTS)
