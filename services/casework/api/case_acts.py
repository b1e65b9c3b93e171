"""What officers do with a case: causes, whereabouts, plan, commitment, visits, naming, return, follow-up, re-checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from uuid6 import uuid7

from services.casework import queries
from services.casework.api import schemas
from services.casework.api.scope import (
    AREA,
    BUREAU,
    FOLLOWERS,
    PLANNERS,
    RECORDERS,
    SCHOOL_LEADERS,
    VISITORS,
    must_be_for,
)
from services.casework.domain.case import CASE, CaseCommand
from services.casework.domain.errors import NoSuchCase, NoSuchOfficer
from services.casework.domain.following_up import RecordFollowUp
from services.casework.domain.lines import NameOfficer
from services.casework.domain.naming import roles_held
from services.casework.domain.places import measure_place, place
from services.casework.domain.planning import MakePlan, Planned, RecordCause, RecordCommitment, RecordWhereabouts
from services.casework.domain.rechecks import RecordRecheck
from services.casework.domain.returning import AgreeReturn, CallOffReturn, ConfirmReturn
from services.casework.domain.visiting import RecordVisit
from services.casework.projections import CASE_ROWS, SCHOOL_ROWS
from services.casework.reactions import place_of
from services.casework.storage.rows import CaseRow
from services.chassis.decider import COUNTY_TIME, Event
from services.chassis.envelope import Context, Sealed
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import Answered, act, expected_version
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.casework import (
    CauseRecorded,
    CommitmentSigned,
    FollowUpRecorded,
    RecheckRecorded,
    ReturnConfirmed,
    VisitRecorded,
    WhereaboutsRecorded,
)
from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import FollowUpId, OfficerId, VisitId

ACTS = Blueprint("case_acts", __name__, description="个案办理：原因、方案、家访、返校、回访 · what is done in a case")

Commanding = Callable[[Turn, CaseRow], CaseCommand]
Telling = Callable[[Turn, CaseRow], Mapping[str, Any]]


# --- one act on one case ----------------------------------------------------------------------------------------------


def act_on(
    key: str,
    roles: Sequence[Role],
    command: Commanding,
    *,
    tell: Telling | None = None,
    status: int = 201,
    versioned: bool = False,
    on_behalf_of: Callable[[Turn, CaseRow], str | None] | None = None,
) -> Any:
    """Execute the command for the case of that id or number, if it is the caller's in one of the roles."""
    caller = current_caller()
    expected = expected_version() if versioned else expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row = find_case(turn, key)
        must_be_for(caller, roles, row, _central_school(turn, row), turn.today)
        if on_behalf_of is not None:
            context = msgspec.structs.replace(context, on_behalf_of=on_behalf_of(turn, row))
        turn.execute(command(turn, row), context, expected_version=expected)
        state, version = turn.state(CASE, row.case_id)
        told = {} if tell is None else tell(turn, row)
        return Answered({"case_id": row.case_id, "number": state.number, **told}, etag=version)

    return act(acting, status=status)


def find_case(turn: Turn, key: str) -> CaseRow:
    """The case with an id or a number, as of the turn; raises NoSuchCase."""
    row: CaseRow | None = turn.row(CASE_ROWS, key)
    if row is None:
        row = next(iter(turn.rows(CASE_ROWS, number=key)), None)
    if row is None:
        raise NoSuchCase
    return row


def _central_school(turn: Turn, row: CaseRow) -> str | None:
    school = turn.row(SCHOOL_ROWS, row.school_id)
    return None if school is None else school.central_school_id


def today(turn: Turn) -> date:
    """The county's date of the turn."""
    return turn.now.astimezone(COUNTY_TIME).date()


def sealed(turn: Turn, row: CaseRow, event: type[Event], record_id: str, field: str, text: str | None) -> Sealed[str] | None:
    """What was typed, sealed under the child's key for its place; nothing stays nothing."""
    return turn.seal(row.pupil_id, place(event, record_id, field), text)


def all_sealed(
    turn: Turn, row: CaseRow, event: type[Event], record_id: str, fields: Iterable[str], body: Mapping[str, Any]
) -> dict[str, Any]:
    """Several fields of a body, sealed."""
    return {field: sealed(turn, row, event, record_id, field, body[field]) for field in fields}


def officer(turn: Turn, officer_id: str | None, field: str) -> OfficerId | None:
    """An officer whom the county has appointed to something; raises NoSuchOfficer."""
    if officer_id is not None and not turn.rows(APPOINTMENT_ROWS, officer_id=officer_id):
        raise NoSuchOfficer(field=field)
    return None if officer_id is None else OfficerId(officer_id)


