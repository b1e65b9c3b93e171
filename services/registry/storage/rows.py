"""The rows of the registry's read models, as structs."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.envelope import Sealed
from services.contracts.case_lines import Lines, privy
from services.contracts.codes import (
    ContactMeans,
    Department,
    ExcuseKind,
    Group,
    Ledger,
    Outcome,
    Placement,
    SchoolKind,
    Session,
    VisitResult,
)
from services.contracts.ids import (
    ApplicationId,
    CaseId,
    ClassId,
    ContactId,
    DutyId,
    EpisodeId,
    ImportId,
    OfficerId,
    PupilId,
    ReportId,
    SchoolId,
    VisitId,
)
from services.registry.domain.roster_import import Phase

Enrolment = Literal["enrolled", "expected", "in_transfer", "left"]


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


class PupilRow(msgspec.Struct, frozen=True, kw_only=True):
    """A child: place, ledger, present absence."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    sex: Literal["male", "female"] | None = None
    boarding: bool = False
    residence_division: str
    groups: tuple[Group, ...] = ()
    record_version: int = 0
    enrolment: Enrolment
    registered_term: str = ""
    leaver_since: date | None = None
    ledger: Ledger = Ledger.SCHOOL_AGE
    ledger_since: date
    episode_id: EpisodeId | None = None
    case_id: CaseId | None = None
    missing_since: date | None = None
    absent_days: int = 0
    last_absent_on: date | None = None
    last_attended_on: date | None = None
    absence_confirmed_on: date | None = None
    unconfirmed_on: date | None = None
    contacted_on: date | None = None
    contact_due_on: date | None = None
    visit_due_on: date | None = None
    report_due_on: date | None = None
    suspected_on: date | None = None
    suspected_for: str | None = None
    dropout_on: date | None = None
    confirmed_by: str | None = None
    returned_on: date | None = None
    placement: Placement | None = None
    lost_on: date | None = None
    outcome: Outcome | None = None
    struck_off_on: date | None = None


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


class SchoolVisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A visit by the principal's team."""

    visit_id: VisitId
    pupil_id: PupilId
    episode_id: EpisodeId
    visited_on: date
    result: VisitResult
    met_child: bool | None
    by_officer_id: OfficerId
    visitors: tuple[OfficerId, ...]
    words: Sealed[str] | None


class AbsenceReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report of an absence to the bureau and to a township."""

    report_id: ReportId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    township: str
    written_on: date
    by_officer_id: OfficerId
    report: Sealed[str]


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


class CaseCompanionsRow(msgspec.Struct, frozen=True):
    """Who went along on the visits of a case: a parent representative among them sees the child's name, masked, until it ends."""

    case_id: CaseId
    pupil_id: PupilId
    companions: tuple[OfficerId, ...]
    ended: bool = False


class CaseCircleRow(msgspec.Struct, frozen=True):
    """Whether a restricted cause was ever recorded of a case, and who is named in it."""

    case_id: CaseId
    pupil_id: PupilId
    restricted: bool = False
    lines: Lines = msgspec.field(default_factory=dict)

    def holds_back(self, officer_id: str, day: date) -> bool:
        """Whether the officer may not know that day what would tell the cause."""
        return self.restricted and not privy(self.lines, officer_id, day)


class AidSubjectRow(msgspec.Struct, frozen=True):
    """An application for aid: for which child it is."""

    application_id: ApplicationId
    pupil_id: PupilId


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """An import and how far it has come."""

    import_id: ImportId
    kind: str
    school_id: SchoolId | None
    state: Phase
    rows: int
    errors: int = 0
    warnings: int = 0
    chunks: int = 0
    chunks_applied: int = 0
    enrolled: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    uploaded_by: str
    uploaded_at: str
    completed_at: str | None = None
