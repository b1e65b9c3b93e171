"""When something happens to a child, its guardians are texted – or no longer: a table of pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows, When
from services.contracts import assistance, casework, registry
from services.contracts.ids import EpisodeId, GuardianId, NotificationId, PupilId, TemplateCode
from services.contracts.notifications import CancelReason
from services.contracts.registry import GuardianRef
from services.notifications.domain.notification_state import Status
from services.notifications.domain.occasions import ABSENCE_QUERY, AID_APPROVED, RETURN_REMINDER, WELCOME_BACK
from services.notifications.domain.releasing import CancelNotification, ConfirmReason, ReleaseNotification
from services.notifications.domain.scheduling import ScheduleNotification, notification_id
from services.notifications.projections import HOLD_ROWS, HOUSEHOLD_ROWS, NOTIFICATION_ROWS, TEMPLATE_ROWS
from services.notifications.storage.rows import HouseholdRow, NotificationRow

# --- whom ---------------------------------------------------------------------------------------------------------


def in_texting_order(guardians: Iterable[GuardianRef]) -> list[GuardianRef]:
    """The guardians in the order in which they are texted: who can be reached first, among them the actual carer."""
    return sorted(guardians, key=lambda guardian: (not guardian.reachable, not guardian.carer))


def _texts(
    envelope: Envelope,
    rows: Rows,
    template: TemplateCode,
    pupil_id: PupilId,
    day: date | None = None,
    episode_id: EpisodeId | None = None,
) -> Iterator[Command]:
    """A text to each guardian by rank; for a child without a known guardian one command, which becomes a call."""
    household = rows.row(HOUSEHOLD_ROWS, pupil_id)
    words = rows.row(TEMPLATE_ROWS, template)
    guardians = in_texting_order(household.guardians) if household else []
    for rank, guardian in enumerate(guardians or [None], start=1):
        guardian_id = guardian.guardian_id if guardian else None
        yield ScheduleNotification(
            notification_id=notification_id(envelope.event_id, guardian_id, template),
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            reachable=guardian is not None and guardian.reachable,
            rank=rank,
            template=template,
            template_version=words.version if words else 0,
            approved=words is not None and words.approved(words.version),
            reason_event_id=envelope.event_id,
            day=day,
            episode_id=episode_id,
        )


def _open(rows: Rows, pupil_id: PupilId, template: TemplateCode) -> Iterator[NotificationRow]:
    """The child's texts of a template that may still go, and the calls still to be made in their place."""
    for row in rows.rows(NOTIFICATION_ROWS, pupil_id=pupil_id, template=template):
        if row.open:
            yield row


def _cancel(rows: Rows, pupil_id: PupilId, template: TemplateCode, reason: CancelReason) -> Iterator[Command]:
    for row in _open(rows, pupil_id, template):
        yield CancelNotification(notification_id=row.notification_id, reason=reason)


# --- absence ------------------------------------------------------------------------------------------------------


