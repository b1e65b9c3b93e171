"""The rows of casework's read models, as structs."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from services.casework.domain.duty_state import DutyStatus
from services.casework.domain.mandatory_report_state import ReportStatus
from services.contracts.case_lines import Lines, answering
from services.contracts.casework import Line
from services.contracts.cause_details import CauseDetail
from services.contracts.codes import Cause, Department, DutyKind, Group, HarmSign, Outcome, Placement, Promise, Role
from services.contracts.ids import (
    CaseId,
    ClassId,
    DutyId,
    EpisodeId,
    GuardianId,
    MandatoryReportId,
    OfficerId,
    PupilId,
    SchoolId,
)


class SchoolRow(msgspec.Struct, frozen=True):
    """Where a school lies, and which central school it is under."""

    school_id: SchoolId
    division: str
    central_school_id: SchoolId | None


class ChildRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry has said of a child: on a roll of the county, gone elsewhere, and the ages that it was asked for.

    `under_16_on` is the last day for which it said under 16, `sixteen_on` the first for which it did not, `upper_age_on` the
    first for which it said past the upper age of school.
    """

    pupil_id: PupilId
    enrolled: bool = False
    transferred_on: date | None = None
    under_16_on: date | None = None
    sixteen_on: date | None = None
    upper_age_on: date | None = None

    def under_16(self, day: date) -> bool | None:
        """Whether the child is under 16 that day, as far as what the registry said tells."""
        if self.under_16_on is not None and day <= self.under_16_on:
            return True
        return False if self.sixteen_on is not None and day >= self.sixteen_on else None


class Stage(StrEnum):
    """Where a case stands."""

    SUSPECTED = "suspected"
    OPEN = "open"
    RETURNED = "returned"
    OBSERVED = "observed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Whether a case still goes on."""

    OPEN = "open"
    ENDED = "ended"


class PlannedMeasure(msgspec.Struct, frozen=True):
    """A measure of the plan in force, without its words."""

    measure_id: str
    kind: str
    cause: Cause
    responsible_id: OfficerId | None = None
    due_on: date | None = None
    done_on: date | None = None
    overdue: bool = False


class PromiseGiven(msgspec.Struct, frozen=True):
    """A promise of the commitment, when it was last looked at, and whether it was kept then."""

    promise: Promise
    checked_on: date | None = None
    kept: bool | None = None


class Back(msgspec.Struct, frozen=True):
    """What a relapse took from the row, for the absence may be withdrawn."""

    spell: int
    stage: Stage
    returned_on: date | None
    placement: Placement | None
    term_ends_on: date | None
    observed_on: date | None
    failed_visits: int
    follow_ups: int
    follow_up_due: int
    follow_up_due_on: date | None


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case as lists, scopes and alarms need it; `version` is its stream's.

    `vacant_from` is the first day for which a line has nobody named.
    """

    case_id: CaseId
    version: int
    number: str | None = None
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    division: str
    groups: tuple[Group, ...] = ()
    stage: Stage = Stage.SUSPECTED
    standing: Standing = Standing.OPEN
    opened_on: date
    dropout_on: date | None = None
    ended_on: date | None = None
    outcome: Outcome | None = None
    officers: Lines = msgspec.field(default_factory=dict)
    primary_cause: Cause | None = None
    other_causes: tuple[Cause, ...] = ()
    cause_details: tuple[CauseDetail, ...] = ()
    restricted: bool = False
    child_labour: bool = False
    plan: tuple[PlannedMeasure, ...] = ()
    measure_overdue_on: date | None = None
    promises: tuple[PromiseGiven, ...] = ()
    lead_id: OfficerId | None = None
    companions: tuple[OfficerId, ...] = ()
    visits: int = 0
    failed_visits: int = 0
    first_visit_on: date | None = None
    last_visit_on: date | None = None
    hard: bool = False
    hard_on: date | None = None
    spell: int = 1
    agreed_on: date | None = None
    returned_on: date | None = None
    placement: Placement | None = None
    term_ends_on: date | None = None
    observed_on: date | None = None
    relapsed_on: date | None = None
    before_relapse: Back | None = None
    follow_ups: int = 0
    follow_up_due: int = 0
    follow_up_due_on: date | None = None
    recheck_reason: str | None = None
    recheck_due_on: date | None = None
    recheck_changed_on: date | None = None
    vacant_from: date | None = None
    proposed_outcome: Outcome | None = None
    confirmed: bool = False

    def answers(self, line: Line, day: date) -> OfficerId | None:
        """Who answers for the case on the line that day; nobody is an alarm."""
        named = answering(self.officers.get(line, ()), day)
        return None if named is None else named.officer_id

    def waits_from(self, line: Line) -> date | None:
        """The first day for which nobody is named on the line; None where somebody is."""
        named = self.officers.get(line)
        if not named:
            return self.opened_on
        return None if named[-1].until_on is None else named[-1].until_on + timedelta(days=1)


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A duty as lists and alarms need it; `told` is the last leader to whom it was escalated.

    `told_officer_id` is who that was.
    `due_on` is the end of the term within which, or after which, it was answered.
    """

    duty_id: DutyId
    version: int
    number: str
    case_id: CaseId
    pupil_id: PupilId
    department: Department
    division: str
    school_id: SchoolId | None
    guardian_id: GuardianId | None = None
    kind: DutyKind
    cause: Cause
    status: DutyStatus = DutyStatus.ASSIGNED
    assigned_on: date
    finding: str | None = None
    answered_at: str | None = None
    due_on: date | None = None
    overdue_on: date | None = None
    level: int = 0
    told: Role | None = None
    told_officer_id: OfficerId | None = None


class MandatoryReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mandatory report; `officers` may know of it, the reporter first; `held` as long as the family is not to be approached.

    `chosen` are those of the officers whom the lead named, `released` whom the lead shut out. `waits_since`: for the police.
    """

    report_id: MandatoryReportId
    version: int
    number: str
    pupil_id: PupilId
    case_id: CaseId | None
    division: str
    sign: HarmSign
    noticed_on: date
    opened_at: str
    by_officer_id: OfficerId
    officers: tuple[OfficerId, ...]
    status: ReportStatus = ReportStatus.OPENED
    held: bool = True
    acknowledged_at: str | None = None
    answered_at: str | None = None
    chosen: tuple[OfficerId, ...] = ()
    released: tuple[OfficerId, ...] = ()
    waits_since: str | None = None
    recalls: int = 0
    reminders: int = 0
    told: Role | None = None
