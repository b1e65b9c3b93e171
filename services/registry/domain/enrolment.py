"""Being on the roll: enrolment, the record's version, classes and schools, the registration window, transfers in flight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, assert_never

from msgspec.structs import replace

from services.chassis.decider import Command, Deadline, Given, derived_id
from services.chassis.envelope import Sealed
from services.contracts.codes import Group, Ledger
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId
from services.contracts.registry import (
    GuardianRef,
    PupilEnrolled,
    PupilRecordWritten,
    PupilRegistered,
    PupilTransferred,
    RegistrationExpected,
    SuspicionLifted,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
)
from services.registry.domain.absence import open_run
from services.registry.domain.errors import (
    AlreadyInDropoutLedger,
    NotExpected,
    NoTransferInFlight,
    PupilNotOnRoll,
    TransferAlreadyInFlight,
)
from services.registry.domain.policies import REGISTRATION_WINDOW, TRANSFER_TERM
from services.registry.domain.promotion import after, county_day, suspected
from services.registry.domain.pupil_state import PupilEvent, PupilState


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


class WritePupilRecord(Command, frozen=True):
    """The child's record in the vault has a new version, or what events may say of it has changed."""

    pupil_id: PupilId
    record_version: int
    guardians: tuple[GuardianRef, ...]
    residence_division: str
    groups: tuple[Group, ...] = ()
    boarding: bool = False


class TransferPupil(Command, frozen=True):
    """The child is in another class, or in another school of the county."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int


class ExpectRegistration(Command, frozen=True):
    """A class of a school expects the child for a term; the registration window opened on a day."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId
    class_id: ClassId
    grade: int
    residence_division: str
    opened_on: date


class RegisterPupil(Command, frozen=True):
    """The child came and registered for the term."""

    pupil_id: PupilId
    term: str
    school_id: SchoolId


class CloseRegistration(Command, frozen=True):
    """The registration window has closed without the child (by the clock)."""

    pupil_id: PupilId
    term: str


class StartTransfer(Command, frozen=True):
    """The child leaves for another school; `to_school_id` none: out of the county."""

    pupil_id: PupilId
    to_school_id: SchoolId | None = None


class CompleteTransfer(Command, frozen=True):
    """The child is enrolled outside the county, with the other school's proof."""

    pupil_id: PupilId
    evidence: Sealed[str]


class CancelTransfer(Command, frozen=True):
    """The child stays."""

    pupil_id: PupilId


class CloseTransfer(Command, frozen=True):
    """The transfer's term has passed and the child is nowhere enrolled (by the clock)."""

    pupil_id: PupilId


EnrolmentCommand = (
    EnrolPupil
    | WritePupilRecord
    | TransferPupil
    | ExpectRegistration
    | RegisterPupil
    | CloseRegistration
    | StartTransfer
    | CompleteTransfer
    | CancelTransfer
    | CloseTransfer
)

ENROLMENT_COMMANDS: tuple[type[Command], ...] = (
    EnrolPupil,
    WritePupilRecord,
    TransferPupil,
    ExpectRegistration,
    RegisterPupil,
    CloseRegistration,
    StartTransfer,
    CompleteTransfer,
    CancelTransfer,
    CloseTransfer,
)


def decide_enrolment(state: PupilState, command: EnrolmentCommand) -> list[PupilEvent]:
    if isinstance(command, EnrolPupil):
        return _enrol(state, command)
    if isinstance(command, ExpectRegistration):
        return _expect(state, command)
    if not state.known:
        raise PupilNotOnRoll
    match command:
        case WritePupilRecord():
            return _written(state, command)
        case TransferPupil():
            return _moved(state, command.school_id, command.class_id, command.grade, command.given)
        case RegisterPupil():
            return _registered(state, command)
        case CloseRegistration():
            return _not_registered(state, command)
        case StartTransfer():
            return _started(state, command)
        case CompleteTransfer():
            return _completed(state, command)
        case CancelTransfer():
            if state.transfer is None:
                raise NoTransferInFlight
            cancelled_on = command.given.today
            return [TransferCancelled(pupil_id=state.pupil_id, school_id=state.school_id, cancelled_on=cancelled_on)]
        case CloseTransfer():
            return _overdue(state, command)
        case _:
            assert_never(command)


def enrolment_deadlines(state: PupilState) -> Iterator[Deadline]:
    """The window of an expected registration, and the term of a transfer."""
    if state.ledger is not Ledger.SCHOOL_AGE:
        return
    if (expected := state.expected) is not None:
        close = CloseRegistration(pupil_id=state.pupil_id, term=expected.term)
        yield Deadline("registration", expected.opened_on, REGISTRATION_WINDOW, close, school_id=expected.school_id)
    if (transfer := state.transfer) is not None:
        yield Deadline("transfer", transfer.started_on, TRANSFER_TERM, CloseTransfer(pupil_id=state.pupil_id))


# --- the roll ---------------------------------------------------------------------------------------------------------


