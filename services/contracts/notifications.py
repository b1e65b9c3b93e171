"""What notifications tell: approved templates, and the fate of each text to a guardian. Never the text itself."""

from __future__ import annotations

from typing import Literal

from services.chassis.decider import Event
from services.contracts.ids import EpisodeId, GuardianId, NotificationId, OfficerId, PupilId, TemplateCode

TOPIC = "notifications"


class TemplateApproved(Event, frozen=True):
    """A version of a template, with the variables it takes."""

    template: TemplateCode
    version: int
    bodies: dict[str, str]
    variables: tuple[str, ...]
    signature: str


class NotificationScheduled(Event, frozen=True):
    """A text to one guardian because of one event; it waits for its moment."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    template: TemplateCode
    template_version: int
    reason_event_id: str
    urgent: bool
    episode_id: EpisodeId | None = None


class NotificationReleased(Event, frozen=True):
    """Its moment has come (confirmed, waited, inside the hours): the worker sends it."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId


class NotificationCancelled(Event, frozen=True):
    """Its reason has gone before it was sent."""

    notification_id: NotificationId
    pupil_id: PupilId
    reason: str


class NotificationSent(Event, frozen=True):
    """The gateway took it: `digest` is a keyed digest of the text, `segments` are billed."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId
    language: str
    segments: int
    digest: str
    gateway: str
    receipt: str


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


EVENTS: tuple[type[Event], ...] = (
    TemplateApproved,
    NotificationScheduled,
    NotificationReleased,
    NotificationCancelled,
    NotificationSent,
    NotificationFailed,
    NotificationUncertain,
    UncertaintyResolved,
    ContactUnreachable,
)
