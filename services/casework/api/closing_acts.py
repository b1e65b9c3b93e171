"""Closing 销号 over HTTP: the school proposes, the township confirms, the bureau approves or sends back."""

from __future__ import annotations

from typing import Any

from services.casework.api import schemas
from services.casework.api.case_acts import act_on, sealed, today
from services.casework.api.scope import SCHOOL_LEADERS
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.domain.places import place
from services.casework.storage.rows import CaseRow
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint
from services.contracts.casework import CaseClosed, ClosingConfirmed, ClosingProposed, ClosingSentBack
from services.contracts.codes import Role

CLOSING = Blueprint("closing", __name__, description="销号：三人三级 · closing by three people")

SENDERS_BACK = (Role.TOWNSHIP_OFFICER, Role.BUREAU_LEAD)


@CLOSING.route("/cases/<key>/closing:propose", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@CLOSING.arguments(schemas.ProposalForm)
@CLOSING.response(200, schemas.CaseAnswer)
def propose(body: dict[str, Any], key: str) -> Any:
    """学校提出销号（须 If-Match）· The school proposes to close, with evidence for the outcome."""
    caller = current_caller()

    def command(turn: Turn, row: CaseRow) -> ProposeClosing:
        return ProposeClosing(
            case_id=row.case_id,
            outcome=body["outcome"],
            evidence=turn.seal(row.pupil_id, place(ClosingProposed, row.case_id, "evidence"), body["evidence"]),
            evidence_kind=body["evidence_kind"],
        )

    def substituted(turn: Turn, row: CaseRow) -> str | None:
        """A vice principal stands in for the principal, who then cannot take another step."""
        if caller.holds(Role.PRINCIPAL, Role.CENTRAL_SCHOOL):
            return None
        named = row.answers("school", today(turn))
        return None if named == caller.officer_id else named

    return act_on(key, SCHOOL_LEADERS, command, status=200, versioned=True, on_behalf_of=substituted)


@CLOSING.route("/cases/<key>/closing:confirm", methods=["POST"])
@allowed(Role.TOWNSHIP_OFFICER)
@CLOSING.arguments(schemas.NoteForm)
@CLOSING.response(200, schemas.CaseAnswer)
def confirm(body: dict[str, Any], key: str) -> Any:
    """乡镇确认（须 If-Match）· The township confirms."""

    def command(turn: Turn, row: CaseRow) -> ConfirmClosing:
        note = sealed(turn, row, ClosingConfirmed, row.case_id, "note", body["note"])
        return ConfirmClosing(case_id=row.case_id, note=note)

    return act_on(key, (Role.TOWNSHIP_OFFICER,), command, status=200, versioned=True)


@CLOSING.route("/cases/<key>/closing:approve", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@CLOSING.arguments(schemas.NoteForm)
@CLOSING.response(200, schemas.CaseAnswer)
def approve(body: dict[str, Any], key: str) -> Any:
    """教育局批准销号（须 If-Match）· The bureau approves; the case is closed."""

    def command(turn: Turn, row: CaseRow) -> ApproveClosing:
        note = sealed(turn, row, CaseClosed, row.case_id, "note", body["note"])
        return ApproveClosing(case_id=row.case_id, note=note)

    return act_on(key, (Role.BUREAU_LEAD,), command, status=200, versioned=True)


@CLOSING.route("/cases/<key>/closing:send-back", methods=["POST"])
@allowed(*SENDERS_BACK)
@CLOSING.arguments(schemas.ReasonForm)
@CLOSING.response(200, schemas.CaseAnswer)
def send_back(body: dict[str, Any], key: str) -> Any:
    """退回销号申请（须 If-Match）· Township or bureau does not agree; the case goes on."""

    def command(turn: Turn, row: CaseRow) -> SendClosingBack:
        reason = turn.seal(row.pupil_id, place(ClosingSentBack, row.case_id, "reason"), body["reason"])
        return SendClosingBack(case_id=row.case_id, reason=reason)

    return act_on(key, SENDERS_BACK, command, status=200, versioned=True)
