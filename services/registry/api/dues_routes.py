"""What the head of a school does about a child missing for days: goes there with the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uuid6 import uuid7

from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import OfficerId, PupilId, VisitId
from services.registry.api import dues_schemas as schemas
from services.registry.api.acting import act_on_pupil
from services.registry.api.scope import SCHOOL_LEADERS
from services.registry.domain.places import visit_words
from services.registry.domain.pupil import PUPIL
from services.registry.domain.school import SCHOOL
from services.registry.domain.school_visits import RecordSchoolVisit, Visitor, visitor

DUES = Blueprint("dues", __name__, description="校长带队家访 · what the school owes a missing child")


@DUES.route("/pupils/<pupil_id>/visits", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@DUES.arguments(schemas.SchoolVisitForm)
@DUES.response(201, schemas.SchoolVisitAnswer)
def record_visit(body: Mapping[str, Any], pupil_id: str) -> Any:
    """登记校长带队家访（立案之后在个案中登记）· A visit by the principal's team; once there is a case, it is recorded there."""
    visit_id, by = VisitId(str(uuid7())), OfficerId(current_caller().officer_id)

    def command(turn: Turn) -> RecordSchoolVisit:
        return RecordSchoolVisit(
            visit_id=visit_id,
            pupil_id=PupilId(pupil_id),
            visited_on=body["visited_on"],
            result=body["result"],
            by_officer_id=by,
            visitors=tuple(_visitors(turn, pupil_id, body["visitors"] or (by,), body)),
            met_child=body["met_child"],
            words=turn.seal(pupil_id, visit_words(visit_id), body["words"]),
        )

    return act_on_pupil(SCHOOL_LEADERS, pupil_id, command, status=201, visit_id=visit_id)


def _visitors(turn: Turn, pupil_id: str, named: Sequence[str], body: Mapping[str, Any]) -> Iterator[Visitor]:
    """Each once, by the posts that they held on the day of the visit."""
    child, _ = turn.state(PUPIL, pupil_id)
    school, _ = turn.state(SCHOOL, child.school_id)
    central = school.described.central_school_id if school.described else None
    schools = [each for each in (child.school_id, central) if each is not None]
    for officer_id in dict.fromkeys(named):
        posts = turn.rows(APPOINTMENT_ROWS, officer_id=officer_id)
        yield visitor(OfficerId(officer_id), posts, schools, child.class_id, body["visited_on"])
