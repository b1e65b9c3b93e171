"""How a child's row – place, ledger, present absence – follows from its events."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.codes import Ledger
from services.contracts.ids import case_id
from services.contracts.registry import (
    BACK_TO_SCHOOL_AGE,
    PUPIL_EVENTS,
    AbsenceConfirmed,
    AbsenceEnded,
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceReportFellDue,
    AbsenceReportSettled,
    AbsenceWithdrawn,
    AbsentDayCounted,
    AbsentDaysRecounted,
    AttendanceNoted,
    ContactFellDue,
    ContactRecorded,
    DropoutConfirmed,
    LeaverWithoutSchool,
    PupilEnrolled,
    PupilGraduated,
    PupilRecordWritten,
    PupilRegistered,
    PupilReturned,
    PupilStruckOff,
    PupilSuspected,
    PupilTransferred,
    RegistrationExpected,
    ReturnLost,
    ReturnRestored,
    SchoolAgeEnded,
    SchoolVisitFellDue,
    SchoolVisitRecorded,
    SchoolVisitSettled,
    StrikeOffWithdrawn,
    SuspicionLifted,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
)
from services.registry.storage.rows import Enrolment, PupilRow
from services.registry.storage.tables import PUPILS


def pupil_row(row: PupilRow | None, event: Event, envelope: Envelope) -> PupilRow | None:
    """The child after the event."""
    match event:
        case PupilEnrolled():
            return _enrolled(row, event, envelope)
        case RegistrationExpected():
            return _expected(row, event, envelope)
        case _ if row is None:
            return None
        case PupilRecordWritten():
            kept = replace(row, record_version=event.record_version, groups=event.groups)
            return replace(kept, residence_division=event.residence_division, boarding=event.boarding)
        case PupilTransferred():
            place = replace(row, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
            return replace(place, enrolment="enrolled", leaver_since=None)
        case PupilRegistered():
            return replace(row, enrolment="enrolled", registered_term=event.term, leaver_since=None)
        case LeaverWithoutSchool():
            return replace(row, leaver_since=event.since_on)
        case PupilGraduated():
            return replace(_moved(_run_over(row), Ledger.STRUCK_OFF, event.graduated_on), enrolment="left", unconfirmed_on=None)
        case SchoolAgeEnded():
            return _moved(row, Ledger.STRUCK_OFF, event.ended_on)
        case TransferCancelled():
            return replace(row, enrolment="enrolled")
        case TransferStarted():
            return replace(row, enrolment="in_transfer", leaver_since=None)
        case TransferCompleted():
            return replace(_moved(row, Ledger.STRUCK_OFF, event.completed_on), enrolment="left", unconfirmed_on=None)
        case _:
            return _ledger(_owed(_absence(_unconfirmed(row, event), event), event), event)


def _enrolled(row: PupilRow | None, event: PupilEnrolled, envelope: Envelope) -> PupilRow:
    known = row if row is not None and row.ledger is not Ledger.STRUCK_OFF else None
    place = PupilRow(
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        sex=event.sex,
        boarding=event.boarding,
        residence_division=event.residence_division,
        groups=event.groups,
        record_version=event.record_version,
        enrolment="enrolled",
        ledger_since=envelope.occurred_on,
    )
    if known is None:
        return place
    on_roll = replace(known, school_id=place.school_id, class_id=place.class_id, grade=place.grade, sex=place.sex)
    on_roll = replace(on_roll, boarding=place.boarding, residence_division=place.residence_division, groups=place.groups)
    return replace(on_roll, record_version=place.record_version, enrolment="enrolled")


def _expected(row: PupilRow | None, event: RegistrationExpected, envelope: Envelope) -> PupilRow:
    if row is not None:
        return replace(row, enrolment="expected", leaver_since=None)
    return PupilRow(
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        residence_division=event.residence_division,
        enrolment="expected",
        ledger_since=envelope.occurred_on,
    )


def _unconfirmed(row: PupilRow, event: Event) -> PupilRow:
    """The last absence that nobody has made sure of or tried to ask about; of a suspected child the case answers for it."""
    match event:
        case AbsenceNoticed() if not event.silent and row.ledger is not Ledger.SUSPECTED:
            return replace(row, unconfirmed_on=_latest(row.unconfirmed_on, event.day))
        case AbsenceConfirmed() | ContactRecorded() if row.unconfirmed_on is not None and row.unconfirmed_on <= event.day:
            return replace(row, unconfirmed_on=None)
        case SchoolVisitRecorded() if row.unconfirmed_on is not None and row.unconfirmed_on <= event.visited_on:
            return replace(row, unconfirmed_on=None)
        case AbsenceExcused() | AbsenceWithdrawn() if row.unconfirmed_on == event.day:
            return replace(row, unconfirmed_on=None)
        case AbsenceEnded() | PupilSuspected() | PupilReturned() | PupilStruckOff():
            return replace(row, unconfirmed_on=None)
        case _:
            return row


def _absence(row: PupilRow, event: Event) -> PupilRow:
    """The run that goes on, what it asks for, and its end."""
    match event:
        case AbsenceNoticed():
            since, last = min(row.missing_since or event.day, event.day), max(row.last_absent_on or event.day, event.day)
            attended = event.last_attended_on if event.first else None
            missing = replace(row, missing_since=since, last_absent_on=last)
            missing = replace(missing, last_attended_on=_latest(row.last_attended_on, attended)) if attended else missing
            return replace(missing, episode_id=event.episode_id)
        case AttendanceNoted() | AbsenceWithdrawn():
            return replace(row, last_attended_on=_latest(row.last_attended_on, event.day))
        case AbsenceConfirmed():
            return replace(row, absence_confirmed_on=event.day)
        case ContactRecorded() if event.reached:
            return replace(row, contacted_on=_latest(row.contacted_on, event.day), contact_due_on=None)
        case SchoolVisitRecorded() if event.reached:
            return replace(row, contacted_on=_latest(row.contacted_on, event.visited_on), contact_due_on=None)
        case AbsentDayCounted():
            return replace(row, absent_days=event.count, last_absent_on=_latest(row.last_absent_on, event.day))
        case AbsentDaysRecounted():
            counted = replace(row, absent_days=event.count, missing_since=row.missing_since or event.last_on)
            return replace(counted, episode_id=event.episode_id, contact_due_on=row.contact_due_on if event.contact_due else None)
        case ContactFellDue():
            return replace(row, contact_due_on=event.day)
        case AbsenceEnded():
            return _run_over(row)
        case _:
            return row


def _owed(row: PupilRow, event: Event) -> PupilRow:
    """What the school owes, as it is told: when that is, `domain.dues` decides."""
    match event:
        case SchoolVisitFellDue():
            return replace(row, visit_due_on=event.day)
        case SchoolVisitSettled():
            return replace(row, visit_due_on=None)
        case AbsenceReportFellDue():
            return replace(row, report_due_on=event.day)
        case AbsenceReportSettled():
            return replace(row, report_due_on=None)
        case _:
            return row


def _ledger(row: PupilRow, event: Event) -> PupilRow:
    """The way through the ledgers."""
    match event:
        case PupilSuspected():
            fresh = replace(row, dropout_on=None, confirmed_by=None, returned_on=None, placement=None, lost_on=None)
            fresh = replace(fresh, outcome=None, struck_off_on=None, suspected_on=event.suspected_on, suspected_for=event.reason)
            placed = replace(fresh, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
            case = case_id(event.pupil_id, event.episode_id)
            enrolment: Enrolment = "enrolled" if row.enrolment == "in_transfer" else row.enrolment
            entered = replace(placed, episode_id=event.episode_id, case_id=case, enrolment=enrolment, leaver_since=None)
            return _moved(entered, Ledger.SUSPECTED, event.suspected_on)
        case SuspicionLifted():
            lifted = replace(row, suspected_on=None, suspected_for=None, case_id=None)
            return _moved(lifted, Ledger.SCHOOL_AGE, event.lifted_on)
        case DropoutConfirmed():
            confirmed = replace(row, dropout_on=event.confirmed_on, confirmed_by=event.by)
            confirmed = replace(confirmed, contact_due_on=None)
            return _moved(confirmed, Ledger.DROPOUT, event.confirmed_on)
        case PupilReturned():
            attended = _latest(row.last_attended_on, event.returned_on)
            back = replace(_run_over(row), returned_on=event.returned_on, placement=event.placement)
            return replace(back, lost_on=None, last_attended_on=attended)
        case ReturnLost():
            return replace(row, lost_on=event.day)
        case ReturnRestored():
            return replace(row, lost_on=None)
        case PupilStruckOff():
            ledger = Ledger.SCHOOL_AGE if event.outcome in BACK_TO_SCHOOL_AGE else Ledger.STRUCK_OFF
            closed = replace(row, outcome=event.outcome, struck_off_on=event.struck_off_on)
            if ledger is Ledger.STRUCK_OFF:
                closed = replace(_run_over(closed), enrolment="left")
            return _moved(closed, ledger, event.struck_off_on)
        case StrikeOffWithdrawn():
            again = replace(row, outcome=None, struck_off_on=None, returned_on=None, placement=None, lost_on=None)
            return _moved(again, Ledger.DROPOUT, event.withdrawn_on)
        case _:
            return row


def _moved(row: PupilRow, ledger: Ledger, on: date) -> PupilRow:
    return replace(row, ledger=ledger, ledger_since=on)


def _run_over(row: PupilRow) -> PupilRow:
    return replace(row, missing_since=None, absent_days=0, contact_due_on=None)


def _latest(known: date | None, told: date) -> date:
    return told if known is None or known < told else known


PUPIL_ROWS: Projection[PupilRow] = Projection(
    PUPILS,
    PupilRow,
    dict.fromkeys(PUPIL_EVENTS, lambda e: e.pupil_id),
    pupil_row,
)
