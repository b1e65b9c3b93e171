"""What the registry tells: schools, classes, roll calls, and each child's way through the three ledgers.

Ids and codes only: names, numbers, addresses and birth dates stay in the vault; a record there is cited by its version.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import ContactMeans, ExcuseKind, Group, Outcome, Placement, SchoolKind, Session
from services.contracts.ids import ClassId, EpisodeId, GuardianId, ImportId, OfficerId, PupilId, SchoolId

TOPIC = "registry"


class SchoolRegistered(Event, frozen=True):
    """A school with its place and kind."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None


class ClassOpened(Event, frozen=True):
    """A class: `cohort` is the year in which it was (or would have been) grade 1."""

    class_id: ClassId
    school_id: SchoolId
    cohort: int
    number: int


# --- roll call: stream class_term ---------------------------------------------------------------------------------


class Excuse(msgspec.Struct, frozen=True):
    """A child whose absence is excused."""

    pupil_id: PupilId
    kind: ExcuseKind


class RollCallTaken(Event, frozen=True):
    """A class answered the roll: only exceptions are named; `back` were absent at the session before and no longer are.

    `stale` is true for a list entered after its day: it counts, but sets off no text.
    """

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    absent: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()
    back: tuple[PupilId, ...] = ()
    stale: bool = False


class RollCallCorrected(Event, frozen=True):
    """A roll call was wrong: `withdrawn` were not absent, `added` were, `excused` had leave."""

    class_id: ClassId
    school_id: SchoolId
    day: date
    session: Session
    withdrawn: tuple[PupilId, ...] = ()
    added: tuple[PupilId, ...] = ()
    excused: tuple[Excuse, ...] = ()


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
    """The child's record changed: what events may say of it, and the version of the vault's record."""

    pupil_id: PupilId
    record_version: int
    guardians: tuple[GuardianRef, ...]
    residence_division: str
    groups: tuple[Group, ...] = ()
    boarding: bool = False


class PupilTransferred(Event, frozen=True):
    """The child moved to another class or school of the county."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int


class AbsenceNoticed(Event, frozen=True):
    """The child was missed at a session without leave; the first of a run mints the episode.

    `silent` is true where no text may follow (list entered late).
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date
    session: Session
    first: bool
    silent: bool = False


class AbsenceConfirmed(Event, frozen=True):
    """The homeroom teacher confirmed that the child is really missing: the guardian's text may go."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class ContactRecorded(Event, frozen=True):
    """Somebody reached, or tried to reach, the household."""

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


class ContactFellDue(Event, frozen=True):
    """One school day missed and nobody has reached the household: contact or home visit is due."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date


class SchoolVisitFellDue(Event, frozen=True):
    """Three school days missed: a visit by the principal's team and a written report are due."""

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    day: date


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
    """The child leaves the ledger of suspected dropouts without having dropped out."""

    pupil_id: PupilId
    episode_id: EpisodeId
    lifted_on: date
    reason: Literal["attended", "withdrawn", "excused"]


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


class PupilStruckOff(Event, frozen=True):
    """The case was closed: the child leaves the dropout ledger with an outcome (`returned` goes back to school age)."""

    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    struck_off_on: date


# --- stream import --------------------------------------------------------------------------------------------------


class ImportStaged(Event, frozen=True):
    """A file was read and its rows sealed aside; `digest` is of its bytes."""

    import_id: ImportId
    kind: Literal["schools", "roster", "rollcall"]
    digest: str
    rows: int


class ImportRejected(Event, frozen=True):
    """The file has rows that are not in the accepted form: nothing of it is applied."""

    import_id: ImportId
    errors: int


class ImportAccepted(Event, frozen=True):
    """Every row is in the accepted form; chunks are applied from now on, under deterministic ids."""

    import_id: ImportId
    chunks: int


class ImportChunkApplied(Event, frozen=True):
    """One chunk of rows is on the roll."""

    import_id: ImportId
    chunk: int
    enrolled: int
    changed: int
    unchanged: int


class ImportCompleted(Event, frozen=True):
    """All chunks are applied and the staged rows are gone."""

    import_id: ImportId
    enrolled: int
    changed: int
    unchanged: int


EVENTS: tuple[type[Event], ...] = (
    SchoolRegistered,
    ClassOpened,
    RollCallTaken,
    RollCallCorrected,
    RollCallMissing,
    PupilEnrolled,
    PupilRecordWritten,
    PupilTransferred,
    AbsenceNoticed,
    AbsenceConfirmed,
    ContactRecorded,
    AbsenceExcused,
    AbsenceWithdrawn,
    AbsentDayCounted,
    ContactFellDue,
    SchoolVisitFellDue,
    AbsenceEnded,
    PupilSuspected,
    SuspicionLifted,
    DropoutConfirmed,
    PupilReturned,
    ReturnLost,
    PupilStruckOff,
    ImportStaged,
    ImportRejected,
    ImportAccepted,
    ImportChunkApplied,
    ImportCompleted,
)