def ask_about_absence(event: registry.AbsenceNoticed, envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The first notice of a day asks the guardian; a silent one never does."""
    household = rows.row(HOUSEHOLD_ROWS, event.pupil_id)
    if event.silent or not (household is None or household.first_missed_by(envelope.event_id)):
        return ()
    return _texts(envelope, rows, ABSENCE_QUERY, event.pupil_id, event.day, event.episode_id)


def let_query_go(event: registry.AbsenceConfirmed, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The teacher's word releases the day's text."""
    for row in _open(rows, event.pupil_id, ABSENCE_QUERY):
        if row.day == event.day:
            yield ConfirmReason(notification_id=row.notification_id)


def spare_query(event: registry.ContactRecorded, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """A household that was reached is not texted as well; an attempt that failed changes nothing."""
    return _cancel(rows, event.pupil_id, ABSENCE_QUERY, "contact_recorded") if event.reached else ()


def withdraw_query(
    event: registry.AbsenceWithdrawn | registry.AbsenceExcused, _envelope: Envelope, rows: Rows
) -> Iterable[Command]:
    """A corrected or excused absence cancels its text, unless another session of the day is still missed."""
    household = rows.row(HOUSEHOLD_ROWS, event.pupil_id)
    if household is not None and household.missed_on(event.day):
        return ()
    reason: CancelReason = "absence_excused" if isinstance(event, registry.AbsenceExcused) else "absence_withdrawn"
    return _cancel(rows, event.pupil_id, ABSENCE_QUERY, reason)


def end_query(event: registry.AbsenceEnded, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """A child that is back is not asked for."""
    return _cancel(rows, event.pupil_id, ABSENCE_QUERY, "absence_ended")


# --- return -------------------------------------------------------------------------------------------------------


def remind_of_return(event: casework.ReturnAgreed, envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The promised day is recalled the evening before; another day takes the place of the one promised before."""
    reminders = rows.rows(NOTIFICATION_ROWS, pupil_id=event.pupil_id, template=RETURN_REMINDER)
    if any(row.day == event.return_on and row.status is not Status.CANCELLED for row in reminders):
        return
    for row in reminders:
        if row.open:
            yield CancelNotification(notification_id=row.notification_id, reason="another_day")
    yield from _texts(envelope, rows, RETURN_REMINDER, event.pupil_id, event.return_on, event.episode_id)


def forget_return(
    event: casework.ReturnConfirmed | casework.ReturnCalledOff | casework.CaseWithdrawn | casework.CaseClosed,
    _envelope: Envelope,
    rows: Rows,
) -> Iterable[Command]:
    """A promise that is kept, called off or no longer needed is not recalled."""
    reason: CancelReason
    match event:
        case casework.ReturnConfirmed():
            reason = "returned"
        case casework.ReturnCalledOff():
            reason = "return_called_off"
        case _:
            reason = "case_ended"
    return _cancel(rows, event.pupil_id, RETURN_REMINDER, reason)


def welcome_back(event: registry.PupilReturned, envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The registry's word that a child is back (casework's `ReturnConfirmed` leads to it) is welcomed once."""
    return _texts(envelope, rows, WELCOME_BACK, event.pupil_id, event.returned_on, event.episode_id)


# --- aid ----------------------------------------------------------------------------------------------------------


def tell_of_aid(event: assistance.AidGranted, envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """A granted application is told; neither programme nor amount, which would tell of poverty."""
    return _texts(envelope, rows, AID_APPROVED, event.pupil_id)


# --- held ---------------------------------------------------------------------------------------------------------
# While a mandatory report about one of its children is with the police a guardian is sent nothing. That is asked in the
# turn in which a text would go, so that a held one leaves no trace (docs/decisions/0040).


def schedule_held(command: ScheduleNotification, rows: Rows) -> ScheduleNotification:
    """The command with whether its guardian is sent nothing for now."""
    return replace(command, held=_held(rows, command.pupil_id, command.guardian_id))


def confirm_held(command: ConfirmReason, rows: Rows) -> ConfirmReason:
    """The same for a text that a teacher's word would let go."""
    return replace(command, held=_text_held(rows, command.notification_id))


def release_held(command: ReleaseNotification, rows: Rows) -> ReleaseNotification:
    """The same for a text whose time has come."""
    return replace(command, held=_text_held(rows, command.notification_id))


def _text_held(rows: Rows, notification_id: NotificationId) -> bool:
    text: NotificationRow | None = rows.row(NOTIFICATION_ROWS, notification_id)
    return text is not None and _held(rows, text.pupil_id, text.guardian_id)


def _held(rows: Rows, pupil_id: PupilId, guardian_id: GuardianId | None) -> bool:
    """Reports that hold are few in a county, so they are walked."""
    held = {hold.pupil_id for hold in rows.rows(HOLD_ROWS)}
    if pupil_id in held:
        return True
    households: list[HouseholdRow | None] = [rows.row(HOUSEHOLD_ROWS, each) for each in sorted(held)]
    return any(guardian.guardian_id == guardian_id for each in households if each for guardian in each.guardians)


REACTIONS = (
    When(registry.AbsenceNoticed, then=ask_about_absence),
    When(registry.AbsenceConfirmed, then=let_query_go),
    When(registry.ContactRecorded, then=spare_query),
    When(registry.AbsenceWithdrawn, then=withdraw_query),
    When(registry.AbsenceExcused, then=withdraw_query),
    When(registry.AbsenceEnded, then=end_query),
    When(casework.ReturnAgreed, then=remind_of_return),
    When(casework.ReturnCalledOff, then=forget_return),
    When(casework.ReturnConfirmed, then=forget_return),
    When(casework.CaseWithdrawn, then=forget_return),
    When(casework.CaseClosed, then=forget_return),
    When(registry.PupilReturned, then=welcome_back),
    When(assistance.AidGranted, then=tell_of_aid),
)
