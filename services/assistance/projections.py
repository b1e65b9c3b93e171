"""Assistance's read models: its own programmes and applications, and what it needs to know of children and plans."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.assistance.domain.application_state import Status
from services.assistance.domain.policies import STILL_ENROLLED, Away
from services.assistance.storage.rows import ApplicationRow, CaseMeasuresRow, ObjectionRow, PupilRow, SchoolRow
from services.assistance.storage.tables import APPLICATIONS, CASE_MEASURES, OBJECTIONS, PROGRAMMES, PUPILS, SCHOOLS
from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import assistance, casework, registry
from services.contracts.assistance import ProgrammeSet
from services.contracts.codes import Ledger
from services.contracts.ids import (
    EpisodeId,
    MeasureId,
)

# --- programmes: a row is the event ---------------------------------------------------------------------------------


def programme_row(_row: ProgrammeSet | None, event: ProgrammeSet, _envelope: Envelope) -> ProgrammeSet:
    """The terms that hold from a day on; terms set again for the same day replace them."""
    return event


# --- schools --------------------------------------------------------------------------------------------------------


def school_row(_row: SchoolRow | None, event: registry.SchoolRegistered | registry.SchoolChanged, _envelope: Envelope) -> SchoolRow:
    """The school as last described."""
    return SchoolRow(event.school_id, event.central_school_id)


# --- children -------------------------------------------------------------------------------------------------------


def pupil_row(row: PupilRow | None, event: Event, _envelope: Envelope) -> PupilRow | None:
    """The child after a registry event; a child that is not enrolled here has no row."""
    if isinstance(event, registry.PupilEnrolled):
        guardians = tuple(guardian.guardian_id for guardian in event.guardians)
        known = PupilRow(event.pupil_id, event.school_id, event.grade, event.boarding, event.groups, guardians)
        if row is None or row.ledger is Ledger.STRUCK_OFF:
            return known
        return replace(known, episode_id=row.episode_id, ledger=row.ledger, away=row.away)
    if row is None:
        return None
    match event:
        case registry.PupilRecordWritten():
            guardians = tuple(guardian.guardian_id for guardian in event.guardians)
            return replace(row, guardian_ids=guardians, groups=event.groups, boarding=event.boarding)
        case registry.PupilTransferred():
            return replace(row, school_id=event.school_id, grade=event.grade)
        case registry.PupilSuspected():
            return replace(row, ledger=Ledger.SUSPECTED, episode_id=event.episode_id)
        case registry.SuspicionLifted():
            return replace(row, ledger=Ledger.SCHOOL_AGE, episode_id=None)
        case registry.DropoutConfirmed():
            return replace(row, ledger=Ledger.DROPOUT, episode_id=event.episode_id, away="dropout")
        case registry.PupilReturned() | registry.ReturnRestored():
            return replace(row, away=None)
        case registry.ReturnLost():
            return replace(row, away="relapse")
        case registry.PupilStruckOff():
            ledger = Ledger.SCHOOL_AGE if event.outcome in registry.BACK_TO_SCHOOL_AGE else Ledger.STRUCK_OFF
            away: Away | None = None if event.outcome in STILL_ENROLLED else "left"
            return replace(row, ledger=ledger, episode_id=None, away=away)
        case registry.StrikeOffWithdrawn():
            return replace(row, ledger=Ledger.DROPOUT, episode_id=event.episode_id, away="dropout")
        case registry.TransferCompleted() | registry.PupilGraduated():
            return replace(row, ledger=Ledger.STRUCK_OFF, away="left")
        case registry.PupilRegistered():
            back = row.ledger is Ledger.SCHOOL_AGE
            return replace(row, school_id=event.school_id, away=None if back else row.away)
        case _:
            return row


# --- aid measures of plans ------------------------------------------------------------------------------------------


def aid_measures(plan: casework.PlanMade) -> tuple[MeasureId, ...]:
    """The aid measures of a plan."""
    return tuple(measure.measure_id for measure in plan.measures if measure.kind == casework.AID_MEASURE)


def case_measures_row(row: CaseMeasuresRow | None, event: Event, envelope: Envelope) -> CaseMeasuresRow | None:
    """The measures as last planned, and whether they stand. The case's correlation is its episode."""
    match event:
        case casework.AidMeasurePlanned():
            known = () if row is None else row.measure_ids
            measures = known if event.measure_id in known else (*known, event.measure_id)
            return CaseMeasuresRow(event.case_id, event.pupil_id, EpisodeId(envelope.correlation_id), measures)
        case casework.PlanMade() if row is not None:
            return replace(row, measure_ids=aid_measures(event))
        case casework.CaseWithdrawn() | casework.CaseClosed() if row is not None:
            return replace(row, standing=False)
        case casework.CaseReopened() if row is not None:
            return replace(row, standing=True)
        case _:
            return row


# --- applications ---------------------------------------------------------------------------------------------------


def application_row(row: ApplicationRow | None, event: Event, envelope: Envelope) -> ApplicationRow | None:
    """The application after one of its events, with the version of its stream."""
    if isinstance(event, assistance.ApplicationDrafted):
        return ApplicationRow(
            application_id=event.application_id,
            version=envelope.version,
            pupil_id=event.pupil_id,
            school_id=event.school_id,
            programme_id=event.programme_id,
            programme_code=event.programme_code,
            school_year=event.school_year,
            amount_fen=event.amount_fen,
            status=Status.DRAFT,
            drafted_on=envelope.recorded_on,
            case_id=event.case_id,
            measure_id=event.measure_id,
        )
    if row is None:
        return None
    return replace(row, version=envelope.version, **_changes(event, envelope))


