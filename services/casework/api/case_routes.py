"""Reading cases: lists, one case with its timeline, and the alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from services.casework import queries
from services.casework.api import access_log, case_schemas
from services.casework.api.pages import case_detail, case_item, hidden_events
from services.casework.api.scope.cases import case_scope, is_for, reads_words, restricted_seen
from services.casework.api.scope.roles import BUREAU, CASE_READERS, LIST_READERS, ONE_CASE_READERS
from services.casework.domain.errors import NoSuchCase
from services.casework.projections import CASE_ROWS
from services.casework.storage.tables import CASES as CASE_TABLE
from services.chassis.web.access import allowed
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page

log = structlog.get_logger()

CASES = Blueprint("cases", __name__, description="个案与预警 · cases and alarms")


@CASES.route("/cases", methods=["GET"])
@allowed(*LIST_READERS)
@CASES.arguments(case_schemas.CasesQuery, location="query")
@CASES.response(200, case_schemas.CasesPage)
def cases(query: dict[str, Any]) -> dict[str, Any]:
    """个案列表 · The cases that the caller may see, newest first."""
    service, caller = current_service(), current_caller()
    today = service.today
    select = queries.cases(case_scope(caller), query, sees_restricted=caller.holds(*BUREAU))

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        return case_item(CASE_ROWS.read_form(stored), caller, today)

    keys = (CASE_TABLE.c.opened_on, CASE_TABLE.c.case_id)
    return page(service.engine, select, keys=keys, asked=query, item=shown, descending=True)


@CASES.route("/cases/<key>", methods=["GET"])
@allowed(*ONE_CASE_READERS)
@CASES.response(200, case_schemas.CaseDetail)
def case(key: str) -> Any:
    """一案一档（按编号或标识）· One case by its number or id, with its timeline; texts for those who may read them."""
    service, caller = current_service(), current_caller()
    row, today = queries.case(service.engine, key), service.today
    if row is None:
        raise NoSuchCase
    central = queries.central_school(service.engine, row.school_id)
    if not is_for(caller, ONE_CASE_READERS, row, central, today):
        raise NoSuchCase
    log.info("case_read", case_id=row.case_id, officer_id=caller.officer_id, texts=reads_words(caller, row, central, today))
    seen = row.version - hidden_events(service, row, caller, today)
    shown = case_detail(service, row, caller, central, today)
    access_log.write(service, caller, row, shown["timeline"])
    return versioned(shown, seen)


@CASES.route("/alarms", methods=["GET"])
@allowed(*CASE_READERS)
@CASES.arguments(case_schemas.AlarmsQuery, location="query")
@CASES.response(200, case_schemas.AlarmsPage)
def alarms(query: dict[str, Any]) -> dict[str, Any]:
    """预警：无责任人、难案、复辍、回访、措施、复核、超龄、协办 · What somebody has to look at now, oldest first."""
    service, caller = current_service(), current_caller()
    seen = None if caller.holds(*BUREAU) else restricted_seen(service.engine, caller, service.today)
    select, keys = queries.alarms(case_scope(caller), service.today, query["kind"], restricted_seen=seen)
    return page(service.engine, select, keys=keys, asked=query)
