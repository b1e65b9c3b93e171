"""Whom a text goes to because of an event, or who is called instead – never twice (domain.md §8)."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Command, derived_id
from services.contracts.ids import EpisodeId, GuardianId, NotificationId, PupilId, TemplateCode
from services.contracts.notifications import NotificationScheduled
from services.notifications.domain.calling import call_instead, unreachable
from services.notifications.domain.notification_state import NotificationEvent, NotificationState, Status, evolve
from services.notifications.domain.occasions import OCCASIONS
from services.notifications.domain.policies import GUARDIANS_TEXTED
from services.notifications.domain.releasing import day_over, release
from services.notifications.domain.trouble import Trouble


class ScheduleNotification(Command, frozen=True):
    """Text a guardian on an occasion; `rank` counts the child's guardians in the order in which they are texted, from 1."""

    notification_id: NotificationId
    pupil_id: PupilId
    template: TemplateCode
    template_version: int
    approved: bool
    reason_event_id: str
    guardian_id: GuardianId | None = None
    reachable: bool = False
    rank: int = 1
    day: date | None = None
    episode_id: EpisodeId | None = None
    held: bool = False


def notification_id(reason_event_id: str, guardian_id: GuardianId | None, template: TemplateCode) -> NotificationId:
    """The one text that an event can set off for a guardian."""
    return NotificationId(derived_id("notification", reason_event_id, guardian_id or "nobody", template))


def decide(state: NotificationState, command: ScheduleNotification) -> list[NotificationEvent]:
    if state.status is not Status.NONE or command.rank > command.given.value(GUARDIANS_TEXTED):
        return []
    if command.guardian_id is None:
        return [] if command.held else [call_instead(_planned(command), Trouble.NO_GUARDIAN)]
    if not command.reachable and command.rank > 1:
        return []
    if command.held:  # a call goes to the family as well: a text waits, and whoever sends it learns that somebody has to call
        return _waiting(command, command.guardian_id)
    planned = _planned(command)
    if not command.reachable:
        return [call_instead(planned, Trouble.NO_NUMBER), unreachable(planned, command.guardian_id, Trouble.NO_NUMBER)]
    if not command.approved:
        return [call_instead(planned, Trouble.TEMPLATE_NOT_APPROVED)]
    return _waiting(command, command.guardian_id)


def _waiting(command: ScheduleNotification, guardian_id: GuardianId) -> list[NotificationEvent]:
    scheduled = _scheduled(command, guardian_id)
    waiting = evolve(NotificationState(), scheduled)
    if scheduled.waits_for == "nothing" or day_over(waiting, command.given):
        return [scheduled, *release(waiting, command.given, held=command.held)]
    return [scheduled]


def _planned(command: ScheduleNotification) -> NotificationState:
    """What the text was to be, for the call in its place."""
    return NotificationState(
        notification_id=command.notification_id,
        pupil_id=command.pupil_id,
        guardian_id=command.guardian_id,
        template=command.template,
        reason_event_id=command.reason_event_id,
        episode_id=command.episode_id,
        day=command.day,
    )


def _scheduled(command: ScheduleNotification, guardian_id: GuardianId) -> NotificationScheduled:
    occasion = OCCASIONS[command.template]
    return NotificationScheduled(
        notification_id=command.notification_id,
        pupil_id=command.pupil_id,
        guardian_id=guardian_id,
        template=command.template,
        template_version=command.template_version,
        reason_event_id=command.reason_event_id,
        urgent=occasion.urgent,
        episode_id=command.episode_id,
        waits_for=occasion.waits_for,
        day=command.day,
        scheduled_at=command.given.now,
    )
