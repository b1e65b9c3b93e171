"""A pupil: on the roll, at its sessions, on its way through the three ledgers – in one stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from services.chassis.decider import Deadline, Decider
from services.registry.domain import (
    absence_reports,
    age,
    attendance,
    contacts,
    dues,
    enrolment,
    leavers,
    ledgers,
    registration,
    school_visits,
    transfers,
)
from services.registry.domain.absence_reports import WriteAbsenceReport
from services.registry.domain.age import AgeCommand, AnswerAge, EndSchoolAge
from services.registry.domain.attendance import (
    AttendanceCommand,
    CloseAbsentDay,
    ExcuseAbsence,
    ExcuseDay,
    NoteAttendance,
    NoticeAbsence,
    WithdrawAbsence,
)
from services.registry.domain.contacts import ConfirmAbsence, ContactCommand, RecordContact
from services.registry.domain.dues import NoteCaseVisit, SettleDues, settled_dues
from services.registry.domain.enrolment import EnrolmentCommand, EnrolPupil, WritePupilRecord
from services.registry.domain.errors import PupilNotOnRoll
from services.registry.domain.leavers import GraduatePupil, LeaverCommand, NoteLeaver
from services.registry.domain.ledgers import (
    CloseSuspicion,
    ConfirmDropout,
    LedgerCommand,
    ReturnPupil,
    StrikeOffPupil,
    WithdrawStrikeOff,
)
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_evolve import after, evolve
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import CloseRegistration, ExpectRegistration, RegisterPupil, RegistrationCommand
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.domain.transfers import (
    CancelTransfer,
    CloseTransfer,
    CompleteTransfer,
    StartTransfer,
    TransferCommand,
    TransferPupil,
)

PupilCommand = (
    EnrolmentCommand
    | AgeCommand
    | RegistrationCommand
    | LeaverCommand
    | TransferCommand
    | AttendanceCommand
    | ContactCommand
    | RecordSchoolVisit
    | WriteAbsenceReport
    | NoteCaseVisit
    | SettleDues
    | LedgerCommand
)


def decide(state: PupilState, command: PupilCommand) -> list[PupilEvent]:
    """A child that is not on the roll can come onto it, be expected there, be struck off once more, or no longer.

    Whatever happens, what the school owed and owes no longer is told with it.
    """
    of_nobody = EnrolPupil | ExpectRegistration | StrikeOffPupil | WithdrawStrikeOff | SettleDues
    if not state.known and not isinstance(command, of_nobody):
        raise PupilNotOnRoll
    events = _decided(state, command)
    return [*events, *settled_dues(after(state, events), command.given)]


def _decided(state: PupilState, command: PupilCommand) -> list[PupilEvent]:
    match command:
        case EnrolPupil() | WritePupilRecord():
            return enrolment.decide(state, command)
        case AnswerAge() | EndSchoolAge():
            return age.decide(state, command)
        case ExpectRegistration() | RegisterPupil() | CloseRegistration():
            return registration.decide(state, command)
        case NoteLeaver() | GraduatePupil():
            return leavers.decide(state, command)
        case TransferPupil() | StartTransfer() | CompleteTransfer() | CancelTransfer() | CloseTransfer():
            return transfers.decide(state, command)
        case NoticeAbsence() | ExcuseAbsence() | WithdrawAbsence() | NoteAttendance() | CloseAbsentDay() | ExcuseDay():
            return attendance.decide(state, command)
        case ConfirmAbsence() | RecordContact():
            return contacts.decide(state, command)
        case RecordSchoolVisit():
            return school_visits.decide(state, command)
        case WriteAbsenceReport():
            return absence_reports.decide(state, command)
        case NoteCaseVisit():
            return dues.decide(state, command)
        case SettleDues():
            return []
        case ConfirmDropout() | CloseSuspicion() | ReturnPupil() | StrikeOffPupil() | WithdrawStrikeOff():
            return ledgers.decide(state, command)
        case _:
            assert_never(command)


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """What the clock is to do: close a registration window, a transfer, the days missed, a suspicion."""
    yield from dues.deadlines(state)
    if not state.known:
        return
    yield from registration.deadlines(state)
    yield from leavers.deadlines(state)
    yield from transfers.deadlines(state)
    yield from attendance.deadlines(state)
    yield from ledgers.deadlines(state)


PUPIL: Decider[PupilState, PupilCommand, PupilEvent] = Decider(
    kind="pupil",
    commands=(
        EnrolPupil,
        WritePupilRecord,
        AnswerAge,
        EndSchoolAge,
        ExpectRegistration,
        RegisterPupil,
        CloseRegistration,
        NoteLeaver,
        GraduatePupil,
        TransferPupil,
        StartTransfer,
        CompleteTransfer,
        CancelTransfer,
        CloseTransfer,
        NoticeAbsence,
        ExcuseAbsence,
        WithdrawAbsence,
        NoteAttendance,
        CloseAbsentDay,
        ExcuseDay,
        ConfirmAbsence,
        RecordContact,
        RecordSchoolVisit,
        WriteAbsenceReport,
        NoteCaseVisit,
        SettleDues,
        ConfirmDropout,
        CloseSuspicion,
        ReturnPupil,
        StrikeOffPupil,
        WithdrawStrikeOff,
    ),
    initial=PupilState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.pupil_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.correlation_id,
    deadlines=deadlines,
)