def _in_force(turn: Turn, officer_id: str) -> list[AppointmentRow]:
    day = turn.today
    posts: list[AppointmentRow] = turn.rows(APPOINTMENT_ROWS, officer_id=officer_id)
    return [post for post in posts if post.from_on <= day and (post.until_on is None or day <= post.until_on)]


# --- causes and plan --------------------------------------------------------------------------------------------------


@ACTS.route("/cases/<key>/causes", methods=["POST"])
@allowed(*RECORDERS)
@ACTS.arguments(schemas.CauseForm)
@ACTS.response(201, schemas.CaseAnswer)
def record_cause(body: dict[str, Any], key: str) -> Any:
    """认定辍学原因（触发部门协办）· Record the causes; departments are asked by the table of causes."""

    def command(turn: Turn, row: CaseRow) -> RecordCause:
        return RecordCause(
            case_id=row.case_id,
            primary=body["primary"],
            others=tuple(body["others"]),
            under_16_at_work=body["under_16_at_work"],
            note=sealed(turn, row, CauseRecorded, row.case_id, "note", body["note"]),
        )

    return act_on(key, RECORDERS, command)


@ACTS.route("/cases/<key>/whereabouts", methods=["POST"])
@allowed(*VISITORS)
@ACTS.arguments(schemas.WhereaboutsForm)
@ACTS.response(201, schemas.CaseAnswer)
def record_whereabouts(body: dict[str, Any], key: str) -> Any:
    """登记去向 · Record where the child is said to be."""

    def command(turn: Turn, row: CaseRow) -> RecordWhereabouts:
        texts = all_sealed(turn, row, WhereaboutsRecorded, row.case_id, ("place", "employer", "contact"), body)
        return RecordWhereabouts(case_id=row.case_id, **texts)

    return act_on(key, VISITORS, command)


@ACTS.route("/cases/<key>/plans", methods=["POST"])
@allowed(*PLANNERS)
@ACTS.arguments(schemas.PlanForm)
@ACTS.response(201, schemas.MeasuresAnswer)
def make_plan(body: dict[str, Any], key: str) -> Any:
    """制定一生一案（须 If-Match）· Make the plan; If-Match names the version that was read."""

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
            lead_roles=() if lead is None else tuple(post.role for post in _in_force(turn, lead)),
        )

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"measure_ids": [measure.measure_id for measure in state.plan.measures]}

    return act_on(key, PLANNERS, command, tell=tell, versioned=True)


@ACTS.route("/cases/<key>/commitments", methods=["POST"])
@allowed(*RECORDERS, *AREA)
@ACTS.arguments(schemas.CommitmentForm)
@ACTS.response(201, schemas.CaseAnswer)
def record_commitment(body: dict[str, Any], key: str) -> Any:
    """登记承诺书 · Record that the household has signed the commitment."""

    def command(turn: Turn, row: CaseRow) -> RecordCommitment:
        return RecordCommitment(
            case_id=row.case_id,
            signed_on=body["signed_on"],
            signed_by=body["signed_by"],
            note=sealed(turn, row, CommitmentSigned, row.case_id, "note", body["note"]),
        )

    return act_on(key, (*RECORDERS, *AREA), command)


@ACTS.route("/cases/<key>/visits", methods=["POST"])
@allowed(*VISITORS)
@ACTS.arguments(schemas.VisitForm)
@ACTS.response(201, schemas.VisitAnswer)
def record_visit(body: dict[str, Any], key: str) -> Any:
    """登记家访 · Record a visit to the household."""
    visit_id = VisitId(str(uuid7()))
    texts = ("parents_words", "childs_words", "policy_explained", "next_step")

    def command(turn: Turn, row: CaseRow) -> RecordVisit:
        with_whom = (officer(turn, each, f"accompanied_by.{number}") for number, each in enumerate(body["accompanied_by"]))
        return RecordVisit(
            case_id=row.case_id,
            visit_id=visit_id,
            visited_on=body["visited_on"],
            result=body["result"],
            met_child=body["met_child"],
            accompanied_by=tuple(each for each in with_whom if each is not None),
            witness_id=officer(turn, body["witness_id"], "witness_id"),
            **all_sealed(turn, row, VisitRecorded, visit_id, texts, body),
        )

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"visit_id": visit_id, "nth": len(state.visits)}

    return act_on(key, VISITORS, command, tell=tell)


