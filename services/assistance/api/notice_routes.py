"""The public notices over HTTP: what hangs now, objections to it, and what their examination came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uuid6 import uuid7

from services.assistance import queries
from services.assistance.api import schemas
from services.assistance.api.acting import act_on_application
from services.assistance.api.pages import notice
from services.assistance.api.scope import (
    REVIEWERS,
    SCHOOL_ROLES,
    an_officer,
    for_school_or_county,
    hanging_or_own,
    of_own_school_or_county,
    reader_schools,
)
from services.assistance.domain.places import objection_answer, objection_text
from services.assistance.domain.public_notice import AnswerObjection, RaiseObjection
from services.assistance.projections import APPLICATION_ROWS
from services.assistance.storage.rows import ApplicationRow
from services.assistance.storage.tables import APPLICATIONS
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.assistance import ObjectionId

NOTICES = Blueprint("notices", __name__, description="资助公示与异议 · public notices and objections")


@NOTICES.route("/notices", methods=["GET"])
@signed_in
@NOTICES.arguments(schemas.NoticesQuery, location="query")
@NOTICES.response(200, schemas.NoticesPage)
def notices(query: dict[str, Any]) -> dict[str, Any]:
    """正在公示的申请 · What is on public notice now; the child's id for those only who may see the application."""
    service, caller = current_service(), current_caller()
    schools = reader_schools(service.engine, caller)
    by_code = queries.programme_by_code(service.engine)

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        row = APPLICATION_ROWS.read_form(stored)
        return notice(service, row, by_code.get(row.programme_code), names_child=schools is None or row.school_id in schools)

    keys = (APPLICATIONS.c.posted_on, APPLICATIONS.c.application_id)
    return page(service.engine, queries.hanging(query["school_id"]), keys=keys, asked=query, item=shown)


@NOTICES.route("/applications/<own_id>:object", methods=["POST"])
@signed_in
@NOTICES.arguments(schemas.ObjectForm)
@NOTICES.response(200, schemas.ObjectionIdAnswer)
def object_(body: dict[str, Any], own_id: str) -> Any:
    """登记公示异议 · Any officer records an objection received while the notice hangs."""
    an_officer(current_caller())
    objection_id = ObjectionId(str(uuid7()))

    def command(turn: Turn, row: ApplicationRow) -> RaiseObjection:
        text = turn.seal(row.pupil_id, objection_text(row.application_id, objection_id), body["text"])
        return RaiseObjection(application_id=row.application_id, objection_id=objection_id, text=text)

    return act_on_application(own_id, hanging_or_own, command, objection_id=objection_id)


@NOTICES.route("/applications/<own_id>:answer-objection", methods=["POST"])
@allowed(*SCHOOL_ROLES, *REVIEWERS)
@NOTICES.arguments(schemas.AnswerObjectionForm)
@NOTICES.response(200, schemas.ObjectionIdAnswer)
def answer_objection(body: dict[str, Any], own_id: str) -> Any:
    """答复异议 · Record what the examination of an objection came to."""
    objection_id = ObjectionId(body["objection_id"])

    def command(turn: Turn, row: ApplicationRow) -> AnswerObjection:
        return AnswerObjection(
            application_id=row.application_id,
            objection_id=objection_id,
            upheld=body["upheld"],
            answer=turn.seal(row.pupil_id, objection_answer(row.application_id, objection_id), body["answer"]),
        )

    return act_on_application(
        own_id, of_own_school_or_county, command, on_behalf_of=for_school_or_county, objection_id=objection_id
    )
