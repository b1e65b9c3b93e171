"""An invented child, its case, and the events of its life."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.casework.domain.causes import AID
from services.chassis.decider import COUNTY_TIME, derived_id
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    CaseClosed,
    CaseNumbered,
    CaseOpened,
    CaseWithdrawn,
    CauseRecorded,
    ClosingConfirmed,
    ClosingProposed,
    DutyAcknowledged,
    DutyAssigned,
    DutyCompleted,
    Measure,
    ObservationCompleted,
    PlanMade,
    RelapseRaised,
    ReturnConfirmed,
    VisitRecorded,
)
from services.contracts.codes import Cause, Department, DutyKind, Outcome, Placement, VisitResult
from services.contracts.ids import (
    ClassId,
    DutyId,
    EpisodeId,
    MeasureId,
    OfficerId,
    PupilId,
    SchoolId,
    VisitId,
    case_id,
)

PUPIL_ID = PupilId("pupil-1")
EPISODE_ID = EpisodeId("episode-1")
CASE_ID = case_id(PUPIL_ID, EPISODE_ID)
SCHOOL_ID = SchoolId("school-1")
CLASS_ID = ClassId("class-1")
VILLAGE = "990126100201"
TOWNSHIP = "990126100"
DUTY_ID = DutyId("duty-1")
TODAY = date(2026, 9, 8)
"""The day of `scenario.NOW`."""

OPENED_ON = date(2026, 9, 1)
SEALED = Sealed(suite="A256GCM", key=PUPIL_ID, text="sealed")
TEACHER, PRINCIPAL, TOWNSHIP_OFFICER, LEAD = (OfficerId(f"officer-{n}") for n in ("teacher", "principal", "township", "lead"))

opened = CaseOpened(
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    episode_id=EPISODE_ID,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=8,
    division=VILLAGE,
    opened_on=OPENED_ON,
)
withdrawn = CaseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=date(2026, 9, 3), reason="attended")
numbered = CaseNumbered(case_id=CASE_ID, pupil_id=PUPIL_ID, number="C2026-0001", dropout_on=date(2026, 9, 2))
returned = ReturnConfirmed(
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    episode_id=EPISODE_ID,
    returned_on=date(2026, 9, 4),
    placement=Placement.ORIGINAL_CLASS,
    term_ends_on=date(2027, 1, 20),
)
observed = ObservationCompleted(case_id=CASE_ID, pupil_id=PUPIL_ID, completed_on=date(2026, 9, 7))
relapsed = RelapseRaised(case_id=CASE_ID, pupil_id=PUPIL_ID, day=date(2026, 9, 7), spell=2)
proposed = ClosingProposed(
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    outcome=Outcome.RETURNED,
    by_officer_id=PRINCIPAL,
    evidence=SEALED,
    evidence_kind="attendance_record",
)
confirmed = ClosingConfirmed(case_id=CASE_ID, pupil_id=PUPIL_ID, by_officer_id=TOWNSHIP_OFFICER)
IN_OBSERVATION = (opened, numbered, returned)
OBSERVED = (*IN_OBSERVATION, observed)


def closed(outcome: Outcome = Outcome.RETURNED, closed_on: date = TODAY) -> CaseClosed:
    return CaseClosed(
        case_id=CASE_ID, pupil_id=PUPIL_ID, episode_id=EPISODE_ID, outcome=outcome, closed_on=closed_on, by_officer_id=LEAD
    )


def cause(primary: Cause = Cause.HARDSHIP, *others: Cause, **facts: Any) -> CauseRecorded:
    return CauseRecorded(case_id=CASE_ID, pupil_id=PUPIL_ID, primary=primary, others=others, **facts)


def measure_id(of: Cause, kind: str, spell: int = 1) -> MeasureId:
    return MeasureId(derived_id("measure", CASE_ID, str(spell), of, kind))


def plan(*measures: Measure, **facts: Any) -> PlanMade:
    return PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=measures, **facts)


AID_MEASURE = Measure(measure_id(Cause.HARDSHIP, AID), AID, Cause.HARDSHIP)


def visited(nth: int, result: VisitResult, on: date = TODAY) -> VisitRecorded:
    return VisitRecorded(
        case_id=CASE_ID,
        pupil_id=PUPIL_ID,
        visit_id=VisitId(f"visit-{nth}"),
        nth=nth,
        visited_on=on,
        by_officer_id=OfficerId("officer-1"),
        result=result,
    )


assigned = DutyAssigned(
    duty_id=DUTY_ID,
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    episode_id=EPISODE_ID,
    number="D2026-0001",
    department=Department.CIVIL_AFFAIRS,
    division="990126",
    kind=DutyKind.DECIDE_RELIEF,
    cause=Cause.HARDSHIP,
    case_number="C2026-0001",
    assigned_on=OPENED_ON,
    term_days=10,
)
acknowledged = DutyAcknowledged(duty_id=DUTY_ID, case_id=CASE_ID, pupil_id=PUPIL_ID, by_officer_id=OfficerId("officer-1"))
completed = DutyCompleted(
    duty_id=DUTY_ID,
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    department=Department.CIVIL_AFFAIRS,
    kind=DutyKind.DECIDE_RELIEF,
    by_officer_id=OfficerId("officer-1"),
    finding="granted",
    answer=SEALED,
)


def midnight_after(day: date) -> datetime:
    """When a term that ends with the day falls due."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, COUNTY_TIME)
