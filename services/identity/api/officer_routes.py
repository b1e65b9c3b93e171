"""Bodies and officers of the county, and to what they are appointed."""

from __future__ import annotations

from typing import Any

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.acting import act
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Role
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId
from services.identity import queries
from services.identity.api import schemas
from services.identity.api.pages import officer_shown
from services.identity.domain.officer import AppointOfficer, EndAppointment, appointment_id
from services.identity.projections import CLIENT_ROWS
from services.identity.storage.tables import BODIES
from services.identity.storage.tables import OFFICERS as OFFICER_TABLE

OFFICERS = Blueprint("officers", __name__, description="单位、人员、任职 · bodies, officers, appointments")


@OFFICERS.route("/bodies", methods=["GET"])
@signed_in
@OFFICERS.arguments(PageQuery, location="query")
@OFFICERS.response(200, schemas.BodiesPage)
def bodies(query: dict[str, Any]) -> dict[str, Any]:
    """单位名录 · The bodies of the county."""
    return page(current_service().engine, queries.bodies(), keys=(BODIES.c.code,), asked=query)


@OFFICERS.route("/officers", methods=["GET"])
@signed_in
@OFFICERS.arguments(schemas.OfficersQuery, location="query")
@OFFICERS.response(200, schemas.OfficersPage)
def officers(query: dict[str, Any]) -> dict[str, Any]:
    """工作人员名录 · The officers of the county."""
    select = queries.officers()
    if query.get("body_id"):
        select = select.where(OFFICER_TABLE.c.body_id == query["body_id"])
    return page(current_service().engine, select, keys=(OFFICER_TABLE.c.staff_number,), asked=query)


@OFFICERS.route("/officers/<officer_id>", methods=["GET"])
@signed_in
@OFFICERS.response(200, schemas.OfficerWithAppointments)
def officer(officer_id: str) -> dict[str, Any]:
    """一名工作人员及任职 · One officer with appointments."""
    return officer_shown(officer_id)


@OFFICERS.route("/officers/<officer_id>/appointments", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD, Role.COUNTY_LEADER)
@OFFICERS.arguments(schemas.AppointmentForm)
@OFFICERS.response(201, schemas.IdAnswer)
def appoint(body: dict[str, Any], officer_id: str) -> Any:
    """任命 · Appoint an officer."""
    service = current_service()
    registered = queries.body(service.engine, body["body_id"])
    authority = queries.authority(service.engine, current_caller())
    appointment = appointment_id(officer_id, Role(body["role"]), body["body_id"], body["class_id"])

    def appointing(turn: Turn, context: Context) -> dict[str, Any]:
        is_system = bool(turn.rows(CLIENT_ROWS, officer_id=officer_id))
        command = AppointOfficer(
            officer_id=OfficerId(officer_id),
            appointment_id=appointment,
            role=Role(body["role"]),
            body_id=BodyId(body["body_id"]),
            body_kind=registered.kind,
            division=registered.division,
            from_on=body["from_on"],
            class_id=ClassId(body["class_id"]) if body["class_id"] else None,
            department=registered.desk_department if is_system else registered.department,
            is_system=is_system,
            authority=authority,
        )
        turn.execute(command, context)
        return {"id": appointment}

    return act(appointing, status=201)


@OFFICERS.route("/officers/<officer_id>/appointments/<appointment_id>:end", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD, Role.COUNTY_LEADER)
@OFFICERS.arguments(schemas.EndForm)
@OFFICERS.response(200, schemas.IdAnswer)
def end_appointment(body: dict[str, Any], officer_id: str, appointment_id: str) -> Any:
    """免职 · End an appointment; its cases are handed over."""
    authority = queries.authority(current_service().engine, current_caller())

    def ending(turn: Turn, context: Context) -> dict[str, Any]:
        command = EndAppointment(
            officer_id=OfficerId(officer_id),
            appointment_id=AppointmentId(appointment_id),
            until_on=body["until_on"],
            authority=authority,
        )
        turn.execute(command, context)
        return {"id": appointment_id}

    return act(ending)
