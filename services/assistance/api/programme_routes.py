"""The routes of programmes: what there is, and what the bureau sets."""

from __future__ import annotations

from typing import Any

import msgspec

from services.assistance import queries
from services.assistance.api import schemas
from services.assistance.domain.policies import in_force
from services.assistance.domain.programme import SetProgramme
from services.assistance.projections import PROGRAMME_ROWS
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.acting import act
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.assistance import ProgrammeSet, programme_id
from services.contracts.codes import Role

PROGRAMMES = Blueprint("programmes", __name__, description="资助项目 · programmes of aid")


@PROGRAMMES.route("/programmes", methods=["GET"])
@signed_in
@PROGRAMMES.arguments(schemas.ProgrammesQuery, location="query")
@PROGRAMMES.response(200, schemas.ProgrammesAnswer)
def programmes(query: dict[str, Any]) -> dict[str, Any]:
    """资助项目及其生效日期 · Every programme with its terms by effective date."""
    service = current_service()
    day = query["on"] or service.today
    settings = queries.programmes(service.engine)
    holding = in_force(settings, day)
    return {"items": [{**msgspec.structs.asdict(each), "in_force": each in holding} for each in settings]}


@PROGRAMMES.route("/programmes", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@PROGRAMMES.arguments(schemas.ProgrammeForm)
@PROGRAMMES.response(201, schemas.ProgrammeIdAnswer)
def set_programme(body: dict[str, Any]) -> Any:
    """设定资助项目 · Set a programme's terms from a day on."""
    lists = {name: tuple(body[name]) for name in ("stages", "groups", "excludes", "evidence")}
    terms = ProgrammeSet(**{**body, **lists}, programme_id=programme_id(body["code"]))

    def setting(turn: Turn, context: Context) -> dict[str, Any]:
        known = frozenset(each.code for each in turn.rows(PROGRAMME_ROWS)) | {terms.code}
        turn.execute(SetProgramme(terms=terms, known=known), context)
        return {"programme_id": terms.programme_id}

    return act(setting, status=201)
