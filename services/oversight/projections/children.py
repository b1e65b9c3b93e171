"""What stands now for each child, each of its episodes, and each class that sent no roll call."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import registry
from services.contracts.codes import Ledger
from services.oversight.storage.rows import EpisodeRow, PupilRow, SilentClassRow
from services.oversight.storage.tables import EPISODES, PUPILS, SILENT_CLASSES


def pupil_row(row: PupilRow | None, event: Event, envelope: Envelope) -> PupilRow | None:
    """The child after a registry event; one that was only expected or suspected so far has a row as well."""
    match event:
        case registry.PupilEnrolled():
            return _enrolled(row, event, envelope)
        case registry.RegistrationExpected() | registry.PupilSuspected() if row is None:
            row = PupilRow(
                pupil_id=event.pupil_id,
                school_id=event.school_id,
                class_id=event.class_id,
                grade=event.grade,
                division=event.residence_division,
                record_written_at=envelope.recorded_at,
            )
    return None if row is None else _standing(_aged(_owed(_due(_unconfirmed(row, event), event), event), event), event, envelope)


def _enrolled(row: PupilRow | None, event: registry.PupilEnrolled, envelope: Envelope) -> PupilRow:
    known = row is not None and row.ledger is not Ledger.STRUCK_OFF
    return PupilRow(
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        sex=event.sex,
        division=event.residence_division,
        groups=event.groups,
        record_written_at=envelope.recorded_at,
        enrolled_on=envelope.recorded_on if row is None or row.enrolled_on is None else row.enrolled_on,
        ledger=row.ledger if row is not None and known else Ledger.SCHOOL_AGE,
        under_observation=row is not None and known and row.under_observation,
        episode_id=row.episode_id if row is not None and known else None,
        upper_age_on=None if row is None else row.upper_age_on,
    )


def _standing(row: PupilRow, event: Event, envelope: Envelope) -> PupilRow:
    match event:
        case registry.PupilRecordWritten():
            return replace(row, division=event.residence_division, groups=event.groups, record_written_at=envelope.recorded_at)
        case registry.PupilTransferred():
            return replace(row, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
        case registry.PupilRegistered():
            return replace(row, school_id=event.school_id)
        case registry.PupilSuspected():
            return replace(row, ledger=Ledger.SUSPECTED, episode_id=event.episode_id)
        case registry.SuspicionLifted():
            return replace(row, ledger=Ledger.SCHOOL_AGE)
        case registry.DropoutConfirmed():
            return replace(row, ledger=Ledger.DROPOUT, episode_id=event.episode_id, under_observation=False)
        case registry.PupilReturned() | registry.ReturnRestored():
            return replace(row, under_observation=True)
        case registry.ReturnLost():
            return replace(row, under_observation=False)
        case registry.PupilStruckOff() if event.outcome in registry.BACK_TO_SCHOOL_AGE:
            return replace(row, ledger=Ledger.SCHOOL_AGE, under_observation=False)
        case registry.PupilStruckOff():
            return replace(row, ledger=Ledger.STRUCK_OFF, under_observation=False, left_on=event.struck_off_on)
        case registry.StrikeOffWithdrawn():
            return replace(row, ledger=Ledger.DROPOUT, left_on=None)
        case registry.PupilGraduated():
            return replace(row, ledger=Ledger.STRUCK_OFF, under_observation=False, left_on=event.graduated_on)
        case registry.SchoolAgeEnded():
            return replace(row, ledger=Ledger.STRUCK_OFF, left_on=event.ended_on)
        case registry.TransferCompleted():
            return replace(row, ledger=Ledger.STRUCK_OFF, under_observation=False, left_on=event.completed_on)
        case _:
            return row


def _unconfirmed(row: PupilRow, event: Event) -> PupilRow:
    """The last absence that nobody has made sure of or tried to ask about; of a suspected child the case answers for it."""
    match event:
        case registry.AbsenceNoticed() if not event.silent and row.ledger is not Ledger.SUSPECTED:
            return replace(row, unconfirmed_on=max(event.day, row.unconfirmed_on or event.day))
        case registry.AbsenceConfirmed() | registry.ContactRecorded():
            answered = row.unconfirmed_on is not None and row.unconfirmed_on <= event.day
            return replace(row, unconfirmed_on=None) if answered else row
        case registry.SchoolVisitRecorded():
            asked = row.unconfirmed_on is not None and row.unconfirmed_on <= event.visited_on
            return replace(row, unconfirmed_on=None) if asked else row
        case registry.AbsenceExcused() | registry.AbsenceWithdrawn():
            return replace(row, unconfirmed_on=None) if row.unconfirmed_on == event.day else row
        case registry.AbsenceEnded() | registry.PupilSuspected() | registry.PupilReturned():
            return replace(row, unconfirmed_on=None)
        case registry.PupilStruckOff() | registry.TransferCompleted() | registry.PupilGraduated():
            return replace(row, unconfirmed_on=None)
        case _:
            return row


def _due(row: PupilRow, event: Event) -> PupilRow:
    """The contact that is due for the child's absence; the case takes over at suspicion."""
    match event:
        case registry.ContactFellDue():
            return replace(row, contact_due_on=event.day)
        case registry.ContactRecorded() | registry.SchoolVisitRecorded() if event.reached:
            return replace(row, contact_due_on=None)
        case registry.AbsentDaysRecounted():
            return replace(row, contact_due_on=row.contact_due_on if event.contact_due else None)
        case registry.AbsenceEnded() | registry.PupilStruckOff() | registry.TransferCompleted() | registry.PupilGraduated():
            return replace(row, contact_due_on=None)
        case registry.PupilSuspected():
            return replace(row, contact_due_on=None, leaver_since=None)
        case registry.LeaverWithoutSchool():
            return replace(row, leaver_since=event.since_on)
        case (
            registry.PupilTransferred() | registry.PupilRegistered() | registry.RegistrationExpected() | registry.TransferStarted()
        ):
            return replace(row, leaver_since=None)
        case _:
            return row


