"""A mandatory report is opened by whoever works with the child; the bureau's lead names who may know, corrects, takes it back."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.errors import (
    MandatoryReportWasWithdrawn,
    NamesThemselves,
    NoSuchMandatoryReport,
    OfficerAlreadyPrivy,
    OfficerNotPrivy,
    SignInTheFuture,
)
from services.casework.domain.mandatory_report_state import MandatoryReportEvent, MandatoryReportState, ReportStatus
from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.case_lines import SERVICE_ACTOR
from services.contracts.casework import (
    MandatoryReportCorrected,
    MandatoryReportOfficerNamed,
    MandatoryReportOfficerReleased,
    MandatoryReportOpened,
    MandatoryReportWithdrawn,
    ReleaseReason,
)
from services.contracts.codes import HarmSign
from services.contracts.ids import CaseId, EpisodeId, MandatoryReportId, OfficerId, PupilId


class OpenMandatoryReport(Command, frozen=True):
    """A sign of harm was noticed; it gets the county's next number of the year."""

    report_id: MandatoryReportId
    pupil_id: PupilId
    sign: HarmSign
    division: str
    noticed_on: date
    words: Sealed[str]
    case_id: CaseId | None = None
    episode_id: EpisodeId | None = None


class NameReportOfficer(Command, frozen=True):
    """Another officer may know of it."""

    report_id: MandatoryReportId
    officer_id: OfficerId


class ReleaseReportOfficer(Command, frozen=True):
    """An officer may know of it no more."""

    report_id: MandatoryReportId
    officer_id: OfficerId
    reason: ReleaseReason


class CorrectMandatoryReport(Command, frozen=True):
    """It was another sign."""

    report_id: MandatoryReportId
    sign: HarmSign
    reason: Sealed[str]


class WithdrawMandatoryReport(Command, frozen=True):
    """It was made by mistake."""

    report_id: MandatoryReportId
    reason: Sealed[str]


ReportingCommand = OpenMandatoryReport | NameReportOfficer | ReleaseReportOfficer | CorrectMandatoryReport | WithdrawMandatoryReport


def report_number(year: int, number: int) -> str:
    """`M2026-0001`: county-unique, never used again, without gaps in a year."""
    return f"M{year}-{number:04d}"


def decide(state: MandatoryReportState, command: ReportingCommand) -> list[MandatoryReportEvent]:
    match command:
        case OpenMandatoryReport():
            return [] if state.opened is not None else [_opened(command)]
        case NameReportOfficer():
            return _named(state, command)
        case ReleaseReportOfficer():
            return _released(state, command)
        case CorrectMandatoryReport():
            return _corrected(state, command)
        case WithdrawMandatoryReport():
            return _withdrawn(state, command)
        case _:
            assert_never(command)


def standing(state: MandatoryReportState) -> MandatoryReportOpened:
    """The report, answered or not; raises NoSuchMandatoryReport, MandatoryReportWasWithdrawn."""
    if state.opened is None:
        raise NoSuchMandatoryReport
    if state.status is ReportStatus.WITHDRAWN:
        raise MandatoryReportWasWithdrawn
    return state.opened


def _opened(command: OpenMandatoryReport) -> MandatoryReportOpened:
    if command.given.number is None:
        raise ValueError("OpenMandatoryReport needs the next number of its counter")
    if command.noticed_on > command.given.today:
        raise SignInTheFuture(field="noticed_on", day=command.noticed_on)
    return MandatoryReportOpened(
        report_id=command.report_id,
        pupil_id=command.pupil_id,
        number=report_number(command.given.today.year, command.given.number),
        sign=command.sign,
        division=command.division,
        noticed_on=command.noticed_on,
        opened_at=command.given.now,
        by_officer_id=OfficerId(command.given.actor),
        words=command.words,
        case_id=command.case_id,
        episode_id=command.episode_id,
    )


def _named(state: MandatoryReportState, command: NameReportOfficer) -> list[MandatoryReportEvent]:
    """Nobody names themselves or whom they stand in for: what a post tells ends with the post, a name would stay."""
    report, given = standing(state), command.given
    if command.officer_id in (given.actor, given.on_behalf_of):
        raise NamesThemselves(field="officer_id")
    if command.officer_id in state.officers:
        raise OfficerAlreadyPrivy(field="officer_id")
    if command.officer_id in state.released and given.actor.startswith(SERVICE_ACTOR):
        return []  # whom the lead shut out is not let in again by a clock
    return [
        MandatoryReportOfficerNamed(report_id=report.report_id, pupil_id=report.pupil_id, officer_id=command.officer_id)
    ]  # fmt: skip


def _released(state: MandatoryReportState, command: ReleaseReportOfficer) -> list[MandatoryReportEvent]:
    report = standing(state)
    if command.officer_id in state.released:
        return []
    if command.officer_id not in state.officers:
        raise OfficerNotPrivy(field="officer_id")
    return [
        MandatoryReportOfficerReleased(
            report_id=report.report_id,
            pupil_id=report.pupil_id,
            officer_id=command.officer_id,
            by_officer_id=OfficerId(command.given.actor),
            reason=command.reason,
        )
    ]


def _corrected(state: MandatoryReportState, command: CorrectMandatoryReport) -> list[MandatoryReportEvent]:
    report = standing(state)
    if command.sign is state.sign:
        return []
    return [
        MandatoryReportCorrected(
            report_id=report.report_id,
            pupil_id=report.pupil_id,
            sign=command.sign,
            by_officer_id=OfficerId(command.given.actor),
            reason=command.reason,
        )
    ]


def _withdrawn(state: MandatoryReportState, command: WithdrawMandatoryReport) -> list[MandatoryReportEvent]:
    if state.status is ReportStatus.WITHDRAWN:
        return []
    report = standing(state)
    return [
        MandatoryReportWithdrawn(
            report_id=report.report_id,
            pupil_id=report.pupil_id,
            by_officer_id=OfficerId(command.given.actor),
            reason=command.reason,
        )
    ]
