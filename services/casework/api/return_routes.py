"""The way back to school: the day agreed with the household, the return confirmed, the contacts that follow it."""

from __future__ import annotations

from typing import Any

from uuid6 import uuid7

from services.casework import queries
from services.casework.api import schemas
from services.casework.api.acting import act_on_case, always, sealed
from services.casework.api.scope.roles import FOLLOWERS, SCHOOL_LEADERS, VISITORS
from services.casework.domain.case import CASE
from services.casework.domain.following_up import RecordFollowUp
from services.casework.domain.returning import AgreeReturn, CallOffReturn, ConfirmReturn
from services.casework.storage.rows import CaseRow
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.casework import FollowUpRecorded, ReturnConfirmed
from services.contracts.ids import FollowUpId

RETURNS = Blueprint("returns", __name__, description="返校与跟踪回访 · return and follow-up")


@RETURNS.route("/cases/<key>/return-agreements", methods=["POST"])
@allowed(*VISITORS)
@RETURNS.arguments(schemas.AgreementForm)
@RETURNS.response(201, schemas.CaseAnswer)
def agree_return(body: dict[str, Any], key: str) -> Any:
    """约定返校日期（前一晚提醒家长）· The household agrees on a day; the guardian is reminded the evening before."""

    def command(_turn: Turn, row: CaseRow) -> AgreeReturn:
        return AgreeReturn(case_id=row.case_id, return_on=body["return_on"])

    return act_on_case(key, VISITORS, command, with_family=always)


@RETURNS.route("/cases/<key>/return-agreements:call-off", methods=["POST"])
@allowed(*VISITORS)
@RETURNS.response(200, schemas.CaseAnswer)
def call_off_return(key: str) -> Any:
    """取消约定 · The child will not come on the agreed day."""
    return act_on_case(key, VISITORS, lambda _turn, row: CallOffReturn(case_id=row.case_id), status=200)


@RETURNS.route("/cases/<key>/returns", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@RETURNS.arguments(schemas.ReturnForm)
@RETURNS.response(201, schemas.CaseAnswer)
def confirm_return(body: dict[str, Any], key: str) -> Any:
    """学校确认返校与安置 · The school confirms the return and the placement."""
    calendars = current_service().turns.county.calendars

    def command(turn: Turn, row: CaseRow) -> ConfirmReturn:
        return ConfirmReturn(
            case_id=row.case_id,
            returned_on=body["returned_on"],
            placement=body["placement"],
            term_ends_on=queries.term_end(calendars, row.school_id, body["returned_on"]),
            **sealed(turn, row, ReturnConfirmed, body, "decision_reference"),
        )

    return act_on_case(key, SCHOOL_LEADERS, command)


@RETURNS.route("/cases/<key>/follow-ups", methods=["POST"])
@allowed(*FOLLOWERS)
@RETURNS.arguments(schemas.FollowUpForm)
@RETURNS.response(201, schemas.FollowUpAnswer)
def record_follow_up(body: dict[str, Any], key: str) -> Any:
    """登记跟踪回访 · Record a follow-up contact."""
    follow_up_id = FollowUpId(str(uuid7()))
    areas = ("study", "life", "psychology", "attendance")

    def command(turn: Turn, row: CaseRow) -> RecordFollowUp:
        return RecordFollowUp(
            case_id=row.case_id,
            follow_up_id=follow_up_id,
            contacted_on=body["contacted_on"],
            **sealed(turn, row, FollowUpRecorded, body, *areas, record_id=follow_up_id),
        )

    def tell(turn: Turn, row: CaseRow) -> dict[str, Any]:
        state, _ = turn.state(CASE, row.case_id)
        return {"follow_up_id": follow_up_id, "nth": state.spell.follow_ups.counted}

    return act_on_case(key, FOLLOWERS, command, tell=tell)
