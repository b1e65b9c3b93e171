"""How events change the registry's read models: schools, classes, roll calls, and each child's place, ledger and absences."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope, Sealed
from services.chassis.projections import Projection
from services.contracts.casework import (
    CaseNumbered,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyReturned,
    DutyWithdrawn,
)
from services.contracts.codes import ContactMeans, Department, ExcuseKind, SchoolKind, Session
from services.contracts.ids import CaseId, ClassId, ContactId, DutyId, EpisodeId, OfficerId, PupilId, SchoolId
from services.contracts.registry import (
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceWithdrawn,
    AttendanceNoted,
    ClassOpened,
    ContactRecorded,
    RollCallCorrected,
    RollCallMissing,
    RollCallTaken,
    SchoolChanged,
    SchoolRegistered,
)
from services.registry.storage.pupil_rows import OF_PUPIL, PupilRow, pupil_row
from services.registry.storage.tables import (
    CASE_NUMBERS,
    CLASSES,
    CONTACTS,
    DUTY_SUBJECTS,
    PUPILS,
    ROLL_CALLS,
    SCHOOLS,
    SESSIONS_AWAY,
)


class SchoolRow(msgspec.Struct, frozen=True):
    """A school."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None
    sessions: tuple[Session, ...]


class ClassRow(msgspec.Struct, frozen=True):
    """A class."""

    class_id: ClassId
    school_id: SchoolId
    cohort: int
    number: int
    opened_on: date


class RollCallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A roll call; `missing_since` stays when the list comes after all."""

    class_id: ClassId
    day: date
    session: Session
    school_id: SchoolId
    status: Literal["taken", "missing"]
    absent: tuple[PupilId, ...] = ()
    excused: dict[PupilId, ExcuseKind] = msgspec.field(default_factory=dict)
    stale: bool = False
    missing_since: str | None = None
    taken_at: str | None = None
    taken_by: str | None = None
    corrected_at: str | None = None


class SessionAwayRow(msgspec.Struct, frozen=True):
    """A session at which a child was missing or excused, or said to be."""

    pupil_id: PupilId
    day: date
    session: Session
    standing: Literal["absent", "excused", "withdrawn", "attended"]
    kind: ExcuseKind | None = None
    episode_id: EpisodeId | None = None


class ContactRow(msgspec.Struct, frozen=True):
    """A contact with a household."""

    contact_id: ContactId
    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    means: ContactMeans
    reached: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None


class CaseNumberRow(msgspec.Struct, frozen=True):
    """The number of a dropout's entry."""

    case_id: CaseId
    pupil_id: PupilId
    number: str
    dropout_on: date


class DutySubjectRow(msgspec.Struct, frozen=True):
    """A department's duty: about which child it is, and whether it is still to be done."""

    duty_id: DutyId
    number: str
    pupil_id: PupilId
    department: Department
    division: str
    open: bool


DutyEvent = DutyAssigned | DutyCompleted | DutyDeclined | DutyReturned | DutyWithdrawn

# --- schools, classes, roll calls -------------------------------------------------------------------------------------


def school_row(row: SchoolRow | None, event: SchoolRegistered | SchoolChanged, _envelope: Envelope) -> SchoolRow | None:
    """The school as last described; code and sessions stay."""
    if isinstance(event, SchoolChanged) and row is None:
        return None
    code = event.code if isinstance(event, SchoolRegistered) else row.code if row else ""
    sessions = event.sessions if isinstance(event, SchoolRegistered) else row.sessions if row else ()
    return SchoolRow(
        event.school_id,
        code,
        event.name,
        event.name_en,
        event.kind,
        event.division,
        event.boarding,
        event.central_school_id,
        sessions,
    )


def class_row(_row: ClassRow | None, event: ClassOpened, envelope: Envelope) -> ClassRow:
    """The class as opened."""
    return ClassRow(event.class_id, event.school_id, event.cohort, event.number, envelope.occurred_on)


def roll_call_row(row: RollCallRow | None, event: Event, envelope: Envelope) -> RollCallRow | None:
    """The list as it stands."""
    match event:
        case RollCallTaken():
            return RollCallRow(
                class_id=event.class_id,
                day=event.day,
                session=event.session,
                school_id=event.school_id,
                status="taken",
                absent=event.absent,
                excused={excuse.pupil_id: excuse.kind for excuse in event.excused},
                stale=event.stale,
                missing_since=row.missing_since if row else None,
                taken_at=envelope.recorded_at,
                taken_by=envelope.actor,
            )
        case RollCallMissing():
            return RollCallRow(
                class_id=event.class_id,
                day=event.day,
                session=event.session,
                school_id=event.school_id,
                status="missing",
                missing_since=envelope.recorded_at,
            )
        case RollCallCorrected() if row is not None:
            changed = {*event.withdrawn, *event.added, *(excuse.pupil_id for excuse in event.excused)}
            absent = sorted({pupil for pupil in row.absent if pupil not in changed} | set(event.added))
            excused = {pupil: kind for pupil, kind in row.excused.items() if pupil not in changed}
            excused |= {excuse.pupil_id: excuse.kind for excuse in event.excused}
            return replace(row, absent=tuple(absent), excused=excused, corrected_at=envelope.recorded_at)
        case _:
            return row


