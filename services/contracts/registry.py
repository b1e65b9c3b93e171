"""What the registry tells: schools, classes, roll calls, and each child's way through the three ledgers.

Ids and codes only: names, numbers, addresses and birth dates stay in the vault; a record there is cited by its version.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import ContactMeans, ExcuseKind, Group, Outcome, Placement, SchoolKind, Session, VisitResult
from services.contracts.ids import (
    ClassId,
    ContactId,
    EpisodeId,
    GuardianId,
    ImportId,
    OfficerId,
    PupilId,
    ReportId,
    SchoolId,
    VisitId,
)

TOPIC = "registry"

BACK_TO_SCHOOL_AGE = frozenset({Outcome.RETURNED, Outcome.HOME_TEACHING, Outcome.DEFERRED})
"""Outcomes with which a struck-off child stays a resident child of school age; with the others it leaves the ledgers."""


class SchoolRegistered(Event, frozen=True):
    """A school with its place and kind; `sessions` are those at which each of its classes is expected to call the roll."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None
    sessions: tuple[Session, ...] = (Session.MORNING,)


class SchoolChanged(Event, frozen=True):
    """The county's list describes a school otherwise than before; this is the whole description."""

    school_id: SchoolId
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None


class SchoolSessionsSet(Event, frozen=True):
    """The school calls the roll at other sessions than before: these are all of them, for each of its classes."""

    school_id: SchoolId
    sessions: tuple[Session, ...]


class AgeReviewFellDue(Event, frozen=True):
    """The ages of a school's children are to be looked over: whoever has reached the upper age leaves the ledger of school age.

    Looked over every so often and not on birthdays: the day of an event is not to tell one.
    """

    school_id: SchoolId
    due_on: date


class ClassOpened(Event, frozen=True):
    """A class: `cohort` is the year in which it was (or would have been) grade 1."""

    class_id: ClassId
    school_id: SchoolId
    cohort: int
    number: int


# --- roll call: stream class_term ---------------------------------------------------------------------------------