@ACTS.route("/cases/<key>/officers", methods=["POST"])
@allowed(*SCHOOL_LEADERS, *BUREAU)
@ACTS.arguments(schemas.OfficerForm)
@ACTS.response(201, schemas.CaseAnswer)
def name_officer(body: dict[str, Any], key: str) -> Any:
    """指定包保责任人 · Name an officer on one of the lines."""

    def command(turn: Turn, row: CaseRow) -> NameOfficer:
        named = OfficerId(body["officer_id"])
        posts: list[AppointmentRow] = turn.rows(APPOINTMENT_ROWS, officer_id=named)
        roles = roles_held(posts, body["line"], place_of(turn, row), turn.today)
        return NameOfficer(case_id=row.case_id, line=body["line"], officer_id=named, roles=roles)

    return act_on(key, (*SCHOOL_LEADERS, *BUREAU), command)


# --- return and follow-up ---------------------------------------------------------------------------------------------


@ACTS.route("/cases/<key>/return-agreements", methods=["POST"])
@allowed(*VISITORS)
@ACTS.arguments(schemas.AgreementForm)
@ACTS.response(201, schemas.CaseAnswer)
def agree_return(body: dict[str, Any], key: str) -> Any:
    """约定返校日期（前一晚提醒家长）· The household agrees on a day; the guardian is reminded the evening before."""
    return act_on(key, VISITORS, lambda _turn, row: AgreeReturn(case_id=row.case_id, return_on=body["return_on"]))


@ACTS.route("/cases/<key>/return-agreements:call-off", methods=["POST"])
@allowed(*VISITORS)
@ACTS.response(200, schemas.CaseAnswer)
def call_off_return(key: str) -> Any:
    """取消约定 · The child will not come on the agreed day."""
    return act_on(key, VISITORS, lambda _turn, row: CallOffReturn(case_id=row.case_id), status=200)


@ACTS.route("/cases/<key>/returns", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@ACTS.arguments(schemas.ReturnForm)
@ACTS.response(201, schemas.CaseAnswer)
def confirm_return(body: dict[str, Any], key: str) -> Any:
    """学校确认返校与安置 · The school confirms the return and the placement."""
    calendars = current_service().turns.county.calendars

    def command(turn: Turn, row: CaseRow) -> ConfirmReturn:
        reference = body["decision_reference"]
        return ConfirmReturn(
            case_id=row.case_id,
            returned_on=body["returned_on"],
            placement=body["placement"],
            term_ends_on=queries.term_end(calendars, row.school_id, body["returned_on"]),
            decision_reference=sealed(turn, row, ReturnConfirmed, row.case_id, "decision_reference", reference),
        )

    return act_on(key, SCHOOL_LEADERS, command)


@ACTS.route("/cases/<key>/follow-ups", methods=["POST"])
@allowed(*FOLLOWERS)
@ACTS.arguments(schemas.FollowUpForm)
@ACTS.response(201, schemas.FollowUpAnswer)
def record_follow_up(body: dict[str, Any], key: str) -> Any:
    """登记跟踪回访 · Record a follow-up contact."""
    follow_up_id = FollowUpId(str(uuid7()))
    areas = ("study", "life", "psychology", "attendance")

    def command(turn: Turn, row: CaseRow) -> RecordFollowUp:
        texts = all_sealed(turn, row, FollowUpRecorded, follow_up_id, areas, body)
        return RecordFollowUp(case_id=row.case_id, follow_up_id=follow_up_id, contacted_on=body["contacted_on"], **texts)

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"follow_up_id": follow_up_id, "nth": state.spell.follow_ups.counted}

    return act_on(key, FOLLOWERS, command, tell=tell)


@ACTS.route("/cases/<key>/rechecks", methods=["POST"])
@allowed(*RECORDERS)
@ACTS.arguments(schemas.RecheckForm)
@ACTS.response(201, schemas.CaseAnswer)
def record_recheck(body: dict[str, Any], key: str) -> Any:
    """登记复核（失联每季、外地就读下学期）· Record what asking again came to."""

    def command(turn: Turn, row: CaseRow) -> RecordRecheck:
        return RecordRecheck(
            case_id=row.case_id,
            checked_on=body["checked_on"],
            changed=body["changed"],
            finding=turn.seal(row.pupil_id, place(RecheckRecorded, row.case_id, "finding"), body["finding"]),
        )

    return act_on(key, RECORDERS, command)
