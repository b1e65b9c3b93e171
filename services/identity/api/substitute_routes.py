"""Dated substitutes over HTTP: named by the officer or the account administrator, withdrawn by them or laid down."""

from __future__ import annotations

from typing import Any

from uuid6 import uuid7

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import signed_in
from services.chassis.web.acting import act
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.identity import AppointmentRow, SubstitutionRow
from services.contracts.identity_rows import APPOINTMENT_ROWS, SUBSTITUTION_ROWS
from services.contracts.ids import AppointmentId, OfficerId, SubstitutionId
from services.identity import queries
from services.identity.api import schemas
from services.identity.domain.errors import NoSuchAppointment, NoSuchOfficer, NoSuchSubstitution
from services.identity.domain.substitution import NameSubstitute, WithdrawSubstitute
from services.identity.projections import BODY_ROWS, CLIENT_ROWS, OFFICER_ROWS
from services.identity.storage.rows import BodyRow

SUBSTITUTES = Blueprint("substitutes", __name__, description="代理（AB角）· dated substitutes")


@SUBSTITUTES.route("/officers/<officer_id>/substitutes", methods=["POST"])
@signed_in  # the officer in person or an account administrator: the rule decides
@SUBSTITUTES.arguments(schemas.SubstituteForm)
@SUBSTITUTES.response(201, schemas.IdAnswer)
def name_substitute(body: dict[str, Any], officer_id: str) -> Any:
    """指定代理人（AB角）· Name who acts in an appointment on the days given."""
    caller = current_caller()
    authority = queries.authority(current_service().engine, caller)
    absent, substitute = OfficerId(officer_id), OfficerId(body["substitute_id"])
    substitution_id = SubstitutionId(str(uuid7()))

    def naming(turn: Turn, context: Context) -> dict[str, Any]:
        if turn.row(OFFICER_ROWS, substitute) is None:
            raise NoSuchOfficer(field="substitute_id")
        appointment = _appointment(turn, body["appointment_id"])
        place: BodyRow | None = turn.row(BODY_ROWS, appointment.body_id)
        command = NameSubstitute(
            officer_id=absent,
            substitution_id=substitution_id,
            appointment_id=appointment.appointment_id,
            substitute_id=substitute,
            from_on=body["from_on"],
            until_on=body["until_on"],
            body_above=None if place is None else place.parent_id,
            offices=tuple(turn.rows(APPOINTMENT_ROWS, officer_id=substitute)),
            elsewhere=queries.substitutions_around(turn, absent, substitute),
            is_system=any(turn.rows(CLIENT_ROWS, officer_id=each) for each in (absent, substitute)),
            administers=queries.administers(caller, appointment.body_id),
            authority=authority,
        )
        turn.execute(command, context)
        return {"id": substitution_id}

    return act(naming, status=201)


@SUBSTITUTES.route("/officers/<officer_id>/substitutes/<substitution_id>:withdraw", methods=["POST"])
@signed_in  # the officer in person, the substitute or an account administrator: the rule decides
@SUBSTITUTES.response(200, schemas.IdAnswer)
def withdraw_substitute(officer_id: str, substitution_id: str) -> Any:
    """收回代理 · The substitute acts no more, from now on."""
    caller = current_caller()
    authority = queries.authority(current_service().engine, caller)

    def withdrawing(turn: Turn, context: Context) -> dict[str, Any]:
        row: SubstitutionRow | None = turn.row(SUBSTITUTION_ROWS, substitution_id)
        if row is None or row.officer_id != officer_id:
            raise NoSuchSubstitution
        command = WithdrawSubstitute(
            officer_id=row.officer_id,
            substitution_id=row.substitution_id,
            administers=queries.administers(caller, _appointment(turn, row.appointment_id).body_id),
            authority=authority,
        )
        turn.execute(command, context)
        return {"id": substitution_id}

    return act(withdrawing)


def _appointment(turn: Turn, appointment_id: str) -> AppointmentRow:
    row: AppointmentRow | None = turn.row(APPOINTMENT_ROWS, AppointmentId(appointment_id))
    if row is None:
        raise NoSuchAppointment(field="appointment_id")
    return row
