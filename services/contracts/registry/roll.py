"""A child on the roll: its record, its place, its registration for a term, and its way between schools."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import Group
from services.contracts.ids import ClassId, EpisodeId, GuardianId, PupilId, SchoolId


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
    """Whether the child is under 16 on a day, as an officer asked and the vault knows; the birth date stays there.

    `reached_upper_age` says the same of the age at which the county ends the school age, as it was set when the officer
    asked; version 1 did not say it.
    """

    pupil_id: PupilId
    on: date
    under_16: bool
    reached_upper_age: bool | None = None


class PupilTransferred(Event, frozen=True):
    """The child moved to another class or school of the county."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int


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


class UpperAgeReached(Event, frozen=True):
    """A suspected child or a dropout is past the upper age: its case may be closed as over age.

    `noticed_on` is the day of the review, which tells a birthday no better than to the month; told once an episode.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    noticed_on: date


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