def _changes(event: Event, envelope: Envelope) -> dict[str, Any]:
    match event:
        case assistance.ApplicationSigned():
            return {
                "status": Status.SIGNED,
                "guardian_id": event.guardian_id,
                "signed_on": event.signed_on,
                "hardship_recognised_on": event.hardship_recognised_on,
            }
        case assistance.PanelDecided():
            return {
                "panel_officer_id": event.by_officer_id,
                "panel_member_ids": event.members,
                "panel_minutes": event.minutes,
                "recommended": event.recommended,
            }
        case assistance.PublicNoticePosted():
            return {"status": Status.NOTICE, "posted_on": event.posted_on}
        case assistance.PublicNoticeEnded():
            return {"status": Status.REVIEW, "ended_on": event.ended_on}
        case assistance.ReviewFellOverdue():
            return {"overdue_on": event.overdue_on}
        case assistance.AidGranted():
            return {"status": Status.GRANTED, "decided_on": event.granted_on, "decided_by_id": event.by_officer_id}
        case assistance.AidRefused():
            return {
                "status": Status.REFUSED,
                "decided_on": envelope.recorded_on,
                "decided_by_id": event.by_officer_id,
                "refused_by": event.stage,
                "refused_for": event.reason,
            }
        case assistance.AidPaused():
            return {"status": Status.PAUSED, "paused_on": event.paused_on, "paused_for": event.reason}
        case assistance.AidResumed():
            return {"status": Status.GRANTED, "paused_on": None, "paused_for": None}
        case assistance.ApplicationWithdrawn():
            return {"status": Status.WITHDRAWN, "withdrawn_for": event.reason}
        case _:
            return {}


def objection_row(row: ObjectionRow | None, event: Event, envelope: Envelope) -> ObjectionRow | None:
    """The objection, and its answer once given."""
    match event:
        case assistance.ObjectionRaised():
            return ObjectionRow(
                application_id=event.application_id,
                objection_id=event.objection_id,
                raised_on=envelope.recorded_on,
                raised_by_id=envelope.actor,
                text=event.text,
            )
        case assistance.ObjectionAnswered() if row is not None:
            return replace(
                row,
                upheld=event.upheld,
                answered_on=envelope.recorded_on,
                answered_by_id=event.by_officer_id,
                answer=event.answer,
            )
        case _:
            return row


# --- the tables -----------------------------------------------------------------------------------------------------

PROGRAMME_ROWS = Projection(
    PROGRAMMES,
    ProgrammeSet,
    {ProgrammeSet: lambda e: (e.programme_id, e.effective_from.isoformat())},
    programme_row,
    afresh=(ProgrammeSet,),
)
SCHOOL_ROWS = Projection(
    SCHOOLS,
    SchoolRow,
    dict.fromkeys((registry.SchoolRegistered, registry.SchoolChanged), lambda e: e.school_id),
    school_row,
    afresh=(registry.SchoolRegistered, registry.SchoolChanged),
)
PUPIL_ROWS = Projection(
    PUPILS,
    PupilRow,
    dict.fromkeys(
        (
            registry.PupilEnrolled,
            registry.PupilRecordWritten,
            registry.PupilTransferred,
            registry.PupilSuspected,
            registry.SuspicionLifted,
            registry.DropoutConfirmed,
            registry.PupilReturned,
            registry.ReturnLost,
            registry.ReturnRestored,
            registry.TransferCompleted,
            registry.PupilGraduated,
            registry.PupilRegistered,
            registry.PupilStruckOff,
            registry.StrikeOffWithdrawn,
        ),
        lambda e: e.pupil_id,
    ),
    pupil_row,
)
CASE_MEASURES_ROWS = Projection(
    CASE_MEASURES,
    CaseMeasuresRow,
    dict.fromkeys(
        (
            casework.AidMeasurePlanned,
            casework.PlanMade,
            casework.CaseWithdrawn,
            casework.CaseReopened,
            casework.CaseClosed,
        ),
        lambda e: e.case_id,
    ),
    case_measures_row,
)
APPLICATION_ROWS = Projection(
    APPLICATIONS,
    ApplicationRow,
    dict.fromkeys(assistance.APPLICATION_EVENTS, lambda e: e.application_id),
    application_row,
    afresh=(assistance.ApplicationDrafted,),
)
OBJECTION_ROWS = Projection(
    OBJECTIONS,
    ObjectionRow,
    dict.fromkeys((assistance.ObjectionRaised, assistance.ObjectionAnswered), lambda e: (e.application_id, e.objection_id)),
    objection_row,
    afresh=(assistance.ObjectionRaised,),
)

PROJECTIONS: tuple[Projection[Any], ...] = (
    PROGRAMME_ROWS,
    SCHOOL_ROWS,
    PUPIL_ROWS,
    CASE_MEASURES_ROWS,
    APPLICATION_ROWS,
    OBJECTION_ROWS,
)
