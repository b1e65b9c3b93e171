"""One act on a case, duty or report in one turn: found by id or number, decided on by who may, texts sealed by the child's key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, assert_never

from msgspec.structs import replace

from services.casework import queries
from services.casework.api.pages import hidden_events
from services.casework.api.scope.cases import must_be_for
from services.casework.api.scope.reports import answers_report_for, hold_for
from services.casework.domain.case import CASE, CaseCommand
from services.casework.domain.duty import DUTY, DutyCommand
from services.casework.domain.errors import CompanionNotOfPlace, NoSuchOfficer
from services.casework.domain.holding import DUTIES_TO_FAMILY, must_not_be_held
from services.casework.domain.mandatory_report import MANDATORY_REPORT, MandatoryReportCommand
from services.casework.domain.naming import is_of_place
from services.casework.domain.places import place
from services.casework.projections import MANDATORY_REPORT_ROWS
from services.casework.reactions.places import place_of
from services.casework.storage.rows import CaseRow, DutyRow, MandatoryReportRow
from services.chassis.decider import Event
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.acting import Answered, act, expected_version
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import current_service
from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import OfficerId

OnCase = Callable[[Turn, CaseRow], CaseCommand]
OnDuty = Callable[[Turn, DutyRow], DutyCommand]
OnReport = Callable[[Turn, MandatoryReportRow], MandatoryReportCommand]
Telling = Callable[[Turn, CaseRow], Mapping[str, Any]]


def act_on_case(
    key: str,
    roles: Sequence[Role],
    command: OnCase,
    *,
    tell: Telling | None = None,
    status: int = 201,
    versioned: bool = False,
    on_behalf_of: Callable[[Turn, CaseRow], str | None] | None = None,
    with_family: Callable[[CaseRow], bool] | None = None,
) -> Any:
    """Execute the command for the case of that id or number, if it is the caller's in one of the roles.

    Of an act `with_family` is asked last whether the family is to be left alone, and only where the act would have had an effect:
    trying one out that is refused anyhow, or changes nothing, tells nothing (docs/decisions/0040).
    """
    caller = current_caller()
    expected = expected_version() if versioned else expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row = queries.case_of(turn, key)
        must_be_for(caller, roles, row, place_of(turn, row).central_school_id, turn.today)
        if on_behalf_of is not None:
            context = replace(context, on_behalf_of=on_behalf_of(turn, row))
        # of versions the caller knows and is told those without what is hidden: no act of theirs adds to that
        hidden = hidden_events(current_service(), row, caller, turn.today)
        seen = None if expected is None else expected + hidden
        done = turn.execute(command(turn, row), context, expected_version=seen)
        if done and with_family is not None and with_family(row):
            _must_be_approachable(turn, row)
        state, version = turn.state(CASE, row.case_id)
        told = {} if tell is None else tell(turn, row)
        return Answered({"case_id": row.case_id, "number": state.number, **told}, etag=version - hidden)

    return act(acting, status=status)


def act_on_duty(
    key: str, command: OnDuty, on_behalf_of: Callable[[Turn, DutyRow], str | None], *, with_family: bool = False
) -> Any:
    """One step of a duty by whoever may take it, or may enter it for the department (else `on_behalf_of` raises NoSuchDuty).

    `with_family` says that the step tells what was done with the family, where the duty is one of that kind; see `act_on_case`.
    """
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row = queries.duty_of(turn, key)
        department = on_behalf_of(turn, row)
        decided = replace(command(turn, row), given=replace(turn.given(context), on_behalf_of=department))
        # a substitute's act is enveloped with the officer for whom; that a reply was entered for a department, the event says
        context = replace(context, on_behalf_of=context.on_behalf_of or department)
        done = turn.execute(decided, context, expected_version=expected)
        if done and with_family and row.kind in DUTIES_TO_FAMILY:
            _must_be_approachable(turn, row)
        state, version = turn.state(DUTY, row.duty_id)
        return Answered({"duty_id": row.duty_id, "number": row.number, "status": state.status}, etag=version)

    return act(acting)


def act_on_report(key: str, command: OnReport, *, answering: bool = False) -> Any:
    """One step of a mandatory report: by its lead, or, `answering`, by the police desk and whoever enters its word for it."""
    caller, expected = current_caller(), expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row = queries.mandatory_report_of(turn, key)
        police = answers_report_for(caller, row) if answering else None
        given = turn.given(context)
        decided = replace(command(turn, row), given=replace(given, on_behalf_of=police) if answering else given)
        # as with duties: the envelope holds for whom a substitute acted, the event that the word of the police was entered
        context = replace(context, on_behalf_of=context.on_behalf_of or police)
        turn.execute(decided, context, expected_version=expected)
        state, version = turn.state(MANDATORY_REPORT, row.report_id)
        return Answered({"report_id": row.report_id, "number": row.number, "status": state.status}, etag=version)

    return act(acting)


def always(_row: CaseRow) -> bool:
    """An act that is with the family whatever it holds."""
    return True


def _must_be_approachable(turn: Turn, row: CaseRow | DutyRow) -> None:
    """Raises PersuasionHeld or AskTheBureauFirst while the child's family is to be left alone."""
    reports: list[MandatoryReportRow] = turn.rows(MANDATORY_REPORT_ROWS, pupil_id=row.pupil_id)
    must_not_be_held(hold_for(current_caller(), reports))


def sealed(
    turn: Turn,
    row: CaseRow | DutyRow | MandatoryReportRow,
    event: type[Event],
    body: Mapping[str, Any],
    *fields: str,
    record_id: str | None = None,
) -> dict[str, Any]:
    """What was typed into these fields of a body, sealed for the same fields of the event; nothing stays nothing.

    `record_id` is that of a visit or follow-up; otherwise they belong to the case, duty or report itself.
    """
    of = record_id or _own_id(row)
    return {field: turn.seal(row.pupil_id, place(event, of, field), body[field]) for field in fields}


def _own_id(row: CaseRow | DutyRow | MandatoryReportRow) -> str:
    match row:
        case CaseRow():
            return row.case_id
        case DutyRow():
            return row.duty_id
        case MandatoryReportRow():
            return row.report_id
        case _:
            assert_never(row)


def officer(turn: Turn, officer_id: str | None, field: str) -> OfficerId | None:
    """An officer whom the county has appointed to something, if one is named; raises NoSuchOfficer."""
    if officer_id is not None and not turn.rows(APPOINTMENT_ROWS, officer_id=officer_id):
        raise NoSuchOfficer(field=field)
    return None if officer_id is None else OfficerId(officer_id)


def visitor(turn: Turn, row: CaseRow, officer_id: str | None, day: date, field: str) -> OfficerId | None:
    """An officer who went along on a visit or witnessed it; raises NoSuchOfficer, CompanionNotOfPlace."""
    known = officer(turn, officer_id, field)
    if known is not None and not is_of_place(turn.rows(APPOINTMENT_ROWS, officer_id=known), place_of(turn, row), day):
        raise CompanionNotOfPlace(field=field)
    return known


def roles_today(turn: Turn, officer_id: OfficerId | None) -> tuple[Role, ...]:
    """To what an officer is appointed today, if one is named."""
    posts: list[AppointmentRow] = turn.rows(APPOINTMENT_ROWS, officer_id=officer_id) if officer_id else []
    return tuple(post.role for post in posts if post.in_force_on(turn.today))
