"""What stands now for each child, each of its episodes, and each class that sent no roll call."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Event, county_day
from services.contracts import registry
from services.contracts.codes import ContactMeans, Group, Ledger, Outcome, Session
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId


def recorded_on(recorded_at: str) -> date:
    """The county's date on which an event was recorded."""
    return county_day(datetime.fromisoformat(recorded_at))


class PupilRow(msgspec.Struct, frozen=True, kw_only=True):
    """A child: where it belongs, in which ledger it stands, what is due."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str
    record_written_at: str
    sex: Literal["male", "female"] | None = None
    groups: tuple[Group, ...] = ()
    ledger: Ledger = Ledger.SCHOOL_AGE
    under_observation: bool = False
    episode_id: EpisodeId | None = None
    enrolled_on: date | None = None
    left_on: date | None = None
    contact_due_on: date | None = None
    visit_due_on: date | None = None


def pupil_row(row: PupilRow | None, event: Event, recorded_at: str) -> PupilRow | None:
    """The child after a registry event; one that was only expected or suspected so far has a row as well."""
    match event:
        case registry.PupilEnrolled():
            return _enrolled(row, event, recorded_at)
        case registry.RegistrationExpected() | registry.PupilSuspected() if row is None:
            row = PupilRow(
                pupil_id=event.pupil_id,
                school_id=event.school_id,
                class_id=event.class_id,
                grade=event.grade,
                division=event.residence_division,
                record_written_at=recorded_at,
            )
    return None if row is None else _standing(_due(row, event), event, recorded_at)


def _enrolled(row: PupilRow | None, event: registry.PupilEnrolled, recorded_at: str) -> PupilRow:
    known = row is not None and row.ledger is not Ledger.STRUCK_OFF
    return PupilRow(
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        sex=event.sex,
        division=event.residence_division,
        groups=event.groups,
        record_written_at=recorded_at,
        enrolled_on=recorded_on(recorded_at) if row is None or row.enrolled_on is None else row.enrolled_on,
        ledger=row.ledger if row is not None and known else Ledger.SCHOOL_AGE,
        under_observation=row is not None and known and row.under_observation,
        episode_id=row.episode_id if row is not None and known else None,
    )


def _standing(row: PupilRow, event: Event, recorded_at: str) -> PupilRow:
    match event:
        case registry.PupilRecordWritten():
            return replace(row, division=event.residence_division, groups=event.groups, record_written_at=recorded_at)
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
        case registry.TransferCompleted():
            return replace(row, ledger=Ledger.STRUCK_OFF, under_observation=False, left_on=event.completed_on)
        case _:
            return row


def _due(row: PupilRow, event: Event) -> PupilRow:
    """What is due for the child's absence: a contact, then a visit by the school; the case takes over at suspicion."""
    match event:
        case registry.ContactFellDue():
            return replace(row, contact_due_on=event.day)
        case registry.SchoolVisitFellDue():
            return replace(row, visit_due_on=event.day)
        case registry.ContactRecorded() if event.means is ContactMeans.HOME_VISIT:
            return replace(row, contact_due_on=None, visit_due_on=None)
        case registry.ContactRecorded() if event.reached:
            return replace(row, contact_due_on=None)
        case registry.AbsentDaysRecounted():
            return replace(
                row,
                contact_due_on=row.contact_due_on if event.contact_due else None,
                visit_due_on=row.visit_due_on if event.visit_due else None,
            )
        case registry.AbsenceEnded() | registry.PupilSuspected() | registry.PupilStruckOff() | registry.TransferCompleted():
            return replace(row, contact_due_on=None, visit_due_on=None)
        case _:
            return row


class EpisodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One episode of a child: from suspicion over dropout and return to the strike-off."""

    episode_id: EpisodeId
    pupil_id: PupilId
    suspected_on: date | None = None
    lifted_on: date | None = None
    dropout_on: date | None = None
    returned_on: date | None = None
    relapses: int = 0
    struck_off_on: date | None = None
    outcome: Outcome | None = None


def episode_row(row: EpisodeRow | None, event: Event, _recorded_at: str) -> EpisodeRow | None:
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
        case _:
            return row


class SilentClassRow(msgspec.Struct, frozen=True):
    """A class of which nothing is known for a session."""

    class_id: ClassId
    day: date
    session: Session
    school_id: SchoolId


def silent_class_row(_row: SilentClassRow | None, event: Event, _recorded_at: str) -> SilentClassRow | None:
    """Silence, until the list comes after all."""
    if isinstance(event, registry.RollCallMissing):
        return SilentClassRow(event.class_id, event.day, event.session, event.school_id)
    return None
