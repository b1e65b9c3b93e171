"""Leaving for another school and arriving there; a transfer is in flight 转学在途 until then, and no longer than its term."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never

from services.chassis.decider import Command, Deadline, Given
from services.chassis.envelope import Sealed
from services.contracts.codes import Ledger
from services.contracts.ids import ClassId, PupilId, SchoolId
from services.contracts.registry import PupilTransferred, TransferCancelled, TransferCompleted, TransferStarted
from services.registry.domain.absence import open_run
from services.registry.domain.errors import AlreadyInDropoutLedger, NoTransferInFlight, TransferAlreadyInFlight
from services.registry.domain.ledgers import episode_of, lifted, suspected
from services.registry.domain.policies import TRANSFER_TERM
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import put_on_roll


class TransferPupil(Command, frozen=True):
    """The child is in another class, or in another school of the county."""

    pupil_id: PupilId
    school_id: SchoolId
    class_id: ClassId
    grade: int


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


TransferCommand = TransferPupil | StartTransfer | CompleteTransfer | CancelTransfer | CloseTransfer


def decide(state: PupilState, command: TransferCommand) -> list[PupilEvent]:
    match command:
        case TransferPupil():
            return moved(state, command.school_id, command.class_id, command.grade, command.given)
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


def moved(state: PupilState, school: SchoolId, to_class: ClassId, grade: int, given: Given) -> list[PupilEvent]:
    """Another class or school; arriving at another school registers there, and ends the suspicion of being nowhere enrolled."""
    if (state.school_id, state.class_id, state.grade) == (school, to_class, grade):
        return []
    arrived = PupilTransferred(pupil_id=state.pupil_id, school_id=school, class_id=to_class, grade=grade)
    found = school != state.school_id and state.is_suspected_for("moved_away", "transfer_overdue")
    came = put_on_roll(state, school, given) if school != state.school_id else []
    return [arrived, lifted(state, "transferred", given), *came] if found else [arrived, *came]


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
    suspicion_over = state.ledger is Ledger.SUSPECTED
    return [lifted(state, "transferred", command.given), completed] if suspicion_over else [completed]


def _overdue(state: PupilState, command: CloseTransfer) -> list[PupilEvent]:
    if state.transfer is None or state.ledger is not Ledger.SCHOOL_AGE:
        return []
    reason: Literal["moved_away", "transfer_overdue"] = "moved_away" if state.transfer.to_school_id is None else "transfer_overdue"
    episode = episode_of(state, "transfer", state.transfer.started_on.isoformat())
    run = open_run(state.facts)
    return [suspected(state, episode, reason, command.given.due_on, run.last_attended_on if run else None)]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """The end of the term within which the child must have arrived."""
    transfer = state.transfer
    if transfer is not None and state.ledger is Ledger.SCHOOL_AGE:
        yield Deadline("transfer", transfer.started_on, TRANSFER_TERM, CloseTransfer(pupil_id=state.pupil_id))
