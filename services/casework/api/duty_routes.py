"""The duties of the linked departments over HTTP: each sees and answers its own; others enter written replies for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from services.casework import queries
from services.casework.api import access_log
from services.casework.api import duty_schemas as schemas
from services.casework.api.acting import act_on_duty, sealed
from services.casework.api.pages import duty_detail, duty_item
from services.casework.api.schemas import NoteForm, ReasonForm
from services.casework.api.scope.cases import restricted_seen
from services.casework.api.scope.duties import answers_for, duty_scope, may_see_duty, owes
from services.casework.api.scope.roles import BUREAU, CASE_READERS, DUTY_ANSWERERS, DUTY_READERS
from services.casework.domain.answering import AcceptDecline, AcknowledgeDuty, CompleteDuty, DeclineDuty, ReturnDuty
from services.casework.domain.errors import NoSuchDuty
from services.casework.projections import CASE_ROWS
from services.casework.storage.rows import DutyRow
from services.casework.storage.tables import DUTIES as DUTY_TABLE
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.casework import DeclineAccepted, DutyCompleted, DutyDeclined, DutyReturned
from services.contracts.codes import Role

log = structlog.get_logger()

DUTIES = Blueprint("duties", __name__, description="部门协办事项 · duties of the linked departments")


@DUTIES.route("/duties", methods=["GET"])
@allowed(*DUTY_READERS)
@DUTIES.arguments(schemas.DutiesQuery, location="query")
@DUTIES.response(200, schemas.DutiesPage)
def duties(query: dict[str, Any]) -> dict[str, Any]:
    """协办事项列表 · The duties of the caller's body (all of them for bureau and county leader), newest first."""
    keys = (DUTY_TABLE.c.assigned_on, DUTY_TABLE.c.duty_id)
    service, caller = current_service(), current_caller()
    seen = restricted_seen(service.engine, caller, service.today) if caller.holds(Role.COUNTY_LEADER) else []
    select = queries.duties(duty_scope(caller, seen), query)
    return page(service.engine, select, keys=keys, asked=query, item=duty_item, descending=True)


@DUTIES.route("/duties/<key>", methods=["GET"])
@allowed(*DUTY_READERS)
@DUTIES.response(200, schemas.DutyDetail)
def duty(key: str) -> Any:
    """一件协办事项（按编号或标识）· One duty by its number or id: what is asked, until when, which answers there are."""
    service, caller = current_service(), current_caller()
    stored = queries.duty(service.engine, key)
    if stored is None:
        raise NoSuchDuty
    row = queries.duty_row(stored)
    if not may_see_duty(caller, row, queries.case(service.engine, row.case_id), service.today):
        raise NoSuchDuty
    readable = owes(caller, row) or caller.holds(*BUREAU)
    log.info("duty_read", duty_id=row.duty_id, officer_id=caller.officer_id, texts=readable)
    shown = duty_detail(service, stored, with_case=caller.holds(*CASE_READERS), readable=readable)
    access_log.write(service, caller, row, shown["timeline"])
    return versioned(shown, row.version)


def _answerer() -> Callable[[Turn, DutyRow], str | None]:
    """On whose behalf the caller answers."""
    caller = current_caller()
    return lambda turn, row: answers_for(caller, row, turn.row(CASE_ROWS, row.case_id))


@DUTIES.route("/duties/<key>:acknowledge", methods=["POST"])
@allowed(*DUTY_ANSWERERS)
@DUTIES.response(200, schemas.DutyAnswer)
def acknowledge(key: str) -> Any:
    """签收 · The department has seen it."""
    return act_on_duty(key, lambda _turn, row: AcknowledgeDuty(duty_id=row.duty_id), _answerer())


@DUTIES.route("/duties/<key>:complete", methods=["POST"])
@allowed(*DUTY_ANSWERERS)
@DUTIES.arguments(schemas.CompleteForm)
@DUTIES.response(200, schemas.DutyAnswer)
def complete(body: dict[str, Any], key: str) -> Any:
    """办结答复（代部门录入须注明书面回复）· Answer; for a department that is not online, cite its written reply."""

    def command(turn: Turn, row: DutyRow) -> CompleteDuty:
        return CompleteDuty(
            duty_id=row.duty_id,
            finding=body["finding"],
            **sealed(turn, row, DutyCompleted, body, "answer", "evidence_name"),
        )

    return act_on_duty(key, command, _answerer(), with_family=True)


@DUTIES.route("/duties/<key>:decline", methods=["POST"])
@allowed(*DUTY_ANSWERERS)
@DUTIES.arguments(schemas.DeclineForm)
@DUTIES.response(200, schemas.DutyAnswer)
def decline(body: dict[str, Any], key: str) -> Any:
    """不予办理并说明理由 · The department says that it is not its duty, and why."""

    def command(turn: Turn, row: DutyRow) -> DeclineDuty:
        return DeclineDuty(duty_id=row.duty_id, **sealed(turn, row, DutyDeclined, body, "reason", "evidence_name"))

    return act_on_duty(key, command, _answerer())


@DUTIES.route("/duties/<key>:accept-decline", methods=["POST"])
@allowed(*BUREAU)
@DUTIES.arguments(NoteForm)
@DUTIES.response(200, schemas.DutyAnswer)
def accept_decline(body: dict[str, Any], key: str) -> Any:
    """同意部门不予办理 · The bureau agrees that it is not the department's duty; the alarm ends."""

    def command(turn: Turn, row: DutyRow) -> AcceptDecline:
        return AcceptDecline(duty_id=row.duty_id, **sealed(turn, row, DeclineAccepted, body, "note"))

    return act_on_duty(key, command, lambda _turn, _row: None)


@DUTIES.route("/duties/<key>:return", methods=["POST"])
@allowed(Role.BUREAU_LEAD, Role.BUREAU_CLERK)
@DUTIES.arguments(ReasonForm)
@DUTIES.response(200, schemas.DutyAnswer)
def return_(body: dict[str, Any], key: str) -> Any:
    """退回补充办理 · The bureau finds that the answer does not suffice; the term runs anew."""

    def command(turn: Turn, row: DutyRow) -> ReturnDuty:
        return ReturnDuty(duty_id=row.duty_id, **sealed(turn, row, DutyReturned, body, "reason"))

    return act_on_duty(key, command, lambda _turn, _row: None)