def _enrol(state: PupilState, command: EnrolPupil) -> list[PupilEvent]:
    if not state.known or not state.enrolled:
        enrolled = PupilEnrolled(
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
        return [enrolled, *_came(after(state, [enrolled]), command.school_id, command.given)]
    written = WritePupilRecord(
        pupil_id=command.pupil_id,
        record_version=command.record_version,
        guardians=command.guardians,
        residence_division=command.residence_division,
        groups=command.groups,
        boarding=command.boarding,
    )
    moved = _moved(state, command.school_id, command.class_id, command.grade, command.given)
    return [*moved, *_written(state, written)]


def _written(state: PupilState, command: WritePupilRecord) -> list[PupilEvent]:
    record = PupilRecordWritten(
        pupil_id=command.pupil_id,
        record_version=command.record_version,
        guardians=command.guardians,
        residence_division=command.residence_division,
        groups=command.groups,
        boarding=command.boarding,
    )
    return [] if record == state.record else [record]


def _moved(state: PupilState, school: SchoolId, to_class: ClassId, grade: int, given: Given) -> list[PupilEvent]:
    """Another class or school; arriving at another school ends the suspicion that the child is nowhere enrolled."""
    if (state.school_id, state.class_id, state.grade) == (school, to_class, grade):
        return []
    events: list[PupilEvent] = [
        PupilTransferred(pupil_id=state.pupil_id, school_id=school, class_id=to_class, grade=grade)
    ]  # fmt: skip
    if state.suspected_for in ("moved_away", "transfer_overdue") and school != state.school_id:
        events += _lifted(state, "transferred", given)
    return events


def _lifted(state: PupilState, reason: Literal["registered", "transferred"], given: Given) -> list[PupilEvent]:
    if state.ledger is not Ledger.SUSPECTED or state.episode_id is None:
        return []
    return [
        SuspicionLifted(pupil_id=state.pupil_id, episode_id=state.episode_id, lifted_on=given.today, reason=reason)
    ]  # fmt: skip


# --- registration -----------------------------------------------------------------------------------------------------


def _expect(state: PupilState, command: ExpectRegistration) -> list[PupilEvent]:
    if command.term in state.registered_terms or (state.expected is not None and state.expected.term == command.term):
        return []
    if state.ledger is Ledger.DROPOUT:
        raise AlreadyInDropoutLedger
    return [
        RegistrationExpected(
            pupil_id=command.pupil_id,
            term=command.term,
            school_id=command.school_id,
            class_id=command.class_id,
            grade=command.grade,
            residence_division=command.residence_division,
            opened_on=command.opened_on,
        )
    ]


def _came(state: PupilState, school: SchoolId, given: Given) -> list[PupilEvent]:
    """Being put on the roll is how an expected child registers."""
    term = state.expected.term if state.expected else state.missed_term
    if not term:
        return []
    registered = PupilRegistered(pupil_id=state.pupil_id, term=term, school_id=school, registered_on=given.today)
    return [registered, *(_lifted(state, "registered", given) if state.suspected_for == "not_registered" else [])]


def _registered(state: PupilState, command: RegisterPupil) -> list[PupilEvent]:
    if command.term in state.registered_terms:
        return []
    if command.term != (state.expected.term if state.expected else state.missed_term):
        raise NotExpected(term=command.term)
    return _came(state, command.school_id, command.given)


def _not_registered(state: PupilState, command: CloseRegistration) -> list[PupilEvent]:
    expected = state.expected
    if expected is None or expected.term != command.term or state.ledger is not Ledger.SCHOOL_AGE:
        return []
    episode = EpisodeId(derived_id("episode", state.pupil_id, "registration", command.term))
    at_school = replace(state, school_id=expected.school_id, class_id=expected.class_id, grade=expected.grade)
    return [suspected(at_school, _episode(state, episode), "not_registered", county_day(command.given), None)]


# --- transfers --------------------------------------------------------------------------------------------------------


def _started(state: PupilState, command: StartTransfer) -> list[PupilEvent]:
    if state.ledger is Ledger.DROPOUT:
        raise AlreadyInDropoutLedger
    if state.transfer is not None:
        if state.transfer.to_school_id == command.to_school_id:
            return []
        raise TransferAlreadyInFlight
    return [
        TransferStarted(
            pupil_id=state.pupil_id,
            from_school_id=state.school_id,
            to_school_id=command.to_school_id,
            started_on=command.given.today,
        )
    ]


def _completed(state: PupilState, command: CompleteTransfer) -> list[PupilEvent]:
    leaving = state.transfer is not None and state.transfer.to_school_id is None
    if not leaving and state.suspected_for != "moved_away":
        raise NoTransferInFlight
    completed_on = command.given.today
    completed = TransferCompleted(pupil_id=state.pupil_id, completed_on=completed_on, evidence=command.evidence)
    return [*_lifted(state, "transferred", command.given), completed]


def _overdue(state: PupilState, command: CloseTransfer) -> list[PupilEvent]:
    if state.transfer is None or state.ledger is not Ledger.SCHOOL_AGE:
        return []
    reason: Literal["moved_away", "transfer_overdue"] = "moved_away" if state.transfer.to_school_id is None else "transfer_overdue"
    episode = EpisodeId(derived_id("episode", state.pupil_id, "transfer", state.transfer.started_on.isoformat()))
    run = open_run(state.facts)
    last_attended_on = run.last_attended_on if run else None
    return [suspected(state, _episode(state, episode), reason, county_day(command.given), last_attended_on)]


def _episode(state: PupilState, new: EpisodeId) -> EpisodeId:
    """The episode that goes on, else the new one."""
    return state.episode_id if state.told_run and state.episode_id else new