def _owed(row: PupilRow, event: Event) -> PupilRow:
    """What the school owes the child, as the registry tells it."""
    match event:
        case registry.SchoolVisitFellDue():
            return replace(row, visit_due_on=event.day)
        case registry.SchoolVisitSettled():
            return replace(row, visit_due_on=None)
        case registry.AbsenceReportFellDue():
            return replace(row, report_due_on=event.day)
        case registry.AbsenceReportSettled():
            return replace(row, report_due_on=None)
        case _:
            return row


def _aged(row: PupilRow, event: Event) -> PupilRow:
    """Since when the child is known to be past the upper age; a later "no" says that the county has raised it."""
    match event:
        case registry.UpperAgeReached():
            return replace(row, upper_age_on=min(row.upper_age_on or event.noticed_on, event.noticed_on))
        case registry.AgeAnswered() if event.reached_upper_age:
            return replace(row, upper_age_on=min(row.upper_age_on or event.on, event.on))
        case registry.AgeAnswered() if event.reached_upper_age is False and row.upper_age_on is not None:
            return replace(row, upper_age_on=None) if event.on >= row.upper_age_on else row
        case _:
            return row


def episode_row(row: EpisodeRow | None, event: Event, _envelope: Envelope) -> EpisodeRow | None:
    """The episode after an event of its child."""
    match event:
        case registry.PupilSuspected():
            known = row or EpisodeRow(episode_id=event.episode_id, pupil_id=event.pupil_id)
            return replace(known, suspected_on=known.suspected_on or event.suspected_on, lifted_on=None)
        case registry.DropoutConfirmed():
            known = row or EpisodeRow(episode_id=event.episode_id, pupil_id=event.pupil_id)
            return replace(known, dropout_on=event.confirmed_on)
        case registry.SuspicionLifted() if row is not None:
            return replace(row, lifted_on=event.lifted_on)
        case registry.PupilReturned() if row is not None:
            return replace(row, returned_on=row.returned_on or event.returned_on)
        case registry.ReturnLost() if row is not None:
            return replace(row, relapses=row.relapses + 1)
        case registry.ReturnRestored() if row is not None:
            return replace(row, relapses=max(row.relapses - 1, 0))
        case registry.PupilStruckOff() if row is not None:
            return replace(row, struck_off_on=event.struck_off_on, outcome=event.outcome)
        case registry.StrikeOffWithdrawn() if row is not None:
            return replace(row, struck_off_on=None, outcome=None, returned_on=None)
        case _:
            return row


def silent_class_row(_row: SilentClassRow | None, event: Event, _envelope: Envelope) -> SilentClassRow | None:
    """Silence, until the list comes after all."""
    if isinstance(event, registry.RollCallMissing):
        return SilentClassRow(event.class_id, event.day, event.session, event.school_id)
    return None


PUPIL_ROWS = Projection(
    PUPILS,
    PupilRow,
    dict.fromkeys(
        (
            registry.PupilEnrolled,
            registry.PupilRecordWritten,
            registry.PupilTransferred,
            registry.RegistrationExpected,
            registry.PupilRegistered,
            registry.LeaverWithoutSchool,
            registry.PupilGraduated,
            registry.SchoolAgeEnded,
            registry.UpperAgeReached,
            registry.AgeAnswered,
            registry.TransferStarted,
            registry.PupilSuspected,
            registry.SuspicionLifted,
            registry.DropoutConfirmed,
            registry.PupilReturned,
            registry.ReturnLost,
            registry.ReturnRestored,
            registry.PupilStruckOff,
            registry.StrikeOffWithdrawn,
            registry.TransferCompleted,
            registry.AbsenceNoticed,
            registry.AbsenceConfirmed,
            registry.AbsenceExcused,
            registry.AbsenceWithdrawn,
            registry.ContactFellDue,
            registry.SchoolVisitFellDue,
            registry.SchoolVisitRecorded,
            registry.SchoolVisitSettled,
            registry.AbsenceReportFellDue,
            registry.AbsenceReportSettled,
            registry.ContactRecorded,
            registry.AbsentDaysRecounted,
            registry.AbsenceEnded,
        ),
        lambda e: e.pupil_id,
    ),
    pupil_row,
)

EPISODE_ROWS = Projection(
    EPISODES,
    EpisodeRow,
    dict.fromkeys(
        (
            registry.PupilSuspected,
            registry.SuspicionLifted,
            registry.DropoutConfirmed,
            registry.PupilReturned,
            registry.ReturnLost,
            registry.ReturnRestored,
            registry.PupilStruckOff,
            registry.StrikeOffWithdrawn,
        ),
        lambda e: e.episode_id,
    ),
    episode_row,
)

SILENT_CLASS_ROWS = Projection(
    SILENT_CLASSES,
    SilentClassRow,
    dict.fromkeys((registry.RollCallMissing, registry.RollCallTaken), lambda e: (e.class_id, e.day.isoformat(), e.session.value)),
    silent_class_row,
    afresh=(registry.RollCallMissing, registry.RollCallTaken),
)
