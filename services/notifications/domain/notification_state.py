"""What later decisions need to know of a text: how far it is, what it waits for, whether somebody calls instead."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.ids import EpisodeId, GuardianId, NotificationId, PupilId, TemplateCode
from services.contracts.notifications import (
    CallResult,
    CallTaskDone,
    CallTaskRaised,
    ContactUnreachable,
    NotificationCancelled,
    NotificationFailed,
    NotificationPostponed,
    NotificationReleased,
    NotificationScheduled,
    NotificationSent,
    NotificationUncertain,
    UncertaintyResolved,
    WaitsFor,
)
from services.notifications.domain.occasions import OCCASIONS

Decision = Literal["was_sent", "was_not_sent", "send_again"]

NotificationEvent = (
    NotificationScheduled
    | NotificationPostponed
    | NotificationReleased
    | NotificationCancelled
    | NotificationSent
    | NotificationFailed
    | NotificationUncertain
    | UncertaintyResolved
    | ContactUnreachable
    | CallTaskRaised
    | CallTaskDone
)


class Status(StrEnum):
    """How far a text is; `to_call` never was one, somebody calls instead."""

    NONE = "none"
    WAITING = "waiting"
    POSTPONED = "postponed"
    RELEASED = "released"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    NOT_SENT = "not_sent"
    CANCELLED = "cancelled"
    TO_CALL = "to_call"


class NotificationState(msgspec.Struct, frozen=True):
    """What later decisions need."""

    notification_id: NotificationId = NotificationId("")
    pupil_id: PupilId = PupilId("")
    guardian_id: GuardianId | None = None
    template: TemplateCode = TemplateCode("")
    reason_event_id: str = ""
    episode_id: EpisodeId | None = None
    day: date | None = None
    urgent: bool = False
    waits_for: WaitsFor = "nothing"
    scheduled_at: datetime | None = None
    postponed_to: date | None = None
    status: Status = Status.NONE
    decision: Decision | None = None
    calling: bool = False
    call_result: CallResult | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which the text makes sense."""
        return OCCASIONS[self.template].last_day(self.day)

    @property
    def reader(self) -> GuardianId:
        """The guardian of a text that was scheduled; only calls are ever without one."""
        return self.guardian_id or GuardianId("")

    @property
    def open(self) -> bool:
        """Whether the text may still go."""
        return self.status in (Status.WAITING, Status.POSTPONED, Status.RELEASED)

    @property
    def under_way(self) -> bool:
        """Whether the gateway may have it: also a text that was cancelled when it had gone already."""
        return self.status in (Status.RELEASED, Status.CANCELLED)


def evolve(state: NotificationState, event: NotificationEvent) -> NotificationState:
    match event:
        case NotificationScheduled():
            return NotificationState(
                notification_id=event.notification_id,
                pupil_id=event.pupil_id,
                guardian_id=event.guardian_id,
                template=event.template,
                reason_event_id=event.reason_event_id,
                episode_id=event.episode_id,
                day=event.day,
                urgent=event.urgent,
                waits_for=event.waits_for,
                scheduled_at=event.scheduled_at,
                status=Status.WAITING,
            )
        case NotificationPostponed():
            return replace(state, status=Status.POSTPONED, postponed_to=event.to_day)
        case NotificationReleased():
            return replace(state, status=Status.RELEASED)
        case NotificationCancelled():
            return replace(state, status=Status.CANCELLED, calling=False)
        case NotificationSent():
            return replace(state, status=Status.SENT)
        case NotificationFailed():
            return replace(state, status=Status.FAILED)
        case NotificationUncertain():
            return replace(state, status=Status.UNCERTAIN, decision=None)
        case UncertaintyResolved():
            status = {"was_sent": Status.SENT, "was_not_sent": Status.NOT_SENT, "send_again": Status.UNCERTAIN}
            return replace(state, status=status[event.decision], decision=event.decision)
        case ContactUnreachable():
            return state
        case CallTaskRaised():
            raised = replace(
                state,
                notification_id=event.notification_id,
                pupil_id=event.pupil_id,
                guardian_id=event.guardian_id,
                template=event.template,
                reason_event_id=event.reason_event_id,
                episode_id=event.episode_id,
                day=event.day,
                calling=True,
            )
            return replace(raised, status=Status.TO_CALL) if state.status is Status.NONE else raised
        case CallTaskDone():
            return replace(state, calling=False, call_result=event.result)
        case _:
            assert_never(event)
