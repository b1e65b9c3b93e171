"""The routes of casework: reading cases, alarms and the tables of the field; acts and duties stand on pages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
import structlog

from services.casework import queries
from services.casework.api import schemas
from services.casework.api.case_acts import ACTS
from services.casework.api.closing_acts import CLOSING
from services.casework.api.duty_routes import DUTIES
from services.casework.api.duty_schemas import Tables
from services.casework.api.pages import case_detail, case_item, finding_shown
from services.casework.api.scope import BUREAU, CASE_READERS, case_scope, is_for, reads_words
from services.casework.domain.causes import CAUSES
from services.casework.domain.duty_kinds import DEPARTMENTS, DUTY_KINDS, findings_of
from services.casework.domain.errors import NoSuchCase
from services.casework.domain.outcomes import OUTCOMES
from services.casework.projections import CASE_ROWS
from services.casework.storage.tables import CASES
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Role

log = structlog.get_logger()

READING = Blueprint("cases", __name__, description="个案、预警、代码表 · cases, alarms, the tables of the field")

BLUEPRINTS = (READING, ACTS, CLOSING, DUTIES)


@READING.route("/cases", methods=["GET"])
@allowed(*CASE_READERS)
@READING.arguments(schemas.CasesQuery, location="query")
@READING.response(200, schemas.CasesPage)
def cases(query: dict[str, Any]) -> dict[str, Any]:
    """个案列表 · The cases that the caller may see, newest first."""
    service, caller = current_service(), current_caller()
    today = service.today
    select = queries.cases(case_scope(caller), query, sees_restricted=caller.holds(*BUREAU))

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        return case_item(CASE_ROWS.read_form(stored), caller, today)

    keys = (CASES.c.opened_on, CASES.c.case_id)
    return page(service.engine, select, keys=keys, asked=query, item=shown, descending=True)


@READING.route("/cases/<key>", methods=["GET"])
@allowed(*CASE_READERS, Role.TEACHER)
@READING.response(200, schemas.CaseDetail)
def case(key: str) -> Any:
    """一案一档（按编号或标识）· One case by its number or id, with its timeline; texts for those who may read them."""
    service, caller = current_service(), current_caller()
    row, today = queries.case(service.engine, key), service.today
    if row is None:
        raise NoSuchCase
    central = queries.central_school(service.engine, row.school_id)
    if not is_for(caller, (*CASE_READERS, Role.TEACHER), row, central, today):
        raise NoSuchCase
    readable = reads_words(caller, row, central, today)
    log.info("case_read", case_id=row.case_id, officer_id=caller.officer_id, texts=readable)
    return versioned(case_detail(service, row, caller, today, readable=readable), row.version)


@READING.route("/alarms", methods=["GET"])
@allowed(*CASE_READERS)
@READING.arguments(schemas.AlarmsQuery, location="query")
@READING.response(200, schemas.AlarmsPage)
def alarms(query: dict[str, Any]) -> dict[str, Any]:
    """预警：无责任人、难案、复辍、回访逾期、复核到期、协办逾期 · What somebody has to look at now, oldest first."""
    service = current_service()
    found = queries.alarms(case_scope(current_caller()), service.today, query["kind"])
    keys = (found.c.since, found.c.kind, found.c.case_id, found.c.duty_id)
    return page(service.engine, sa.select(found), keys=keys, asked=query)


@READING.route("/tables", methods=["GET"])
@signed_in
@READING.response(200, Tables)
def tables() -> dict[str, Any]:
    """代码表：原因与措施、销号结果与佐证、协办事项、部门 · Causes with measures, outcomes with evidence, duties, departments."""
    return {
        "causes": [
            {
                "code": cause,
                "zh": row.zh,
                "en": row.en,
                "county_plan": row.county_plan,
                "restricted": row.restricted,
                "measures": row.measures,
            }
            for cause, row in CAUSES.items()
        ],
        "outcomes": [
            {
                "code": outcome,
                "zh": row.zh,
                "en": row.en,
                "counts_as_returned": row.counts_as_returned,
                "evidence": [{"code": code, "zh": zh, "en": en} for code, (zh, en) in row.evidence.items()],
            }
            for outcome, row in OUTCOMES.items()
        ],
        "duty_kinds": [
            {
                "code": kind,
                "zh": row.zh,
                "en": row.en,
                "evidence_zh": row.evidence_zh,
                "evidence_en": row.evidence_en,
                "findings": [finding_shown(finding) for finding in findings_of(kind)],
            }
            for kind, row in DUTY_KINDS.items()
        ],
        "departments": [{"code": code, "zh": zh, "en": en} for code, (zh, en) in DEPARTMENTS.items()],
    }
