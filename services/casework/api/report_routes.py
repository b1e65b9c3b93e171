"""Mandatory reports 强制报告 over HTTP: opened by whoever works with children, seen by the few named, answered by the police."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from uuid6 import uuid7

from services.casework import queries
from services.casework.api import access_log
from services.casework.api import report_schemas as schemas
from services.casework.api.acting import act_on_report, officer, sealed
from services.casework.api.pages import report_detail, report_item
from services.casework.api.schemas import ReasonForm
from services.casework.api.scope.reports import may_see_report, reads_answer, report_scope
from services.casework.api.scope.roles import REPORT_ANSWERERS, REPORTERS
from services.casework.domain.errors import NoSuchChild, NoSuchMandatoryReport
from services.casework.domain.mandatory_report import MANDATORY_REPORT
from services.casework.domain.places import place
from services.casework.domain.report_answering import AcknowledgeMandatoryReport, AnswerMandatoryReport
from services.casework.domain.reporting import (
    CorrectMandatoryReport,
    NameReportOfficer,
    OpenMandatoryReport,
    ReleaseReportOfficer,
    WithdrawMandatoryReport,
)
from services.casework.projections import CASE_ROWS, CHILD_ROWS
from services.casework.storage.rows import CaseRow, MandatoryReportRow, Standing
from services.casework.storage.tables import MANDATORY_REPORTS
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import Answered, act, versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.casework import (
    MandatoryReportAnswered,
    MandatoryReportCorrected,
    MandatoryReportOpened,
    MandatoryReportWithdrawn,
)
from services.contracts.codes import Role
from services.contracts.ids import MandatoryReportId, OfficerId, PupilId

log = structlog.get_logger()

REPORTS = Blueprint("mandatory_reports", __name__, description="强制报告 · mandatory reports to public security")


@REPORTS.route("/mandatory-reports", methods=["POST"])
@allowed(*REPORTERS)
@REPORTS.arguments(schemas.ReportForm)
@REPORTS.response(201, schemas.ReportAnswer)
def open_report(body: dict[str, Any]) -> Any:
    """强制报告（立即送公安；其他人无从得知）· A sign of harm goes to the police at once; nobody but the few named learns of it."""
    report_id = MandatoryReportId(str(uuid7()))

    def opening(turn: Turn, context: Context) -> Answered:
        turn.execute(_opened(turn, report_id, body), context)
        state, version = turn.state(MANDATORY_REPORT, report_id)
        return Answered({"report_id": report_id, "number": state.opened.number, "status": state.status}, etag=version)

    return act(opening, status=201)


def _opened(turn: Turn, report_id: MandatoryReportId, body: Mapping[str, Any]) -> OpenMandatoryReport:
    """About a child that is or was on a roll, or has a case; raises NoSuchChild."""
    pupil_id = PupilId(body["pupil_id"])
    cases: list[CaseRow] = turn.rows(CASE_ROWS, pupil_id=pupil_id)
    if not cases and turn.row(CHILD_ROWS, pupil_id) is None:
        raise NoSuchChild(field="pupil_id")
    case = next((each for each in cases if each.standing is Standing.OPEN), None)
    return OpenMandatoryReport(
        report_id=report_id,
        pupil_id=pupil_id,
        sign=body["sign"],
        division=current_service().turns.county.code,
        noticed_on=body["noticed_on"],
        words=turn.seal(pupil_id, place(MandatoryReportOpened, report_id, "words"), body["words"]),
        case_id=None if case is None else case.case_id,
        episode_id=None if case is None else case.episode_id,
    )


@REPORTS.route("/mandatory-reports", methods=["GET"])
@allowed(*REPORTERS)
@REPORTS.arguments(schemas.ReportsQuery, location="query")
@REPORTS.response(200, schemas.ReportsPage)
def reports(query: dict[str, Any]) -> dict[str, Any]:
    """本人可查看的强制报告（waiting=true 为待公安接报或答复）· The caller's reports; `waiting` for the police."""
    keys = (MANDATORY_REPORTS.c.opened_at, MANDATORY_REPORTS.c.report_id)
    select = queries.mandatory_reports(report_scope(current_caller()), query["status"], waiting=query["waiting"])

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        return report_item(queries.mandatory_report_row(stored))

    return page(current_service().engine, select, keys=keys, asked=query, item=shown, descending=True)


