"""The rows of oversight's read models, as structs; each stands for one thing."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.checkpoints import Head, Told
from services.contracts.codes import BodyKind, Cause, Department, DutyKind, Group, Ledger, Outcome, SchoolKind, Session
from services.contracts.ids import (
    ApplicationId,
    BodyId,
    CaseId,
    ClassId,
    DutyId,
    EpisodeId,
    GuardianId,
    MandatoryReportId,
    NotificationId,
    OfficerId,
    ProgrammeId,
    PupilId,
    SchoolId,
    TemplateCode,
)

CaseState = Literal["open", "withdrawn", "closed"]
CaseStage = Literal["suspected", "open", "returned", "observed", "closed", "withdrawn"]
"""How far a case is, as casework has it."""

DutyState = Literal["assigned", "acknowledged", "completed", "declined", "excused", "returned", "withdrawn"]
TextState = Literal["scheduled", "postponed", "released", "sent", "failed", "uncertain", "cancelled", "call_due", "called"]
AidState = Literal["draft", "signed", "notice", "review", "granted", "paused", "refused", "withdrawn"]

OPEN_DUTY: tuple[DutyState, ...] = ("assigned", "acknowledged", "returned")
DECLINED_DUTY: tuple[DutyState, ...] = ("declined", "excused")


class BodyRow(msgspec.Struct, frozen=True):
    """A body of the county."""

    body_id: BodyId
    code: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    department: Department | None


class ProgrammeRow(msgspec.Struct, frozen=True):
    """An aid programme by its names."""

    programme_id: ProgrammeId
    code: str
    name_zh: str
    name_en: str


class OfficerRow(msgspec.Struct, frozen=True):
    """An officer."""

    officer_id: OfficerId
    name: str
    body_id: BodyId


class SchoolRow(msgspec.Struct, frozen=True):
    """A school."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str


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
    report_due_on: date | None = None
    leaver_since: date | None = None
    unconfirmed_on: date | None = None
    upper_age_on: date | None = None


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


class SilentClassRow(msgspec.Struct, frozen=True):
    """A class of which nothing is known for a session."""

    class_id: ClassId
    day: date
    session: Session
    school_id: SchoolId


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case: how far it is, who answers for it and who is missing, why the child left, what is due.

    `privy` are those of its officers who may know a restricted cause.
    `stage_before` is the stage that a relapse took from it, for the absence may be withdrawn.
    """

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    division: str
    opened_on: date
    state: CaseState = "open"
    number: str | None = None
    cause: Cause | None = None
    restricted: bool = False
    officers: dict[str, OfficerId] = msgspec.field(default_factory=dict)
    privy: dict[str, OfficerId] = msgspec.field(default_factory=dict)
    missing_lines: str = ""
    missing_since: date | None = None
    hard_since: date | None = None
    relapsed_on: date | None = None
    follow_ups_due: dict[str, date] = msgspec.field(default_factory=dict)
    follow_up_due_on: date | None = None
    measures: dict[str, date | None] = msgspec.field(default_factory=dict)
    measures_overdue: dict[str, date] = msgspec.field(default_factory=dict)
    measure_overdue_on: date | None = None
    recheck_due_on: date | None = None
    recheck_changed_on: date | None = None
    last_visit_on: date | None = None
    outcome: Outcome | None = None
    closed_on: date | None = None
    stage: CaseStage = "suspected"
    stage_before: CaseStage | None = None


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of a department: open while assigned, acknowledged or returned."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    number: str
    department: Department
    division: str
    kind: DutyKind
    assigned_on: date
    state: DutyState = "assigned"
    overdue_since: date | None = None
    declined_since: date | None = None
    level: int = 0
    told_officer_id: OfficerId | None = None


class MandatoryReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mandatory report, for those who may know of it; `waits_since`: for the police."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    case_id: CaseId | None
    number: str
    division: str
    officers: tuple[OfficerId, ...]
    waits_since: str | None


class TextRow(msgspec.Struct, frozen=True, kw_only=True):
    """A text to a guardian, or the call in its place."""

    notification_id: NotificationId
    pupil_id: PupilId
    guardian_id: GuardianId | None
    template: TemplateCode
    state: TextState
    changed_at: str
    unreachable_at: str | None = None


class AidRow(msgspec.Struct, frozen=True, kw_only=True):
    """An application for aid."""

    application_id: ApplicationId
    pupil_id: PupilId
    programme_code: str
    school_year: int
    state: AidState
    overdue_on: str | None = None


class AnchorRow(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint of another service, held beyond the reach of whoever can write that service's database."""

    anchor_id: str
    service: str
    number: int
    position: int
    heads: tuple[Head, ...]
    previous: str
    key_id: str
    suite: str
    signature: str
    covered_until: str
    publications: tuple[Told, ...] | None = None


class SubjectRow(msgspec.Struct, frozen=True):
    """An event names a subject."""

    subject_id: str
    event_id: str