# --- what a child's page shows besides --------------------------------------------------------------------------------


def session_away_row(row: SessionAwayRow | None, event: Event, _envelope: Envelope) -> SessionAwayRow | None:
    """What stands for the session now; presence is noted only where something else stood."""
    match event:
        case AbsenceNoticed():
            return SessionAwayRow(event.pupil_id, event.day, event.session, "absent", episode_id=event.episode_id)
        case AbsenceExcused():
            return SessionAwayRow(event.pupil_id, event.day, event.session, "excused", event.kind, event.episode_id)
        case AbsenceWithdrawn() if row is not None:
            return replace(row, standing="withdrawn", kind=None)
        case AttendanceNoted() if row is not None:
            return replace(row, standing="attended", kind=None)
        case _:
            return row


def contact_row(_row: ContactRow | None, event: ContactRecorded, _envelope: Envelope) -> ContactRow:
    """The contact as recorded."""
    return ContactRow(
        event.contact_id,
        event.pupil_id,
        event.episode_id,
        event.day,
        event.means,
        event.reached,
        event.by_officer_id,
        event.note,
    )


def case_number_row(_row: CaseNumberRow | None, event: CaseNumbered, _envelope: Envelope) -> CaseNumberRow:
    """The number as given."""
    return CaseNumberRow(event.case_id, event.pupil_id, event.number, event.dropout_on)


# --- the table --------------------------------------------------------------------------------------------------------


def _session(event: Any) -> tuple[str, str, str]:
    return event.pupil_id, event.day.isoformat(), event.session.value


def _roll_call(event: Any) -> tuple[str, str, str]:
    return event.class_id, event.day.isoformat(), event.session.value


def _pupil(event: Any) -> str:
    return event.pupil_id  # type: ignore[no-any-return]  # every event of the table has one


def duty_subject_row(row: DutySubjectRow | None, event: DutyEvent, _envelope: Envelope) -> DutySubjectRow | None:
    """Open from the day of its assignment, and again when the answer does not suffice."""
    if isinstance(event, DutyAssigned):
        return DutySubjectRow(event.duty_id, event.number, event.pupil_id, event.department, event.division, open=True)
    return None if row is None else replace(row, open=isinstance(event, DutyReturned))


SCHOOL_ROWS: Projection[SchoolRow] = Projection(
    SCHOOLS,
    SchoolRow,
    {SchoolRegistered: lambda e: e.school_id, SchoolChanged: lambda e: e.school_id},
    school_row,
)
CLASS_ROWS: Projection[ClassRow] = Projection(CLASSES, ClassRow, {ClassOpened: lambda e: e.class_id}, class_row)
ROLL_CALL_ROWS: Projection[RollCallRow] = Projection(
    ROLL_CALLS,
    RollCallRow,
    dict.fromkeys((RollCallTaken, RollCallMissing, RollCallCorrected), _roll_call),
    roll_call_row,
)
PUPIL_ROWS: Projection[PupilRow] = Projection(PUPILS, PupilRow, dict.fromkeys(OF_PUPIL, _pupil), pupil_row)
SESSION_AWAY_ROWS: Projection[SessionAwayRow] = Projection(
    SESSIONS_AWAY,
    SessionAwayRow,
    dict.fromkeys((AbsenceNoticed, AbsenceExcused, AbsenceWithdrawn, AttendanceNoted), _session),
    session_away_row,
)
CONTACT_ROWS: Projection[ContactRow] = Projection(
    CONTACTS, ContactRow, {ContactRecorded: lambda e: e.contact_id}, contact_row
)  # fmt: skip
CASE_NUMBER_ROWS: Projection[CaseNumberRow] = Projection(
    CASE_NUMBERS, CaseNumberRow, {CaseNumbered: lambda e: e.case_id}, case_number_row
)  # fmt: skip
DUTY_SUBJECT_ROWS: Projection[DutySubjectRow] = Projection(
    DUTY_SUBJECTS,
    DutySubjectRow,
    dict.fromkeys((DutyAssigned, DutyCompleted, DutyDeclined, DutyReturned, DutyWithdrawn), lambda e: e.duty_id),
    duty_subject_row,
)

PROJECTIONS: tuple[Projection[Any], ...] = (
    SCHOOL_ROWS,
    CLASS_ROWS,
    ROLL_CALL_ROWS,
    PUPIL_ROWS,
    SESSION_AWAY_ROWS,
    CONTACT_ROWS,
    CASE_NUMBER_ROWS,
    DUTY_SUBJECT_ROWS,
)