class ClassTermOpened(Event, frozen=True):
    """A class begins a term: from the first school day after `from_on` a roll call is expected at each of `sessions`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class ClassSessionsChanged(Event, frozen=True):
    """In the middle of a term a class is expected to call the roll at other sessions, each from its next day after `from_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    from_on: date
    sessions: tuple[Session, ...]


class ClassTermEnded(Event, frozen=True):
    """The next expected roll call is of another term: nothing more is expected here after `until_on`."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    next_term: str
    until_on: date
    sessions: tuple[Session, ...]


class TermRegistrationOpened(Event, frozen=True):
    """The class's first school day of a term is over: whoever of it has not come by now is expected to register."""

    class_id: ClassId
    school_id: SchoolId
    term: str
    opened_on: date


class Excuse(msgspec.Struct, frozen=True):
    """A child whose absence is excused; what was said about it is sealed."""

    pupil_id: PupilId
    kind: ExcuseKind
    note: Sealed[str] | None = None


class Seen(msgspec.Struct, frozen=True):
    """A child that was present at a session already on record; told because only now it is known to have been away before."""

    pupil_id: PupilId
    day: date
    session: Session


class RollCallTaken(Event, frozen=True):
    """A class answered the roll: only exceptions are named; `back` were away at the session before and no longer are.

    `stale` is true for a list entered after its day: it counts, but sets off no text. `seen` is filled by lists that come
    after a later one: who is away here and was present there. `before` is the day of the list before this one. `registered`
    had not registered for the term: the first list of a term on which they are not missing registers them.
    """

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    back: tuple[PupilId, ...] = ()
    stale: bool = False
    seen: tuple[Seen, ...] = ()
    before: date | None = None
    registered: tuple[PupilId, ...] = ()


class RollCallCorrected(Event, frozen=True):
    """A roll call was wrong: `withdrawn` were not absent, `added` were, `excused` had leave."""

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    withdrawn: tuple[PupilId, ...] = ()
    added: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    stale: bool = False
    seen: tuple[Seen, ...] = ()
    before: date | None = None


class RollCallMissing(Event, frozen=True):
    """A class sent nothing: unknown, never present; it neither counts nor resets anybody's absence."""

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session


# --- stream pupil ---------------------------------------------------------------------------------------------------


class GuardianRef(msgspec.Struct, frozen=True):
    """A guardian of a child; name and phone are in the vault under the guardian's own key."""

    guardian_id: GuardianId
    relation: str
    carer: bool
    reachable: bool


class PupilEnrolled(Event, frozen=True):
    """A child is on the roll of a class; personal data stand in the vault under `record_version`."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    sex: Literal["male", "female"]
    boarding: bool
    residence_division: str
    guardians: tuple[GuardianRef, ...]
    record_version: int
    groups: tuple[Group, ...] = ()
    second_language: str | None = None


class PupilRecordWritten(Event, frozen=True):
    """The child's record changed: what events may say of it, and the version of the vault's record.

    `renumbered` are the guardians whose number is another than before.
    """

    pupil_id: PupilId
    record_version: int
    guardians: tuple[GuardianRef, ...]
    residence_division: str
    groups: tuple[Group, ...] = ()
    boarding: bool = False
    renumbered: tuple[GuardianId, ...] = ()


class AgeAnswered(Event, frozen=True):
    """Whether the child is under 16 on a day, as an officer asked and the vault knows; the birth date stays there."""

    pupil_id: PupilId
    on: date
    under_16: bool


class PupilTransferred(Event, frozen=True):
    """The child moved to another class or school of the county."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int


class AttendanceNoted(Event, frozen=True):
    """The child was present at a session after having been away; in the dropout ledger that is a sign, not yet a return."""

    pupil_id: PupilId
    episode_id: EpisodeId | None
    day: date
    session: Session


class AbsenceNoticed(Event, frozen=True):
    """The child was missed at a session without leave; the first of a run mints the episode.

    `silent` is true where no text may follow (list entered late, or the child is in the dropout ledger anyway).
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date
    session: Session
    first: bool
    silent: bool = False
    last_attended_on: date | None = None


class AbsenceConfirmed(Event, frozen=True):
    """The homeroom teacher confirmed that the child is really missing: the guardian's text may go."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class ContactRecorded(Event, frozen=True):
    """Somebody reached, or tried to reach, the household."""

    contact_id: ContactId
    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    means: ContactMeans
    reached: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class AbsenceExcused(Event, frozen=True):
    """The absence of a day has leave or proof: it never promotes."""

    pupil_id: PupilId
    episode_id: EpisodeId | None
    day: date
    session: Session
    kind: ExcuseKind
    note: Sealed[str] | None = None


class AbsenceWithdrawn(Event, frozen=True):
    """The roll call was wrong about this child: what it caused is cancelled."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    session: Session


class AbsentDayCounted(Event, frozen=True):
    """A school day closed with the child missing: `count` such days in the run."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    count: int


class AbsentDaysRecounted(Event, frozen=True):
    """A correction, an excuse or a late list changed the run: it now holds `count` closed days, the latest `last_on`.

    A run that had ended is open again by it (a wrong "present" was leave). What had fallen due and is not asked for by the
    new count has gone with it.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    count: int
    last_on: date | None
    contact_due: bool
    visit_due: bool


class ContactFellDue(Event, frozen=True):
    """One school day missed and nobody has reached the household: contact or home visit is due."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date


class SchoolVisitFellDue(Event, frozen=True):
    """Three school days missed: a visit by the principal's team is due, until `SchoolVisitSettled`."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    day: date


class SchoolVisitRecorded(Event, frozen=True):
    """The principal's team visited the household of a missing child, before there is a case; what was said is sealed.

    `visitors` are the people of the school who went; the head of the school has named them.
    """

    visit_id: VisitId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    visited_on: date
    result: VisitResult
    by_officer_id: OfficerId
    visitors: tuple[OfficerId, ...]
    met_child: bool | None = None
    words: Sealed[str] | None = None

    @property
    def reached(self) -> bool:
        """Whether somebody of the household was met."""
        return self.result is not VisitResult.NOT_FOUND


class SchoolVisitSettled(Event, frozen=True):
    """The visit that had fallen due is due no longer: it was made, or its reason has gone (`case`: a former release left it so)."""

    pupil_id: PupilId
    episode_id: EpisodeId
    settled_on: date
    reason: Literal["done", "withdrawn", "case"]


class AbsenceReportFellDue(Event, frozen=True):
    """Three school days missed: the school owes bureau and township a written report, until `AbsenceReportSettled`."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    day: date


class AbsenceReportWritten(Event, frozen=True):
    """The head of the school reported the absence in writing to the bureau and to the township; what it says is sealed."""

    report_id: ReportId
    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    township: str
    written_on: date
    by_officer_id: OfficerId
    report: Sealed[str]


class AbsenceReportSettled(Event, frozen=True):
    """The report that had fallen due is due no longer: it was written, its reason has gone, or the child is back unreported."""

    pupil_id: PupilId
    episode_id: EpisodeId
    settled_on: date
    reason: Literal["done", "withdrawn", "unreported"]


class AbsenceEnded(Event, frozen=True):
    """The child was at school again (`back_on`), or the whole run was withdrawn or excused."""

    pupil_id: PupilId
    episode_id: EpisodeId
    back_on: date
    reason: Literal["attended", "withdrawn", "excused"]


class PupilSuspected(Event, frozen=True):
    """The child enters the ledger of suspected dropouts."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    grade: int
    residence_division: str
    suspected_on: date
    last_attended_on: date | None
    reason: Literal["absent", "not_registered", "moved_away", "transfer_overdue"]
    groups: tuple[Group, ...] = ()


class SuspicionLifted(Event, frozen=True):
    """The child leaves the ledger of suspected dropouts without having dropped out.

    The same episode may be suspected again (a wrong "present" is corrected): the case then goes on with its history.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    lifted_on: date
    reason: Literal["attended", "withdrawn", "excused", "registered", "transferred"]


class DropoutConfirmed(Event, frozen=True):
    """The child enters the dropout ledger: by the clock, or earlier by the principal with evidence."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    confirmed_on: date
    by: Literal["clock", "principal"]
    evidence: Sealed[str] | None = None


class PupilReturned(Event, frozen=True):
    """The child is back at school, under observation in the dropout ledger until the case is closed."""

    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement


class ReturnLost(Event, frozen=True):
    """The child is missing again after its return: the observation is broken."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class ReturnRestored(Event, frozen=True):
    """The absence that broke the return was withdrawn or excused: the observation goes on as if it had not been broken."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class RegistrationExpected(Event, frozen=True):
    """A school expects the child in a term: its class has met without it, or a list names it; the window opened on a day."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    class_id: ClassId
    grade: int
    residence_division: str
    opened_on: date


class PupilRegistered(Event, frozen=True):
    """The child registered for the term: by coming to school, by leave that the school gave, or by an act of the registrar."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    registered_on: date


class LeaverWithoutSchool(Event, frozen=True):
    """The child has finished its school's last grade, a new term has begun, and no other school has taken it.

    It belongs to the township and the bureau to place; another school takes it by its roll, a transfer or an expectation.
    """

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    residence_division: str
    since_on: date


class PupilGraduated(Event, frozen=True):
    """The child has completed nine years: it is of school age no longer, and leaves the ledgers."""

    pupil_id: PupilId
    school_id: SchoolId
    graduated_on: date


class SchoolAgeEnded(Event, frozen=True):
    """The child has reached the upper age: it leaves the ledger of school age, and stays on the roll where it is on one."""

    pupil_id: PupilId
    school_id: SchoolId
    ended_on: date


class TransferStarted(Event, frozen=True):
    """The child is between two schools 转学在途: a status of its own, with a deadline (`to_school_id` none: out of the county)."""

    pupil_id: PupilId
    from_school_id: SchoolId
    to_school_id: SchoolId | None
    started_on: date


class TransferCompleted(Event, frozen=True):
    """The child is enrolled outside the county: it leaves the ledgers, with the sealed proof 在读证明."""

    pupil_id: PupilId
    completed_on: date
    evidence: Sealed[str]


class TransferCancelled(Event, frozen=True):
    """The child stays where it was."""

    pupil_id: PupilId
    school_id: SchoolId
    cancelled_on: date


class PupilStruckOff(Event, frozen=True):
    """The case was closed: the child leaves the dropout ledger with an outcome (see BACK_TO_SCHOOL_AGE)."""

    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    struck_off_on: date


# --- stream import --------------------------------------------------------------------------------------------------


class ImportStaged(Event, frozen=True):
    """A file was read and its rows sealed aside; `digest` is a keyed one of its bytes, `rows` those that are not blank."""

    import_id: ImportId
    kind: Literal["schools", "roster", "rollcall"]
    digest: str
    rows: int
    school_id: SchoolId | None = None


class ImportRehearsed(Event, frozen=True):
    """A file was checked and nothing else: what is wrong with it, and what it would change."""

    import_id: ImportId
    kind: Literal["schools", "roster", "rollcall"]
    digest: str
    rows: int
    errors: int
    warnings: int
    enrolled: int
    changed: int
    unchanged: int
    school_id: SchoolId | None = None


class ImportRejected(Event, frozen=True):
    """The file has rows that are not in the accepted form: nothing of it is applied."""

    import_id: ImportId
    errors: int
    warnings: int = 0


class ImportAccepted(Event, frozen=True):
    """Every row is in the accepted form; chunks are applied from now on, under deterministic ids."""

    import_id: ImportId
    chunks: int
    warnings: int = 0


class ImportChunkApplied(Event, frozen=True):
    """One chunk of rows is on the roll; `refused` are those that another import or transfer has overtaken."""

    import_id: ImportId
    chunk: int
    enrolled: int
    changed: int
    unchanged: int
    refused: int = 0


class ImportInterrupted(Event, frozen=True):
    """A chunk could not be applied after several tries: the import waits for a person to resume it."""

    import_id: ImportId
    chunk: int


class ImportResumed(Event, frozen=True):
    """Somebody resumed the import at a chunk."""

    import_id: ImportId
    chunk: int


class ImportCompleted(Event, frozen=True):
    """All chunks are applied and the staged rows are gone."""

    import_id: ImportId
    enrolled: int
    changed: int
    unchanged: int
    refused: int = 0


PUPIL_EVENTS: tuple[type[Event], ...] = (
    PupilEnrolled,
    PupilRecordWritten,
    AgeAnswered,
    PupilTransferred,
    RegistrationExpected,
    PupilRegistered,
    LeaverWithoutSchool,
    PupilGraduated,
    SchoolAgeEnded,
    TransferStarted,
    TransferCompleted,
    TransferCancelled,
    AttendanceNoted,
    AbsenceNoticed,
    AbsenceConfirmed,
    ContactRecorded,
    AbsenceExcused,
    AbsenceWithdrawn,
    AbsentDayCounted,
    AbsentDaysRecounted,
    ContactFellDue,
    SchoolVisitFellDue,
    SchoolVisitRecorded,
    SchoolVisitSettled,
    AbsenceReportFellDue,
    AbsenceReportWritten,
    AbsenceReportSettled,
    AbsenceEnded,
    PupilSuspected,
    SuspicionLifted,
    DropoutConfirmed,
    PupilReturned,
    ReturnLost,
    ReturnRestored,
    PupilStruckOff,
)

IMPORT_EVENTS: tuple[type[Event], ...] = (
    ImportStaged,
    ImportRehearsed,
    ImportRejected,
    ImportAccepted,
    ImportChunkApplied,
    ImportInterrupted,
    ImportResumed,
    ImportCompleted,
)

EVENTS: tuple[type[Event], ...] = (
    SchoolRegistered,
    SchoolChanged,
    SchoolSessionsSet,
    AgeReviewFellDue,
    ClassOpened,
    ClassTermOpened,
    ClassSessionsChanged,
    ClassTermEnded,
    TermRegistrationOpened,
    RollCallTaken,
    RollCallCorrected,
    RollCallMissing,
    *PUPIL_EVENTS,
    *IMPORT_EVENTS,
)
