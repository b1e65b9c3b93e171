"""What a school learns about a guardian: the new number of a household whose old one is dead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.chassis.envelope import Context
from services.chassis.errors import FieldError, FormRejected
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import Answered, act
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.codes import Role
from services.contracts.identity_numbers import NotWellFormed, phone
from services.contracts.ids import GuardianId, PupilId
from services.registry.adapters.new_phone import write_new_phone
from services.registry.adapters.vault import Vault
from services.registry.api import person_schemas as schemas
from services.registry.api.scope import TEACHERS, pupil_of_caller
from services.registry.domain.pupil import PUPIL

GUARDIANS = Blueprint("guardians", __name__, url_prefix="/pupils", description="监护人联系方式 · how guardians are reached")

PHONE_WRITERS = (*TEACHERS, Role.ROLL_ADMINISTRATOR)
"""Who writes down a guardian's new number."""


@GUARDIANS.route("/<pupil_id>/guardians/<guardian_id>:new-phone", methods=["POST"])
@allowed(*PHONE_WRITERS)
@GUARDIANS.arguments(schemas.NewPhoneForm)
@GUARDIANS.response(200, schemas.NewPhoneAnswer)
def new_phone(body: Mapping[str, Any], pupil_id: str, guardian_id: str) -> Any:
    """登记监护人的新号码 · A guardian's new number; it holds for every child of theirs."""
    pupil_of_caller(PHONE_WRITERS, pupil_id)
    try:
        number = phone(body["phone"])
    except NotWellFormed as broken:
        rule = broken.rule
        raise FormRejected(FieldError("phone", f"{rule.zh}{rule.accepted_zh}。", f"{rule.en} {rule.accepted_en}.")) from None
    service = current_service()
    vault = Vault(service.engine, service.keyring)

    def writing(turn: Turn, context: Context) -> Answered:
        write_new_phone(turn, vault, PupilId(pupil_id), GuardianId(guardian_id), number, context)
        _, version = turn.state(PUPIL, pupil_id)
        return Answered({"pupil_id": pupil_id}, etag=version)

    return act(writing)