@REPORTS.route("/mandatory-reports/<key>", methods=["GET"])
@allowed(*REPORTERS)
@REPORTS.response(200, schemas.ReportDetail)
def report(key: str) -> Any:
    """一件强制报告（按编号或标识）· One report by its number or id, with its words."""
    service, caller = current_service(), current_caller()
    row = queries.mandatory_report(service.engine, key)
    if row is None or not may_see_report(caller, row):
        raise NoSuchMandatoryReport
    log.info("mandatory_report_read", report_id=row.report_id, officer_id=caller.officer_id)
    shown = report_detail(service, row, reads_answer=reads_answer(caller, row))
    access_log.write(service, caller, row, shown["timeline"])
    return versioned(shown, row.version)


@REPORTS.route("/mandatory-reports/<key>:acknowledge", methods=["POST"])
@allowed(*REPORT_ANSWERERS)
@REPORTS.response(200, schemas.ReportAnswer)
def acknowledge_report(key: str) -> Any:
    """公安接报（教育局可代录）· The police have it."""
    return act_on_report(key, lambda _turn, row: AcknowledgeMandatoryReport(report_id=row.report_id), answering=True)


@REPORTS.route("/mandatory-reports/<key>:answer", methods=["POST"])
@allowed(*REPORT_ANSWERERS)
@REPORTS.arguments(schemas.PoliceAnswerForm)
@REPORTS.response(200, schemas.ReportAnswer)
def answer_report(body: dict[str, Any], key: str) -> Any:
    """公安答复（代录须注明书面回复）· The police answer: may the family be approached again, or is that still held?"""

    def command(turn: Turn, row: MandatoryReportRow) -> AnswerMandatoryReport:
        words = sealed(turn, row, MandatoryReportAnswered, body, "answer", "evidence_name")
        return AnswerMandatoryReport(report_id=row.report_id, hold=body["hold"], **words)

    return act_on_report(key, command, answering=True)


@REPORTS.route("/mandatory-reports/<key>/officers", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@REPORTS.arguments(schemas.ReportOfficerForm)
@REPORTS.response(200, schemas.ReportAnswer)
def name_report_officer(body: dict[str, Any], key: str) -> Any:
    """指定知情人员 · Another officer may know of it."""

    def command(turn: Turn, row: MandatoryReportRow) -> NameReportOfficer:
        officer(turn, body["officer_id"], "officer_id")
        return NameReportOfficer(report_id=row.report_id, officer_id=OfficerId(body["officer_id"]))

    return act_on_report(key, command)


@REPORTS.route("/mandatory-reports/<key>/officers:release", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@REPORTS.arguments(schemas.ReportReleaseForm)
@REPORTS.response(200, schemas.ReportAnswer)
def release_report_officer(body: dict[str, Any], key: str) -> Any:
    """取消知情人员并说明理由 · An officer, the reporter too, may know of it no more."""

    def command(_turn: Turn, row: MandatoryReportRow) -> ReleaseReportOfficer:
        return ReleaseReportOfficer(report_id=row.report_id, officer_id=OfficerId(body["officer_id"]), reason=body["reason"])

    return act_on_report(key, command)


@REPORTS.route("/mandatory-reports/<key>:correct", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@REPORTS.arguments(schemas.CorrectionForm)
@REPORTS.response(200, schemas.ReportAnswer)
def correct_report(body: dict[str, Any], key: str) -> Any:
    """更正报告情形并说明理由 · It was another sign; says why."""

    def command(turn: Turn, row: MandatoryReportRow) -> CorrectMandatoryReport:
        reason = sealed(turn, row, MandatoryReportCorrected, body, "reason")
        return CorrectMandatoryReport(report_id=row.report_id, sign=body["sign"], **reason)

    return act_on_report(key, command)


@REPORTS.route("/mandatory-reports/<key>:withdraw", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@REPORTS.arguments(ReasonForm)
@REPORTS.response(200, schemas.ReportAnswer)
def withdraw_report(body: dict[str, Any], key: str) -> Any:
    """撤销误报并说明理由 · It was made by mistake; says why."""

    def command(turn: Turn, row: MandatoryReportRow) -> WithdrawMandatoryReport:
        reason = sealed(turn, row, MandatoryReportWithdrawn, body, "reason")
        return WithdrawMandatoryReport(report_id=row.report_id, **reason)

    return act_on_report(key, command)
