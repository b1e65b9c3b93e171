"""What the head of a school does about a child missing for days: goes there with the team, reports to bureau and township."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uuid6 import uuid7

from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import OfficerId, PupilId, ReportId, VisitId
from services.registry import queries
from services.registry.api import access_log
from services.registry.api import dues_schemas as schemas
from services.registry.api.acting import act_on_pupil
from services.registry.api.scope import REPORT_READERS, SCHOOL_LEADERS, acting_as, masked_names, may_know_causes
from services.registry.domain.absence_reports import WriteAbsenceReport
from services.registry.domain.errors import NoSuchReport
from services.registry.domain.places import report_text, visit_words
from services.registry.domain.pupil import PUPIL
from services.registry.domain.purposes import Purpose
from services.registry.domain.school import SCHOOL
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.domain.teams import Visitor, visitor
from services.registry.projections.children import ABSENCE_REPORT_ROWS

DUES = Blueprint("dues", __name__, description="校长带队家访、书面报告 · what the school owes a missing child")


@DUES.route("/pupils/<pupil_id>/visits", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@DUES.arguments(schemas.SchoolVisitForm)
@DUES.response(201, schemas.SchoolVisitAnswer)
def record_visit(body: Mapping[str, Any], pupil_id: str) -> Any:
    """登记校长带队家访（立案之后在个案中登记）· A visit by the principal's team; once there is a case, it is recorded there."""
    visit_id, by = VisitId(str(uuid7())), OfficerId(current_caller().officer_id)

    def command(turn: Turn) -> RecordSchoolVisit:
        return RecordSchoolVisit(
            visit_id=visit_id,
            pupil_id=PupilId(pupil_id),
            visited_on=body["visited_on"],
            result=body["result"],
            by_officer_id=by,
            visitors=tuple(_visitors(turn, pupil_id, body["visitors"] or (by,), body)),
            met_child=body["met_child"],
            words=turn.seal(pupil_id, visit_words(visit_id), body["words"]),
        )

    return act_on_pupil(SCHOOL_LEADERS, pupil_id, command, status=201, visit_id=visit_id)


def _visitors(turn: Turn, pupil_id: str, named: Sequence[str], body: Mapping[str, Any]) -> Iterator[Visitor]:
    """Each once, by the posts that they held on the day of the visit."""
    child, _ = turn.state(PUPIL, pupil_id)
    school, _ = turn.state(SCHOOL, child.school_id)
    central = school.described.central_school_id if school.described else None
    schools = [each for each in (child.school_id, central) if each is not None]
    for officer_id in dict.fromkeys(named):
        posts = turn.rows(APPOINTMENT_ROWS, officer_id=officer_id)
        yield visitor(OfficerId(officer_id), posts, schools, body["visited_on"])


# --- the report ---------------------------------------------------------------------------------------------------------


@DUES.route("/pupils/<pupil_id>/reports", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@DUES.arguments(schemas.ReportForm)
@DUES.response(201, schemas.ReportAnswer)
def write_report(body: Mapping[str, Any], pupil_id: str) -> Any:
    """书面报告教育局和乡镇 · The absence is reported in writing to the bureau and to the child's township."""
    report_id, by = ReportId(str(uuid7())), OfficerId(current_caller().officer_id)

    def command(turn: Turn) -> WriteAbsenceReport:
        sealed = turn.seal(pupil_id, report_text(report_id), body["report"])
        return WriteAbsenceReport(report_id=report_id, pupil_id=PupilId(pupil_id), by_officer_id=by, report=sealed)

    return act_on_pupil(SCHOOL_LEADERS, pupil_id, command, status=201, report_id=report_id)


@DUES.route("/reports", methods=["GET"])
@allowed(*REPORT_READERS)
@DUES.arguments(schemas.ReportsQuery, location="query")
@DUES.response(200, schemas.ReportsPage)
def reports(query: Mapping[str, Any]) -> dict[str, Any]:
    """缺课书面报告目录，姓名脱敏 · The reports of the own school, or addressed to the caller; names are masked."""
    found = queries.reports(acting_as(REPORT_READERS), query["pupil_id"])
    listed = page(current_service().engine, found, keys=queries.REPORT_KEYS, asked=query, descending=True)
    names = masked_names(item["pupil_id"] for item in listed["items"])
    for item in listed["items"]:
        item["name"] = names.get(item["pupil_id"])
    return listed


@DUES.route("/reports/<report_id>", methods=["GET"])
@allowed(*REPORT_READERS)
@DUES.response(200, schemas.ReportShown)
def report(report_id: str) -> dict[str, Any]:
    """一份报告的内容；查阅留痕 · What one report says; that it was read is logged before it is opened."""
    service, caller = current_service(), acting_as(REPORT_READERS)
    stored = queries.report(service.engine, caller, report_id)
    if stored is None:
        raise NoSuchReport
    row = ABSENCE_REPORT_ROWS.read_form(dict(stored))
    if not may_know_causes(row.pupil_id):
        return {**stored, "name": masked_names([row.pupil_id]).get(row.pupil_id), "report": None}
    read = access_log.Shown(row.pupil_id, plain=frozenset({"report"}), masked=frozenset())
    reason = access_log.Reason(Purpose.ABSENCE_REPORT)
    service.turns.run(lambda turn: access_log.write(turn, service.engine, caller, reason, [read]))
    name = masked_names([row.pupil_id]).get(row.pupil_id)
    return {**stored, "name": name, "report": service.keyring.read(row.report, report_text(row.report_id))}
