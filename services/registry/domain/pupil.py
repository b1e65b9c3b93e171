"""A pupil: contacts and the way through the three ledgers; sessions and enrolment are on pages of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.chassis.decider import Command, Deadline, Decider
from services.chassis.envelope import Sealed
from services.contracts.codes import ContactMeans, Ledger, Outcome, Placement
from services.contracts.ids import ContactId, EpisodeId, OfficerId, PupilId
from services.contracts.registry import (
    AbsenceConfirmed,
    ContactRecorded,
    DropoutConfirmed,
    PupilReturned,
    PupilStruckOff,
)
from services.registry.domain.absence import Standing
from services.registry.domain.attendance import SESSION_COMMANDS, SessionCommand, attendance_deadlines, decide_session
from services.registry.domain.enrolment import (
    ENROLMENT_COMMANDS,
    EnrolmentCommand,
    EnrolPupil,
    ExpectRegistration,
    decide_enrolment,
    enrolment_deadlines,
)
from services.registry.domain.errors import (
    AbsenceNotNoticed,
    ContactNotYetMade,
    NoOpenAbsence,
    NotInDropoutLedger,
    NotSuspected,
    OtherEpisode,
    PupilNotOnRoll,
)
from services.registry.domain.policies import SUSPICION_TERM
from services.registry.domain.promotion import county_day
from services.registry.domain.pupil_state import PupilEvent, PupilState, evolve


class ConfirmAbsence(Command, frozen=True):
    """The homeroom teacher has made sure that the child is missing."""

    pupil_id: PupilId
    day: date


class RecordContact(Command, frozen=True):
    """Somebody reached the household, or tried to."""

    contact_id: ContactId
    pupil_id: PupilId
    day: date
    means: ContactMeans
    reached: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None


class ConfirmDropout(Command, frozen=True):
    """The principal confirms the dropout before the clock does, with evidence."""

    pupil_id: PupilId
    evidence: Sealed[str]


class CloseSuspicion(Command, frozen=True):
    """The term of the suspicion has passed (by the clock)."""

    pupil_id: PupilId


class ReturnPupil(Command, frozen=True):
    """The case says that the school has confirmed the return."""

    pupil_id: PupilId
    episode_id: EpisodeId
    returned_on: date
    placement: Placement


class StrikeOffPupil(Command, frozen=True):
    """The case was closed by three people."""

    pupil_id: PupilId
    episode_id: EpisodeId
    outcome: Outcome
    closed_on: date


LedgerCommand = ConfirmAbsence | RecordContact | ConfirmDropout | CloseSuspicion | ReturnPupil | StrikeOffPupil
PupilCommand = EnrolmentCommand | SessionCommand | LedgerCommand


def decide(state: PupilState, command: PupilCommand) -> list[PupilEvent]:
    if isinstance(command, EnrolPupil | ExpectRegistration):
        return decide_enrolment(state, command)
    if not state.known and not isinstance(command, StrikeOffPupil):
        raise PupilNotOnRoll
    if isinstance(command, SessionCommand):
        return decide_session(state, command)
    if isinstance(command, LedgerCommand):
        return _ledger(state, command)
    return decide_enrolment(state, command)


def _ledger(state: PupilState, command: LedgerCommand) -> list[PupilEvent]:
    match command:
        case ConfirmAbsence():
            return _confirmed(state, command)
        case RecordContact():
            return _contact(state, command)
        case ConfirmDropout():
            return _dropout(state, command)
        case CloseSuspicion():
            return _suspicion_closed(state, command)
        case ReturnPupil():
            return _returned(state, command)
        case StrikeOffPupil():
            return _struck_off(state, command)
        case _:
            assert_never(command)


def _confirmed(state: PupilState, command: ConfirmAbsence) -> list[PupilEvent]:
    episode = next(
        (fact.episode_id for at, fact in state.facts.items() if at[0] == command.day and fact.standing is Standing.ABSENT),
        None,
    )
    if episode is None:
        raise AbsenceNotNoticed(field="day", day=command.day)
    if command.day in state.confirmed:
        return []
    return [AbsenceConfirmed(pupil_id=state.pupil_id, episode_id=episode, day=command.day)]


def _contact(state: PupilState, command: RecordContact) -> list[PupilEvent]:
    if command.day > command.given.today:
        raise ContactNotYetMade(field="day", day=command.day)
    if state.episode_id is None or not (state.told_run or state.ledger is not Ledger.SCHOOL_AGE):
        raise NoOpenAbsence
    return [
        ContactRecorded(
            contact_id=command.contact_id,
            pupil_id=state.pupil_id,
            episode_id=state.episode_id,
            day=command.day,
            means=command.means,
            reached=command.reached,
            by_officer_id=command.by_officer_id,
            note=command.note,
        )
    ]


def _dropout(state: PupilState, command: ConfirmDropout) -> list[PupilEvent]:
    if state.ledger is Ledger.DROPOUT:
        return []
    if state.ledger is not Ledger.SUSPECTED or state.episode_id is None:
        raise NotSuspected
    return [
        DropoutConfirmed(
            pupil_id=state.pupil_id,
            episode_id=state.episode_id,
            school_id=state.school_id,
            confirmed_on=command.given.today,
            by="principal",
            evidence=command.evidence,
        )
    ]


def _suspicion_closed(state: PupilState, command: CloseSuspicion) -> list[PupilEvent]:
    if state.ledger is not Ledger.SUSPECTED or state.episode_id is None:
        return []
    return [
        DropoutConfirmed(
            pupil_id=state.pupil_id,
            episode_id=state.episode_id,
            school_id=state.school_id,
            confirmed_on=county_day(command.given),
            by="clock",
        )
    ]


def _returned(state: PupilState, command: ReturnPupil) -> list[PupilEvent]:
    if state.ledger is not Ledger.DROPOUT:
        raise NotInDropoutLedger
    if command.episode_id != state.episode_id:
        raise OtherEpisode
    if state.observed:
        return []
    return [
        PupilReturned(
            pupil_id=state.pupil_id,
            episode_id=command.episode_id,
            returned_on=command.returned_on,
            placement=command.placement,
        )
    ]


def _struck_off(state: PupilState, command: StrikeOffPupil) -> list[PupilEvent]:
    if state.ledger is Ledger.STRUCK_OFF or (state.ledger is Ledger.SCHOOL_AGE and command.episode_id == state.episode_id):
        return []
    if state.ledger is Ledger.SCHOOL_AGE:
        raise NotInDropoutLedger
    if command.episode_id != state.episode_id:
        raise OtherEpisode
    return [
        PupilStruckOff(
            pupil_id=state.pupil_id,
            episode_id=command.episode_id,
            outcome=command.outcome,
            struck_off_on=command.closed_on,
        )
    ]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """What the clock is to do: close the days missed, end a suspicion, a registration window, a transfer."""
    if not state.known:
        return
    yield from enrolment_deadlines(state)
    yield from attendance_deadlines(state)
    if state.ledger is Ledger.SUSPECTED and state.suspected_on is not None:
        close = CloseSuspicion(pupil_id=state.pupil_id)
        yield Deadline("suspicion", state.suspected_on, SUSPICION_TERM, close, school_id=state.school_id)


PUPIL: Decider[PupilState, PupilCommand, PupilEvent] = Decider(
    kind="pupil",
    commands=(
        *ENROLMENT_COMMANDS,
        *SESSION_COMMANDS,
        ConfirmAbsence,
        RecordContact,
        ConfirmDropout,
        CloseSuspicion,
        ReturnPupil,
        StrikeOffPupil,
    ),
    initial=PupilState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.pupil_id,
    partition_of=lambda state: state.pupil_id,
    correlation_of=lambda state: state.correlation_id,
    deadlines=deadlines,
)
