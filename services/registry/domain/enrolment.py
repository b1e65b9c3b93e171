"""Being on the roll: the child's class and the version of its record in the vault."""

from __future__ import annotations

from typing import Literal, assert_never

from msgspec.structs import replace

from services.chassis.decider import Command
from services.contracts.codes import Group
from services.contracts.ids import ClassId, GuardianId, PupilId, SchoolId
from services.contracts.registry import GuardianRef, PupilEnrolled, PupilRecordWritten
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_evolve import after
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import put_on_roll
from services.registry.domain.transfers import moved


class EnrolPupil(Command, frozen=True):
    """The child is on the roll of a class as this says; only what is new of it happens.

    `record_version` is the version of the vault's record that is written in the same turn, or the present one.
    """

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
    renumbered: tuple[GuardianId, ...] = ()


class WritePupilRecord(Command, frozen=True):
    """The child's record in the vault has a new version, or what events may say of it has changed."""

    pupil_id: PupilId
    record_version: int
    guardians: tuple[GuardianRef, ...]
    residence_division: str
    groups: tuple[Group, ...] = ()
    boarding: bool = False
    renumbered: tuple[GuardianId, ...] = ()


EnrolmentCommand = EnrolPupil | WritePupilRecord


def decide(state: PupilState, command: EnrolmentCommand) -> list[PupilEvent]:
    match command:
        case EnrolPupil() if state.known and state.enrolled:
            arrived = moved(state, command.school_id, command.class_id, command.grade, command.given)
            return [*arrived, *_written(state, command)]
        case EnrolPupil():
            enrolled = _enrolled(command)
            return [enrolled, *put_on_roll(after(state, [enrolled]), command.school_id, command.given)]
        case WritePupilRecord():
            return _written(state, command)
        case _:
            assert_never(command)


def _enrolled(command: EnrolPupil) -> PupilEnrolled:
    return PupilEnrolled(
        pupil_id=command.pupil_id,
        school_id=command.school_id,
        class_id=command.class_id,
        grade=command.grade,
        sex=command.sex,
        boarding=command.boarding,
        residence_division=command.residence_division,
        guardians=command.guardians,
        record_version=command.record_version,
        groups=command.groups,
        second_language=command.second_language,
    )


def _written(state: PupilState, command: EnrolmentCommand) -> list[PupilEvent]:
    record = PupilRecordWritten(
        pupil_id=command.pupil_id,
        record_version=command.record_version,
        guardians=command.guardians,
        residence_division=command.residence_division,
        groups=command.groups,
        boarding=command.boarding,
    )
    return [] if record == state.record else [replace(record, renumbered=command.renumbered)]
