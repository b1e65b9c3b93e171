"""A mandatory report 强制报告 to the police: opened → acknowledged → answered; reminded, escalated, recalled; withdrawn."""

from __future__ import annotations

from typing import assert_never

from services.casework.domain import report_answering, reporting
from services.casework.domain.mandatory_report_state import MandatoryReportEvent, MandatoryReportState, evolve
from services.casework.domain.report_answering import (
    AcknowledgeMandatoryReport,
    AnswerMandatoryReport,
    EscalateMandatoryReport,
    RecallMandatoryReport,
    RemindOfMandatoryReport,
    ReportAnsweringCommand,
)
from services.casework.domain.reporting import (
    CorrectMandatoryReport,
    NameReportOfficer,
    OpenMandatoryReport,
    ReleaseReportOfficer,
    ReportingCommand,
    WithdrawMandatoryReport,
)
from services.chassis.decider import Decider

MandatoryReportCommand = ReportingCommand | ReportAnsweringCommand


def decide(state: MandatoryReportState, command: MandatoryReportCommand) -> list[MandatoryReportEvent]:
    match command:
        case (
            OpenMandatoryReport()
            | NameReportOfficer()
            | ReleaseReportOfficer()
            | CorrectMandatoryReport()
            | WithdrawMandatoryReport()
        ):
            return reporting.decide(state, command)
        case (
            AcknowledgeMandatoryReport()
            | AnswerMandatoryReport()
            | RemindOfMandatoryReport()
            | EscalateMandatoryReport()
            | RecallMandatoryReport()
        ):
            return report_answering.decide(state, command)
        case _:
            assert_never(command)


MANDATORY_REPORT: Decider[MandatoryReportState, MandatoryReportCommand, MandatoryReportEvent] = Decider(
    kind="mandatory_report",
    commands=(
        OpenMandatoryReport,
        NameReportOfficer,
        ReleaseReportOfficer,
        CorrectMandatoryReport,
        WithdrawMandatoryReport,
        AcknowledgeMandatoryReport,
        AnswerMandatoryReport,
        RemindOfMandatoryReport,
        EscalateMandatoryReport,
        RecallMandatoryReport,
    ),
    initial=MandatoryReportState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.report_id,
    partition_of=lambda state: state.opened.pupil_id if state.opened else "",
    correlation_of=lambda state: state.opened.episode_id if state.opened else None,
    deadlines=report_answering.deadlines,
    numbers={OpenMandatoryReport: "mandatory_report"},
)
