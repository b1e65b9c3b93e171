"""The county's calendars and numbers, and its own lists from files."""

from __future__ import annotations

from typing import Any

import msgspec

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT
from services.chassis.decider import Term
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.acting import act
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.codes import Role
from services.identity import queries
from services.identity.adapters.county_import import Known, apply, commands_in, rows_of
from services.identity.api import schemas
from services.identity.domain.county import PublishCalendar, SetPolicy

COUNTY = Blueprint("county", __name__, description="日历、政策、名录导入 · calendars, numbers, the county's lists")


@COUNTY.route("/calendars/<calendar_id>", methods=["POST"])
@allowed(Role.BUREAU_CLERK, Role.BUREAU_LEAD)
@COUNTY.arguments(schemas.CalendarForm)
@COUNTY.response(201, schemas.IdAnswer)
def publish_calendar(body: dict[str, Any], calendar_id: str) -> Any:
    """发布日历 · Publish days of a calendar (`government`, `schools`, or a school's id)."""
    if calendar_id not in (GOVERNMENT, ALL_SCHOOLS):
        queries.body(current_service().engine, calendar_id)
    county = current_service().turns.county.code

    def publishing(turn: Turn, context: Context) -> dict[str, Any]:
        command = PublishCalendar(county=county, calendar_id=calendar_id, edition=body["edition"], days=body["days"])
        turn.execute(command, context)
        return {"id": calendar_id}

    return act(publishing, status=201)


@COUNTY.route("/policies/<code>", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@COUNTY.arguments(schemas.PolicyForm)
@COUNTY.response(201, schemas.IdAnswer)
def set_policy(body: dict[str, Any], code: str) -> Any:
    """设定政策数值 · Set one of the county's numbers: `number` or `term`."""
    value: int | Term = body["number"] if "number" in body else body["term"]
    county = current_service().turns.county.code

    def setting(turn: Turn, context: Context) -> dict[str, Any]:
        turn.execute(SetPolicy(county=county, code=code, value=value, source=body["source"]), context)
        return {"id": code}

    return act(setting, status=201)


@COUNTY.route("/policies", methods=["GET"])
@signed_in
@COUNTY.response(200)
def policies() -> dict[str, Any]:
    """已设定的政策数值 · The numbers that the county has set (others hold by their defaults)."""
    return {"items": msgspec.to_builtins(dict(current_service().turns.county.policies))}


@COUNTY.route("/imports", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN)
@COUNTY.arguments(schemas.CountyFile, location="files")
@COUNTY.arguments(schemas.CountyFileForm, location="form")
@COUNTY.response(201, schemas.CountyFileAnswer)
def import_county_file(files: dict[str, Any], form: dict[str, Any]) -> Any:
    """导入单位、人员、日历 · Import the county's lists; a bad row refuses the whole file, every bad row is named."""
    service = current_service()
    known = Known(
        county=service.turns.county.code,
        body_of=queries.body_codes(service.engine).get,
        today=service.today,
        authority=queries.authority(service.engine, current_caller()),
    )
    with service.uploads.one():
        commands = commands_in(files["file"].read(), form["kind"], form["edition"], known)

        def importing(turn: Turn, context: Context) -> dict[str, Any]:
            return {"kind": form["kind"], "rows": rows_of(commands), "changed": apply(turn, commands, context)}

        return act(importing, status=201)
