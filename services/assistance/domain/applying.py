"""The application as the household makes it: drafted for it, signed by a guardian, withdrawn before it is decided."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import assert_never

from services.assistance.domain.application_state import HELD, ApplicationEvent, ApplicationState, Status
from services.assistance.domain.errors import (
    AlreadySigned,
    GuardianNotOfPupil,
    HardshipNotRecognisedThisYear,
    NeedsNoApplication,
    RefusedThisYear,
    SignedInTheFuture,
)
from services.assistance.domain.policies import Pupil
from services.assistance.domain.standing import must_be_eligible, must_be_open
from services.chassis.decider import Command
from services.contracts.assistance import ApplicationDrafted, ApplicationSigned, ApplicationWithdrawn, ProgrammeSet
from services.contracts.ids import ApplicationId, CaseId, EpisodeId, GuardianId, MeasureId, OfficerId, school_year


class WithdrawalReason(StrEnum):
    """Why an application ends before it is decided."""

    HOUSEHOLD = "household"
    DRAFTED_IN_ERROR = "drafted_in_error"
    CASE_WITHDRAWN = "case_withdrawn"
    MEASURE_GONE = "measure_gone"
    LEFT_SCHOOL = "left_school"


BY_OFFICER = (WithdrawalReason.HOUSEHOLD, WithdrawalReason.DRAFTED_IN_ERROR)
"""The withdrawals that a person asks for; the others follow from events."""


class DraftApplication(Command, frozen=True):
    """Draft an application; `held` are the programmes that the child has, or has applied for, this school year."""

    application_id: ApplicationId
    pupil: Pupil
    programme: ProgrammeSet
    year: int
    on: date
    held: tuple[ProgrammeSet, ...] = ()
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None
    episode_id: EpisodeId | None = None


class SignApplication(Command, frozen=True):
    """Record the guardian's signature and when the hardship was recognised; `guardians` are those on record."""

    application_id: ApplicationId
    guardian_id: GuardianId
    signed_on: date
    hardship_recognised_on: date
    guardians: tuple[GuardianId, ...]


class WithdrawApplication(Command, frozen=True):
    """End an application before it is decided."""

    application_id: ApplicationId
    reason: WithdrawalReason


ApplyingCommand = DraftApplication | SignApplication | WithdrawApplication


def decide(state: ApplicationState, command: ApplyingCommand) -> list[ApplicationEvent]:
    match command:
        case DraftApplication():
            return _drafted(state, command)
        case SignApplication():
            return _signed(state, command)
        case WithdrawApplication():
            if state.status is Status.WITHDRAWN:
                return []
            must_be_open(state)
            return [ApplicationWithdrawn(application_id=state.application_id, pupil_id=state.pupil_id, reason=command.reason)]
        case _:
            assert_never(command)


def _drafted(state: ApplicationState, command: DraftApplication) -> list[ApplicationEvent]:
    if state.status in HELD:
        return []
    if state.status is Status.REFUSED:
        raise RefusedThisYear
    programme = command.programme
    if not programme.by_application:
        raise NeedsNoApplication(code=programme.code)
    must_be_eligible(programme, command.pupil, command.held, command.on)
    return [
        ApplicationDrafted(
            application_id=command.application_id,
            pupil_id=command.pupil.pupil_id,
            school_id=command.pupil.school_id,
            programme_id=programme.programme_id,
            programme_code=programme.code,
            amount_fen=programme.amount_fen,
            school_year=command.year,
            case_id=command.case_id,
            measure_id=command.measure_id,
            episode_id=command.episode_id,
        )
    ]


def _signed(state: ApplicationState, command: SignApplication) -> list[ApplicationEvent]:
    signature = (command.guardian_id, command.signed_on, command.hardship_recognised_on)
    if state.signature == signature and state.status is not Status.WITHDRAWN:
        return []
    must_be_open(state)
    if state.status is not Status.DRAFT:
        raise AlreadySigned
    if command.guardian_id not in command.guardians:
        raise GuardianNotOfPupil(field="guardian_id")
    today = command.given.today
    if command.signed_on > today:
        raise SignedInTheFuture(field="signed_on", signed_on=command.signed_on)
    recognised_on = command.hardship_recognised_on
    if recognised_on > today or school_year(recognised_on) != state.year:
        raise HardshipNotRecognisedThisYear(field="hardship_recognised_on", recognised_on=recognised_on, year=state.year)
    return [
        ApplicationSigned(
            application_id=state.application_id,
            pupil_id=state.pupil_id,
            guardian_id=command.guardian_id,
            signed_on=command.signed_on,
            hardship_recognised_on=recognised_on,
            taken_by=OfficerId(command.given.actor),
            on_behalf_of=None if command.given.on_behalf_of is None else OfficerId(command.given.on_behalf_of),
        )
    ]
