"""Asking who is behind the ids, with a purpose; and the log of who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.chassis.web.access import allowed
from services.chassis.web.acting import repeatable
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Role
from services.registry import queries
from services.registry.adapters.vault import Vault
from services.registry.api import person_schemas as schemas
from services.registry.api import persons
from services.registry.domain.purposes import PURPOSES
from services.registry.storage.vault_tables import REVEAL_LOG

PERSON_ROUTES = Blueprint("persons", __name__, description="个人信息 · persons behind the ids")

ASKERS = tuple(sorted({role for rows in PURPOSES.values() for row in rows for role in row.roles}))
ASKING_SERVICES = tuple(sorted({service for rows in PURPOSES.values() for row in rows for service in row.services}))


@PERSON_ROUTES.route("/persons:resolve", methods=["POST"])
@allowed(*ASKERS, services=ASKING_SERVICES)
@repeatable
@PERSON_ROUTES.arguments(schemas.Question)
@PERSON_ROUTES.response(200, schemas.Persons)
def resolve(body: Mapping[str, Any]) -> dict[str, Any]:
    """按用途查询个人信息；按岗位脱敏，逐条留痕 · Persons by purpose: masked by role, each answer logged."""
    service = current_service()
    question = persons.Question(
        purpose=body["purpose"],
        pupil_ids=body["pupil_ids"],
        fields=body["fields"],
        guardian_ids=body["guardian_ids"],
        case_id=body["case_id"],
        duty_id=body["duty_id"],
        masked=body["masked"],
    )
    return persons.resolve(service.turns, Vault(service.engine, service.keyring), current_caller(), question)


@PERSON_ROUTES.route("/persons:find", methods=["POST"])
@allowed(*ASKERS, services=ASKING_SERVICES)
@repeatable
@PERSON_ROUTES.arguments(schemas.NumberQuestion)
@PERSON_ROUTES.response(200, schemas.PupilFound)
def find(body: Mapping[str, Any]) -> dict[str, str]:
    """按学籍号或证件号码查找学生编号 · The id of the child with a roll or identity number; logged."""
    service = current_service()
    vault = Vault(service.engine, service.keyring)
    pupil_id = persons.find(
        service.turns, vault, current_caller(), body["purpose"], id_number=body["id_number"], roll=body["roll_number"]
    )
    return {"pupil_id": pupil_id}


@PERSON_ROUTES.route("/reveal-log", methods=["GET"])
@allowed(Role.BUREAU_LEAD)
@PERSON_ROUTES.arguments(schemas.RevealQuery, location="query")
@PERSON_ROUTES.response(200, schemas.RevealsPage)
def reveal_log(query: Mapping[str, Any]) -> dict[str, Any]:
    """查询留痕 · Who asked for whose data, for what."""
    select = queries.reveal_log(query["caller"], query["person_id"])
    return page(current_service().engine, select, keys=(REVEAL_LOG.c.reveal_id,), asked=query, descending=True)
