"""The routes of oversight: trace, summary, distribution, alarms, anchors. All of them only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.chassis.web.tokens import OPERATOR
from services.contracts.codes import Role
from services.contracts.labels.states import ALARMS
from services.contracts.services import SERVICES
from services.oversight import queries
from services.oversight.api import schemas
from services.oversight.api.scope import READERS, TRACE_READERS, children_scope, scope_of
from services.oversight.domain.errors import NoSuchService
from services.oversight.domain.policies import SMALLEST_CELL

ROUTES = Blueprint("oversight", __name__, description="追溯、汇总、分布、预警 · trace, summary, distribution, alarms")

BLUEPRINTS = (ROUTES,)


@ROUTES.route("/trace/<reference>", methods=["GET"])
@allowed(*TRACE_READERS, Role.DEPARTMENT_OFFICER)
@ROUTES.response(200, schemas.TraceAnswer)
def trace_(reference: str) -> dict[str, Any]:
    """追溯：谁、何时、何事、因何 · The chain of a case or duty number, a pupil, application, text or event, over all services."""
    return queries.trace(current_service().engine, reference, scope_of(current_caller(), TRACE_READERS))


@ROUTES.route("/summary", methods=["GET"])
@allowed(*READERS)
@ROUTES.response(200, schemas.SummaryAnswer)
def summary_() -> dict[str, Any]:
    """汇总 · The county, or the caller's part of it, in numbers."""
    service = current_service()
    return queries.summary(service.engine, children_scope(), service.today)


@ROUTES.route("/distribution", methods=["GET"])
@allowed(*READERS)
@ROUTES.arguments(schemas.DistributionQuery, location="query")
@ROUTES.response(200, schemas.DistributionAnswer)
def distribution_(query: dict[str, Any]) -> dict[str, Any]:
    """分布 · The children in the ledgers by cause, grade, township, school, sex or group."""
    service = current_service()
    smallest = service.turns.county.value(SMALLEST_CELL)
    return {"by": query["by"], "items": queries.distribution(service.engine, children_scope(), query["by"], smallest)}


@ROUTES.route("/alarms", methods=["GET"])
@allowed(*READERS)
@ROUTES.arguments(schemas.AlarmsQuery, location="query")
@ROUTES.response(200, schemas.AlarmsPage)
def alarms_(query: dict[str, Any]) -> dict[str, Any]:
    """预警 · The open alarms, the oldest first."""

    def shown(row: Mapping[str, Any]) -> dict[str, Any]:
        zh, en = ALARMS[row["kind"]]
        return {**row, "zh": zh, "en": en}

    select = queries.open_alarms(children_scope(), query["kind"])
    return page(current_service().engine, select, keys=queries.order(select), asked=query, item=shown)


@ROUTES.route("/anchors/<service>", methods=["GET"])
@allowed(Role.BUREAU_LEAD, Role.OPERATOR, services=(OPERATOR,))
@ROUTES.arguments(schemas.AnchorsQuery, location="query")
@ROUTES.response(200, schemas.AnchorsAnswer)
def anchors_(query: dict[str, Any], service: str) -> dict[str, Any]:
    """锚点：各服务签署的检查点 · The signed checkpoints of a service, held outside of its database, page by page."""
    if service not in SERVICES:
        raise NoSuchService(service=service)
    engine = current_service().engine
    last = queries.last_anchor(engine, service)
    held = queries.anchors_behind(engine, service, query["after"])
    return {"service": service, "items": [msgspec.to_builtins(each) for each in held], "last": last}
