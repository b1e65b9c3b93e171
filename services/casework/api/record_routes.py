"""What officers record of a case: causes, whereabouts, plan, commitment, visits, who answers for it, re-checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uuid6 import uuid7

from services.casework.api import schemas
from services.casework.api.acting import act_on_case, always, officer, roles_today, sealed, visitor
from services.casework.api.scope.cases import must_name_officer, must_record_causes, sees_cause
from services.casework.api.scope.roles import AREA, BUREAU, PLANNERS, RECORDERS, SCHOOL_LEADERS, VISITORS
from services.casework.domain.case import CASE
from services.casework.domain.errors import CausesNotYours
from services.casework.domain.holding import goes_to_family
from services.casework.domain.lines import NameOfficer
from services.casework.domain.naming import roles_held
from services.casework.domain.places import measure_place
from services.casework.domain.planning import MakePlan, Planned, RecordCause, RecordCommitment, RecordWhereabouts
from services.casework.domain.rechecks import RecordRecheck
from services.casework.domain.visiting import RecordVisit
from services.casework.projections import CASE_ROWS, CHILD_ROWS
from services.casework.reactions.places import place_of
from services.casework.storage.rows import CaseRow, ChildRow, Standing
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint
from services.contracts.case_lines import stands_by_post
from services.contracts.casework import CauseRecorded, CommitmentSigned, RecheckRecorded, VisitRecorded, WhereaboutsRecorded
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import OfficerId, VisitId

RECORDS = Blueprint(
    "case_records", __name__, description="个案办理：原因、去向、方案、家访、责任人、复核 · what is recorded of a case"
)


@RECORDS.route("/cases/<key>/causes", methods=["POST"])
@allowed(*RECORDERS, refusal=CausesNotYours)
@RECORDS.arguments(schemas.CauseForm)
@RECORDS.response(201, schemas.CaseAnswer)
def record_cause(body: dict[str, Any], key: str) -> Any:
    """认定辍学原因（须 If-Match；由本案责任人中的班主任、学校负责人，或教育局控辍专干；触发部门协办）· Record the causes.

    For the homeroom teacher and the school leaders who are named in the case, and the bureau's clerk; not for the bureau's lead,
    who approves the closing. Departments are asked by the table of causes.
    """
    caller = current_caller()

    def command(turn: Turn, row: CaseRow) -> RecordCause:
        must_record_causes(caller, row, turn.today)
        child: ChildRow | None = turn.row(CHILD_ROWS, row.pupil_id)
        return RecordCause(
            case_id=row.case_id,
            worked_on=body["worked_on"],
            known_under_16=None if child is None else child.under_16(body["worked_on"] or turn.today),
            primary=body["primary"],
            others=tuple(body["others"]),
            details=tuple(body["details"]),
            under_16_at_work=body["under_16_at_work"],
            **sealed(turn, row, CauseRecorded, body, "note"),
        )

    return act_on_case(key, RECORDERS, command, versioned=True)


@RECORDS.route("/cases/<key>/whereabouts", methods=["POST"])
@allowed(*VISITORS)
@RECORDS.arguments(schemas.WhereaboutsForm)
@RECORDS.response(201, schemas.CaseAnswer)
def record_whereabouts(body: dict[str, Any], key: str) -> Any:
    """登记去向 · Record where the child is said to be."""

    def command(turn: Turn, row: CaseRow) -> RecordWhereabouts:
        return RecordWhereabouts(
            case_id=row.case_id, **sealed(turn, row, WhereaboutsRecorded, body, "place", "employer", "contact")
        )

    return act_on_case(key, VISITORS, command)


@RECORDS.route("/cases/<key>/plans", methods=["POST"])
@allowed(*PLANNERS)
@RECORDS.arguments(schemas.PlanForm)
@RECORDS.response(201, schemas.MeasuresAnswer)
def make_plan(body: dict[str, Any], key: str) -> Any:
    """制定一生一案（须 If-Match）· Make the plan; If-Match names the version that was read."""
    caller = current_caller()

    def planned(turn: Turn, row: CaseRow, place_in_list: int, each: Mapping[str, Any]) -> Planned:
        note_place = measure_place(row.case_id, each["cause"], each["kind"])
        return Planned(
            cause=each["cause"],
            kind=each["kind"],
            responsible_id=officer(turn, each["responsible_id"], f"measures.{place_in_list}.responsible_id"),
            due_on=each["due_on"],
            note=turn.seal(row.pupil_id, note_place, each["note"]),
        )

    def command(turn: Turn, row: CaseRow) -> MakePlan:
        lead = officer(turn, body["lead_id"], "lead_id")
        return MakePlan(
            case_id=row.case_id,
            measures=tuple(planned(turn, row, number, each) for number, each in enumerate(body["measures"])),
            lead_id=lead,
            lead_roles=roles_today(turn, lead),
            knows_causes=sees_cause(caller, row, turn.today),
        )

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"measure_ids": [measure.measure_id for measure in state.plan.measures]}

    def with_family(_row: CaseRow) -> bool:
        return goes_to_family((each["cause"], each["kind"]) for each in body["measures"])

    return act_on_case(key, PLANNERS, command, tell=tell, versioned=True, with_family=with_family)


@RECORDS.route("/cases/<key>/commitments", methods=["POST"])
@allowed(*RECORDERS, *AREA)
@RECORDS.arguments(schemas.CommitmentForm)
@RECORDS.response(201, schemas.CaseAnswer)
def record_commitment(body: dict[str, Any], key: str) -> Any:
    """登记承诺书 · Record that the household has signed the commitment."""

    def command(turn: Turn, row: CaseRow) -> RecordCommitment:
        return RecordCommitment(
            case_id=row.case_id,
            signed_on=body["signed_on"],
            signed_by=body["signed_by"],
            promises=tuple(body["promises"]),
            **sealed(turn, row, CommitmentSigned, body, "note"),
        )

    return act_on_case(key, (*RECORDERS, *AREA), command, with_family=always)


@RECORDS.route("/cases/<key>/visits", methods=["POST"])
@allowed(*VISITORS)
@RECORDS.arguments(schemas.VisitForm)
@RECORDS.response(201, schemas.VisitAnswer)
def record_visit(body: dict[str, Any], key: str) -> Any:
    """登记家访 · Record a visit to the household."""
    visit_id = VisitId(str(uuid7()))
    words = ("parents_words", "childs_words", "policy_explained", "next_step")

    def command(turn: Turn, row: CaseRow) -> RecordVisit:
        day = body["visited_on"]
        with_whom = (
            visitor(turn, row, each, day, f"accompanied_by.{number}") for number, each in enumerate(body["accompanied_by"])
        )
        return RecordVisit(
            case_id=row.case_id,
            visit_id=visit_id,
            visited_on=day,
            result=body["result"],
            met_child=body["met_child"],
            accompanied_by=tuple(each for each in with_whom if each is not None),
            witness_id=visitor(turn, row, body["witness_id"], day, "witness_id"),
            **sealed(turn, row, VisitRecorded, body, *words, record_id=visit_id),
        )

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"visit_id": visit_id, "nth": len(state.visits)}

    return act_on_case(key, VISITORS, command, tell=tell, with_family=always)


@RECORDS.route("/cases/<key>/officers", methods=["POST"])
@allowed(*SCHOOL_LEADERS, *BUREAU)
@RECORDS.arguments(schemas.OfficerForm)
@RECORDS.response(201, schemas.CaseAnswer)
def name_officer(body: dict[str, Any], key: str) -> Any:
    """指定包保责任人（由责任人或教育局）· Name an officer on one of the lines."""
    caller = current_caller()

    def command(turn: Turn, row: CaseRow) -> NameOfficer:
        named = OfficerId(body["officer_id"])
        must_name_officer(caller, row, named, turn.today)
        posts = turn.rows(APPOINTMENT_ROWS, officer_id=named)
        roles = roles_held(posts, body["line"], place_of(turn, row), turn.today)
        by_post = stands_by_post(row.officers, body["line"], named)
        return NameOfficer(case_id=row.case_id, line=body["line"], officer_id=named, roles=roles, anew=by_post)

    return act_on_case(key, (*SCHOOL_LEADERS, *BUREAU), command)


def _elsewhere_known(turn: Turn, row: CaseRow) -> bool:
    """Whether the child is on a roll of the county again, or has another case that goes on."""
    child: ChildRow | None = turn.row(CHILD_ROWS, row.pupil_id)
    others = turn.rows(CASE_ROWS, pupil_id=row.pupil_id, standing=Standing.OPEN)
    return (child is not None and child.enrolled) or any(other.case_id != row.case_id for other in others)


@RECORDS.route("/cases/<key>/rechecks", methods=["POST"])
@allowed(*RECORDERS)
@RECORDS.arguments(schemas.RecheckForm)
@RECORDS.response(201, schemas.CaseAnswer)
def record_recheck(body: dict[str, Any], key: str) -> Any:
    """登记复核（失联每季、外地就读下学期）· Record what asking again came to."""
    caller = current_caller()

    def command(turn: Turn, row: CaseRow) -> RecordRecheck:
        return RecordRecheck(
            case_id=row.case_id,
            checked_on=body["checked_on"],
            changed=body["changed"],
            knows_causes=sees_cause(caller, row, turn.today),
            elsewhere_known=_elsewhere_known(turn, row),
            **sealed(turn, row, RecheckRecorded, body, "finding"),
        )

    return act_on_case(key, RECORDERS, command)
