"""Closing 销号 over HTTP: the school proposes, the township confirms, the bureau approves or sends back."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.casework import queries
from services.casework.api import schemas
from services.casework.api.acting import act_on_case, sealed
from services.casework.api.scope.cases import is_for, substituted_by
from services.casework.api.scope.roles import SCHOOL_LEADERS
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.projections import CHILD_ROWS
from services.casework.reactions.places import place_of
from services.casework.storage.rows import CaseRow, ChildRow
from services.chassis.county import Calendars
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.casework import CaseClosed, ClosingConfirmed, ClosingProposed, ClosingSentBack
from services.contracts.codes import Role
from services.contracts.ids import school_year

CLOSING = Blueprint("closing", __name__, description="销号：三人三级 · closing by three people")

PROPOSERS = (*SCHOOL_LEADERS, Role.VILLAGE_CADRE)
IN_SPRING_TERM = (5, 1)
"""Month and day that lie in the second term of every school year, whenever its vacations are."""

SENDERS_BACK = (Role.TOWNSHIP_OFFICER, Role.BUREAU_LEAD)


def _is_of_school(turn: Turn, row: CaseRow) -> bool:
    """Whether the caller leads the school of the case, else proposes for the village."""
    return is_for(current_caller(), SCHOOL_LEADERS, row, place_of(turn, row).central_school_id, turn.today)


def _last_term_ended(calendars: Calendars, row: CaseRow, today: date) -> bool:
    """Whether a school year has ended since the case was opened, with the child in this grade."""
    in_spring = date(school_year(row.opened_on) + 1, *IN_SPRING_TERM)
    return today > queries.term_end(calendars, row.school_id, in_spring)


@CLOSING.route("/cases/<key>/closing:propose", methods=["POST"])
@allowed(*PROPOSERS)
@CLOSING.arguments(schemas.ProposalForm)
@CLOSING.response(200, schemas.CaseAnswer)
def propose(body: dict[str, Any], key: str) -> Any:
    """学校（无学籍儿童由村）提出销号（须 If-Match）· School, or village for a child on no roll, proposes to close."""
    caller, calendars = current_caller(), current_service().turns.county.calendars

    def command(turn: Turn, row: CaseRow) -> ProposeClosing:
        child = turn.row(CHILD_ROWS, row.pupil_id) or ChildRow(pupil_id=row.pupil_id)
        return ProposeClosing(
            case_id=row.case_id,
            as_village=not _is_of_school(turn, row),
            has_school=child.enrolled,
            transfer_completed=child.transferred_on is not None,
            over_age=child.upper_age_on is not None and child.upper_age_on <= turn.today,
            last_term_ended=_last_term_ended(calendars, row, turn.today),
            outcome=body["outcome"],
            evidence_kind=body["evidence_kind"],
            **sealed(turn, row, ClosingProposed, body, "evidence", "reference"),
        )

    def substituted(turn: Turn, row: CaseRow) -> str | None:
        return substituted_by(caller, row, turn.today) if _is_of_school(turn, row) else caller.on_behalf_of

    return act_on_case(key, PROPOSERS, command, status=200, versioned=True, on_behalf_of=substituted)


@CLOSING.route("/cases/<key>/closing:confirm", methods=["POST"])
@allowed(Role.TOWNSHIP_OFFICER)
@CLOSING.arguments(schemas.NoteForm)
@CLOSING.response(200, schemas.CaseAnswer)
def confirm(body: dict[str, Any], key: str) -> Any:
    """乡镇确认（须 If-Match）· The township confirms."""

    def command(turn: Turn, row: CaseRow) -> ConfirmClosing:
        return ConfirmClosing(case_id=row.case_id, **sealed(turn, row, ClosingConfirmed, body, "note"))

    return act_on_case(key, (Role.TOWNSHIP_OFFICER,), command, status=200, versioned=True)


@CLOSING.route("/cases/<key>/closing:approve", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@CLOSING.arguments(schemas.NoteForm)
@CLOSING.response(200, schemas.CaseAnswer)
def approve(body: dict[str, Any], key: str) -> Any:
    """教育局批准销号（须 If-Match）· The bureau approves; the case is closed."""

    def command(turn: Turn, row: CaseRow) -> ApproveClosing:
        return ApproveClosing(case_id=row.case_id, **sealed(turn, row, CaseClosed, body, "note"))

    return act_on_case(key, (Role.BUREAU_LEAD,), command, status=200, versioned=True)


@CLOSING.route("/cases/<key>/closing:send-back", methods=["POST"])
@allowed(*SENDERS_BACK)
@CLOSING.arguments(schemas.ReasonForm)
@CLOSING.response(200, schemas.CaseAnswer)
def send_back(body: dict[str, Any], key: str) -> Any:
    """退回销号申请（须 If-Match）· Township or bureau does not agree; the case goes on."""

    def command(turn: Turn, row: CaseRow) -> SendClosingBack:
        return SendClosingBack(case_id=row.case_id, **sealed(turn, row, ClosingSentBack, body, "reason"))

    return act_on_case(key, SENDERS_BACK, command, status=200, versioned=True)
