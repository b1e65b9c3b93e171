"""Why the child left and what is done about it: causes, plan, commitment, visits."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.cause_details import CauseDetail
from services.contracts.codes import Cause, Promise, VisitResult
from services.contracts.ids import CaseId, MeasureId, OfficerId, PupilId, VisitId


class CauseRecorded(Event, frozen=True):
    """Why the child left: one primary cause, any number of others; the history is the stream.

    `under_16_at_work` is said where the cause is work: below 16 it is child labour, at 16 and 17 legal work (未成年工).
    `worked_on` is the working date.
    `details` are the second level of these causes, one a cause at most; version 1 knew none.
    `spell` counts the child's stretches of absence within the case: each relapse begins the next.
    """

    case_id: CaseId
    pupil_id: PupilId
    primary: Cause
    others: tuple[Cause, ...] = ()
    note: Sealed[str] | None = None
    under_16_at_work: bool | None = None
    spell: int = 1
    worked_on: date | None = None
    details: tuple[CauseDetail, ...] = ()


class WhereaboutsRecorded(Event, frozen=True):
    """Where the child is said to be: place, employer, contact – sealed."""

    case_id: CaseId
    pupil_id: PupilId
    place: Sealed[str] | None = None
    employer: Sealed[str] | None = None
    contact: Sealed[str] | None = None


AID_MEASURE = "aid"
"""The kind of measure that assistance drafts applications for."""


class Measure(msgspec.Struct, frozen=True):
    """One measure of the plan 一生一案; `kind` is a code of the measures table of the cause."""

    measure_id: MeasureId
    kind: str
    cause: Cause
    responsible_id: OfficerId | None = None
    due_on: date | None = None
    note: Sealed[str] | None = None


class PlanMade(Event, frozen=True):
    """The plan for this child; a later one replaces it. `lead_id` leads the special plan 专项方案 of a hard case."""

    case_id: CaseId
    pupil_id: PupilId
    measures: tuple[Measure, ...]
    lead_id: OfficerId | None = None
    spell: int = 1


class CommitmentSigned(Event, frozen=True):
    """The household has signed the commitment 承诺书."""

    case_id: CaseId
    pupil_id: PupilId
    signed_on: date
    signed_by: Literal["guardian", "child", "both"]
    note: Sealed[str] | None = None
    promises: tuple[Promise, ...] = ()


class CommitmentChecked(Event, frozen=True):
    """Somebody looked whether the household keeps one of the duties of its commitment."""

    case_id: CaseId
    pupil_id: PupilId
    promise: Promise
    checked_on: date
    kept: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class MeasureDone(Event, frozen=True):
    """A measure of the plan was carried out."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId
    done_on: date
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class MeasureFellOverdue(Event, frozen=True):
    """The day by which a measure of the plan should have been done has passed."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId
    due_on: date


class AidMeasurePlanned(Event, frozen=True):
    """The plan asks for aid: assistance drafts the applications."""

    case_id: CaseId
    pupil_id: PupilId
    measure_id: MeasureId


class VisitRecorded(Event, frozen=True):
    """A visit to the household: `nth` of this case; what was said is sealed."""

    case_id: CaseId
    pupil_id: PupilId
    visit_id: VisitId
    nth: int
    visited_on: date
    by_officer_id: OfficerId
    result: VisitResult
    parents_words: Sealed[str] | None = None
    childs_words: Sealed[str] | None = None
    next_step: Sealed[str] | None = None
    witness_id: OfficerId | None = None
    met_child: bool | None = None
    accompanied_by: tuple[OfficerId, ...] = ()
    policy_explained: Sealed[str] | None = None


class CaseGrewHard(Event, frozen=True):
    """Three failed visits or thirty days (local): a special plan 专项方案 with a lead from the bureau is due."""

    case_id: CaseId
    pupil_id: PupilId
    reason: Literal["failed_visits", "days"]
