"""The answer of the police to a mandatory report, and what the clock does as long as there is none: by day and night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from services.casework.domain.errors import MandatoryReportAlreadyAnswered, PoliceReplyNotCited
from services.casework.domain.mandatory_report_state import MandatoryReportEvent, MandatoryReportState, ReportStatus
from services.casework.domain.policies import ESCALATE_UNACKNOWLEDGED, ESCALATE_UNANSWERED, RECALL, REMIND
from services.casework.domain.reporting import standing
from services.chassis.decider import Command, Deadline, Given
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    MandatoryReportAcknowledged,
    MandatoryReportAnswered,
    MandatoryReportEscalated,
    MandatoryReportOpened,
    MandatoryReportRecalled,
    MandatoryReportReminded,
    Pressing,
)
from services.contracts.codes import Role
from services.contracts.ids import MandatoryReportId, OfficerId

LEADER = Role.COUNTY_LEADER
"""Who is told of a report that nobody acknowledges or answers."""


class AcknowledgeMandatoryReport(Command, frozen=True):
    """The police have it."""

    report_id: MandatoryReportId


class AnswerMandatoryReport(Command, frozen=True):
    """The police answer; with `hold` the family is still not to be approached."""

    report_id: MandatoryReportId
    hold: bool
    answer: Sealed[str] | None = None
    evidence_name: Sealed[str] | None = None


class RemindOfMandatoryReport(Command, frozen=True):
    """Timer: nobody has acknowledged it yet."""

    report_id: MandatoryReportId
    nth: int


class EscalateMandatoryReport(Command, frozen=True):
    """Timer: the next leader is told."""

    report_id: MandatoryReportId
    reason: Pressing


class RecallMandatoryReport(Command, frozen=True):
    """Timer: the answer still holds, and no other has come."""

    report_id: MandatoryReportId
    nth: int


ReportAnsweringCommand = (
    AcknowledgeMandatoryReport | AnswerMandatoryReport | RemindOfMandatoryReport | EscalateMandatoryReport | RecallMandatoryReport
)


def decide(state: MandatoryReportState, command: ReportAnsweringCommand) -> list[MandatoryReportEvent]:
    match command:
        case AcknowledgeMandatoryReport():
            report = standing(state)
            return [_acknowledged(report, command.given)] if state.status is ReportStatus.OPENED else []
        case AnswerMandatoryReport():
            return _answered(state, command)
        case RemindOfMandatoryReport():
            return _reminded(state, command)
        case EscalateMandatoryReport():
            return _escalated(state, command)
        case RecallMandatoryReport():
            return _recalled(state, command)
        case _:
            assert_never(command)


def _acknowledged(report: MandatoryReportOpened, given: Given) -> MandatoryReportAcknowledged:
    return MandatoryReportAcknowledged(
        report_id=report.report_id,
        pupil_id=report.pupil_id,
        acknowledged_at=given.now,
        by_officer_id=OfficerId(given.actor),
        on_behalf_of=given.on_behalf_of,
    )


def _answered(state: MandatoryReportState, command: AnswerMandatoryReport) -> list[MandatoryReportEvent]:
    """An answer that holds persuasion may be followed by another; one that has released it is the last."""
    report, given = standing(state), command.given
    if state.status is ReportStatus.ANSWERED and not state.held:
        raise MandatoryReportAlreadyAnswered
    if given.on_behalf_of is not None and command.evidence_name is None:
        raise PoliceReplyNotCited(field="evidence_name")
    answered = MandatoryReportAnswered(
        report_id=report.report_id,
        pupil_id=report.pupil_id,
        hold=command.hold,
        by_officer_id=OfficerId(given.actor),
        answer=command.answer,
        evidence_name=command.evidence_name,
        on_behalf_of=given.on_behalf_of,
        answered_at=given.now,
    )
    return [_acknowledged(report, given), answered] if state.status is ReportStatus.OPENED else [answered]


def _reminded(state: MandatoryReportState, command: RemindOfMandatoryReport) -> list[MandatoryReportEvent]:
    report = state.opened
    if report is None or state.status is not ReportStatus.OPENED or command.nth != state.reminders + 1:
        return []
    at = _fell_due(command.given)
    return [MandatoryReportReminded(report_id=report.report_id, pupil_id=report.pupil_id, nth=command.nth, reminded_at=at)]


def _escalated(state: MandatoryReportState, command: EscalateMandatoryReport) -> list[MandatoryReportEvent]:
    report = state.opened
    if report is None or command.reason in state.pressed or _waits_for(state) != command.reason:
        return []
    return [
        MandatoryReportEscalated(
            report_id=report.report_id,
            pupil_id=report.pupil_id,
            to_role=LEADER,
            reason=command.reason,
            escalated_at=_fell_due(command.given),
        )
    ]


def _recalled(state: MandatoryReportState, command: RecallMandatoryReport) -> list[MandatoryReportEvent]:
    report = state.opened
    if report is None or not _answer_holds(state) or command.nth != state.recalls + 1:
        return []
    at = _fell_due(command.given)
    return [MandatoryReportRecalled(report_id=report.report_id, pupil_id=report.pupil_id, nth=command.nth, recalled_at=at)]


def _answer_holds(state: MandatoryReportState) -> bool:
    """Whether the police have answered, and the family is still to be left alone."""
    return state.status is ReportStatus.ANSWERED and state.held


def _fell_due(given: Given) -> datetime:
    """When a timer's command was due, however late it is fired."""
    return given.due_at or given.now


def _waits_for(state: MandatoryReportState) -> Pressing | None:
    """What is missing, as long as something is."""
    match state.status:
        case ReportStatus.OPENED:
            return "unacknowledged"
        case ReportStatus.ACKNOWLEDGED:
            return "unanswered"
        case _:
            return None


def deadlines(state: MandatoryReportState) -> Iterator[Deadline]:
    """Reminders until it is acknowledged, and the leader: once for an acknowledgement that does not come, once for an answer.

    An answer that holds is recalled until another releases the family or the report is withdrawn.
    """
    report, waits_for = state.opened, _waits_for(state)
    if report is None:
        return
    if _answer_holds(state):
        nth = state.recalls + 1
        recall = RecallMandatoryReport(report_id=report.report_id, nth=nth)
        yield Deadline(f"recall-{nth}", state.recall_from or report.opened_at, RECALL, recall)
    if waits_for is None:
        return
    if waits_for == "unacknowledged":
        nth = state.reminders + 1
        remind = RemindOfMandatoryReport(report_id=report.report_id, nth=nth)
        yield Deadline(f"remind-{nth}", state.reminded_at or report.opened_at, REMIND, remind)
    if waits_for not in state.pressed:
        escalate = EscalateMandatoryReport(report_id=report.report_id, reason=waits_for)
        term = ESCALATE_UNACKNOWLEDGED if waits_for == "unacknowledged" else ESCALATE_UNANSWERED
        yield Deadline(f"escalate-{waits_for}", state.acknowledged_at or report.opened_at, term, escalate)
