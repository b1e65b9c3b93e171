"""What is known of a child beside its own row: sessions away, contacts, visits, reports, its entry's number, its duties."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.assistance import ApplicationDrafted
from services.contracts.case_lines import on_line
from services.contracts.casework import (
    CaseClosed,
    CaseNumbered,
    CaseReopened,
    CaseWithdrawn,
    CauseRecorded,
    DutyAssigned,
    DutyCompleted,
    DutyDeclined,
    DutyReturned,
    DutyWithdrawn,
    MandatoryReportAnswered,
    MandatoryReportOpened,
    MandatoryReportWithdrawn,
    OfficerNamed,
    OfficerReleased,
    VisitRecorded,
)
from services.contracts.codes import Department, any_restricted
from services.contracts.ids import DutyId
from services.contracts.registry import (
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceReportWritten,
    AbsenceWithdrawn,
    AttendanceNoted,
    ContactRecorded,
    SchoolVisitRecorded,
)
from services.contracts.report_holds import HOLD_EVENTS, HoldEvent, HoldRow, hold_row
from services.registry.storage.rows import (
    AbsenceReportRow,
    AidSubjectRow,
    CaseCircleRow,
    CaseCompanionsRow,
    CaseNumberRow,
    ContactRow,
    DutySubjectRow,
    SchoolVisitRow,
    SessionAwayRow,
)
from services.registry.storage.tables import (
    ABSENCE_REPORTS,
    AID_SUBJECTS,
    CASE_CIRCLES,
    CASE_COMPANIONS,
    CASE_NUMBERS,
    CONTACTS,
    DUTY_SUBJECTS,
    HOLDS,
    SCHOOL_VISITS,
    SESSIONS_AWAY,
)

CompanyEvent = VisitRecorded | CaseWithdrawn | CaseReopened | CaseClosed
CircleEvent = CauseRecorded | OfficerNamed | OfficerReleased
DutyEvent = DutyAssigned | DutyCompleted | DutyDeclined | DutyReturned | DutyWithdrawn


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


def school_visit_row(_row: SchoolVisitRow | None, event: SchoolVisitRecorded, _envelope: Envelope) -> SchoolVisitRow:
    """The visit as recorded."""
    return SchoolVisitRow(
        visit_id=event.visit_id,
        pupil_id=event.pupil_id,
        episode_id=event.episode_id,
        visited_on=event.visited_on,
        result=event.result,
        met_child=event.met_child,
        by_officer_id=event.by_officer_id,
        visitors=event.visitors,
        words=event.words,
    )


def absence_report_row(_row: AbsenceReportRow | None, event: AbsenceReportWritten, _envelope: Envelope) -> AbsenceReportRow:
    """The report as written."""
    return AbsenceReportRow(
        report_id=event.report_id,
        pupil_id=event.pupil_id,
        episode_id=event.episode_id,
        school_id=event.school_id,
        class_id=event.class_id,
        township=event.township,
        written_on=event.written_on,
        by_officer_id=event.by_officer_id,
        report=event.report,
    )


def case_number_row(_row: CaseNumberRow | None, event: CaseNumbered, _envelope: Envelope) -> CaseNumberRow:
    """The number as given."""
    return CaseNumberRow(event.case_id, event.pupil_id, event.number, event.dropout_on)


def duty_subject_row(row: DutySubjectRow | None, event: DutyEvent | HoldEvent, _envelope: Envelope) -> DutySubjectRow | None:
    """Open from the day of its assignment, and again when the answer does not suffice.

    A mandatory report is what the police owe a child, until they answer that its family may be approached.
    """
    if isinstance(event, MandatoryReportOpened):
        owed = DutyId(event.report_id)
        return DutySubjectRow(owed, event.number, event.pupil_id, Department.PUBLIC_SECURITY, event.division, open=True)
    if isinstance(event, MandatoryReportAnswered):
        return None if row is None else replace(row, open=event.hold)
    if isinstance(event, DutyAssigned):
        return DutySubjectRow(event.duty_id, event.number, event.pupil_id, event.department, event.division, open=True)
    return None if row is None else replace(row, open=isinstance(event, DutyReturned))


def case_companions_row(row: CaseCompanionsRow | None, event: CompanyEvent, _envelope: Envelope) -> CaseCompanionsRow | None:
    """All who went along on any visit of the case, as long as it goes on."""
    if not isinstance(event, VisitRecorded):
        return None if row is None else replace(row, ended=not isinstance(event, CaseReopened))
    known = row.companions if row else ()
    if set(event.accompanied_by) <= set(known):
        return row
    return CaseCompanionsRow(event.case_id, event.pupil_id, tuple(sorted({*known, *event.accompanied_by})))


def case_circle_row(row: CaseCircleRow | None, event: CircleEvent, envelope: Envelope) -> CaseCircleRow:
    """The officers on the lines; a restricted cause that another has replaced still stands in what was written."""
    known = row or CaseCircleRow(event.case_id, event.pupil_id)
    if isinstance(event, CauseRecorded):
        return replace(known, restricted=known.restricted or any_restricted((event.primary, *event.others)))
    return replace(known, lines={**known.lines, event.line: on_line(known.lines.get(event.line, ()), event, envelope)})


def aid_subject_row(_row: AidSubjectRow | None, event: ApplicationDrafted, _envelope: Envelope) -> AidSubjectRow:
    """The child for whom aid is applied for; what became of it, assistance knows."""
    return AidSubjectRow(event.application_id, event.pupil_id)


SESSION_AWAY_ROWS: Projection[SessionAwayRow] = Projection(
    SESSIONS_AWAY,
    SessionAwayRow,
    dict.fromkeys(
        (AbsenceNoticed, AbsenceExcused, AbsenceWithdrawn, AttendanceNoted),
        lambda e: (e.pupil_id, e.day.isoformat(), e.session.value),
    ),
    session_away_row,
    afresh=(AbsenceNoticed, AbsenceExcused),
)
CONTACT_ROWS: Projection[ContactRow] = Projection(
    CONTACTS, ContactRow, {ContactRecorded: lambda e: e.contact_id}, contact_row, afresh=(ContactRecorded,)
)  # fmt: skip
SCHOOL_VISIT_ROWS: Projection[SchoolVisitRow] = Projection(
    SCHOOL_VISITS, SchoolVisitRow, {SchoolVisitRecorded: lambda e: e.visit_id}, school_visit_row, afresh=(SchoolVisitRecorded,)
)
ABSENCE_REPORT_ROWS: Projection[AbsenceReportRow] = Projection(
    ABSENCE_REPORTS,
    AbsenceReportRow,
    {AbsenceReportWritten: lambda e: e.report_id},
    absence_report_row,
    afresh=(AbsenceReportWritten,),
)
CASE_NUMBER_ROWS: Projection[CaseNumberRow] = Projection(
    CASE_NUMBERS, CaseNumberRow, {CaseNumbered: lambda e: e.case_id}, case_number_row, afresh=(CaseNumbered,)
)  # fmt: skip
DUTY_SUBJECT_ROWS: Projection[DutySubjectRow] = Projection(
    DUTY_SUBJECTS,
    DutySubjectRow,
    {
        **dict.fromkeys((DutyAssigned, DutyCompleted, DutyDeclined, DutyReturned, DutyWithdrawn), lambda e: e.duty_id),
        **dict.fromkeys((MandatoryReportOpened, MandatoryReportAnswered, MandatoryReportWithdrawn), lambda e: e.report_id),
    },
    duty_subject_row,
    afresh=(DutyAssigned, MandatoryReportOpened),
)
HOLD_ROWS: Projection[HoldRow] = Projection(
    HOLDS,
    HoldRow,
    dict.fromkeys(HOLD_EVENTS, lambda e: e.report_id),
    hold_row,
)
CASE_COMPANIONS_ROWS: Projection[CaseCompanionsRow] = Projection(
    CASE_COMPANIONS,
    CaseCompanionsRow,
    dict.fromkeys((VisitRecorded, CaseWithdrawn, CaseReopened, CaseClosed), lambda e: e.case_id),
    case_companions_row,
)  # fmt: skip
CASE_CIRCLE_ROWS: Projection[CaseCircleRow] = Projection(
    CASE_CIRCLES,
    CaseCircleRow,
    dict.fromkeys((CauseRecorded, OfficerNamed, OfficerReleased), lambda e: e.case_id),
    case_circle_row,
)
AID_SUBJECT_ROWS: Projection[AidSubjectRow] = Projection(
    AID_SUBJECTS, AidSubjectRow, {ApplicationDrafted: lambda e: e.application_id}, aid_subject_row, afresh=(ApplicationDrafted,)
)
