"""Assistance's read models: its own programmes and applications, and what it needs to know of children and plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.assistance.domain.policies import STILL_ENROLLED, Away, Pupil, Status
from services.assistance.storage.tables import APPLICATIONS, CASE_MEASURES, OBJECTIONS, PROGRAMMES, PUPILS
from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import assistance, casework, registry
from services.contracts.assistance import ObjectionId, ProgrammeSet, SealedText
from services.contracts.codes import Group, Ledger, Role
from services.contracts.ids import (
    ApplicationId,
    CaseId,
    EpisodeId,
    GuardianId,
    MeasureId,
    OfficerId,
    ProgrammeId,
    PupilId,
    SchoolId,
)

# --- programmes: a row is the event ---------------------------------------------------------------------------------


def programme_row(_row: ProgrammeSet | None, event: ProgrammeSet, _envelope: Envelope) -> ProgrammeSet:
    """The terms that hold from a day on; terms set again for the same day replace them."""
    return event


# --- children -------------------------------------------------------------------------------------------------------


class PupilRow(msgspec.Struct, frozen=True):
    """A child as far as aid asks: where, what groups, whether at school."""

    pupil_id: PupilId
    school_id: SchoolId
    grade: int
    boarding: bool
    groups: tuple[Group, ...]
    guardian_ids: tuple[GuardianId, ...]
    episode_id: EpisodeId | None = None
    ledger: Ledger = Ledger.SCHOOL_AGE
    away: Away | None = None

    def facts(self) -> Pupil:
        """What eligibility asks."""
        return Pupil(
            pupil_id=self.pupil_id,
            school_id=self.school_id,
            grade=self.grade,
            boarding=self.boarding,
            groups=self.groups,
            guardian_ids=self.guardian_ids,
            episode_id=self.episode_id,
            away=self.away,
            on_roll=self.ledger is not Ledger.STRUCK_OFF,
        )


def pupil_row(row: PupilRow | None, event: Event, _envelope: Envelope) -> PupilRow | None:
    """The child after a registry event; a child that is not enrolled here has no row."""
    replace = msgspec.structs.replace
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
        case registry.TransferCompleted():
            return replace(row, ledger=Ledger.STRUCK_OFF, away="left")
        case registry.PupilRegistered():
            back = row.ledger is Ledger.SCHOOL_AGE
            return replace(row, school_id=event.school_id, away=None if back else row.away)
        case _:
            return row


# --- aid measures of plans ------------------------------------------------------------------------------------------


class CaseMeasuresRow(msgspec.Struct, frozen=True):
    """The aid measures of a case's plan, which stand while the case is open; kept for a child that is not known here yet, too."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    measure_ids: tuple[MeasureId, ...]
    standing: bool = True


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
            return msgspec.structs.replace(row, measure_ids=aid_measures(event))
        case casework.CaseWithdrawn() | casework.CaseClosed() if row is not None:
            return msgspec.structs.replace(row, standing=False)
        case casework.CaseReopened() if row is not None:
            return msgspec.structs.replace(row, standing=True)
        case _:
            return row


# --- applications ---------------------------------------------------------------------------------------------------


class ApplicationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it stands."""

    application_id: ApplicationId
    version: int
    pupil_id: PupilId
    school_id: SchoolId
    programme_id: ProgrammeId
    programme_code: str
    school_year: int
    amount_fen: int
    status: Status
    drafted_on: date
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None
    guardian_id: GuardianId | None = None
    signed_on: date | None = None
    hardship_recognised_on: date | None = None
    panel_officer_id: OfficerId | None = None
    recommended: bool | None = None
    posted_on: date | None = None
    ended_on: date | None = None
    overdue_on: date | None = None
    decided_on: date | None = None
    decided_by_id: OfficerId | None = None
    refused_by: Role | None = None
    refused_for: str | None = None
    paused_on: date | None = None
    paused_for: str | None = None
    withdrawn_for: str | None = None


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
    return msgspec.structs.replace(row, version=envelope.version, **_changes(event, envelope))


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
            return {"panel_officer_id": event.by_officer_id, "recommended": event.recommended}
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


class ObjectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An objection and what its examination came to; the words stay sealed."""

    application_id: ApplicationId
    objection_id: ObjectionId
    raised_on: date
    raised_by_id: str
    text: SealedText
    upheld: bool | None = None
    answered_on: date | None = None
    answered_by_id: OfficerId | None = None
    answer: SealedText | None = None


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
            return msgspec.structs.replace(
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
            registry.PupilRegistered,
            registry.PupilStruckOff,
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
    dict.fromkeys(
        (event for event in assistance.EVENTS if event is not ProgrammeSet),
        lambda e: e.application_id,
    ),
    application_row,
)
OBJECTION_ROWS = Projection(
    OBJECTIONS,
    ObjectionRow,
    dict.fromkeys((assistance.ObjectionRaised, assistance.ObjectionAnswered), lambda e: (e.application_id, e.objection_id)),
    objection_row,
)

PROJECTIONS: tuple[Projection[Any], ...] = (
    PROGRAMME_ROWS,
    PUPIL_ROWS,
    CASE_MEASURES_ROWS,
    APPLICATION_ROWS,
    OBJECTION_ROWS,
)
