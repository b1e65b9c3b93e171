"""The routes of identity: login and keys, officers and bodies, appointments, accounts, the county's calendars and numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from flask import request

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT
from services.chassis.decider import Command, Term, Unit, derived_id
from services.chassis.envelope import Context
from services.chassis.errors import FieldError, FormRejected
from services.chassis.service import Service
from services.chassis.spreadsheets import read_rows
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, anonymous, signed_in
from services.chassis.web.acting import act, repeatable
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.paging import page
from services.chassis.web.tokens import TokenSigner, key_set
from services.contracts.codes import Role
from services.contracts.ids import AccountId, AppointmentId, BodyId, ClassId, OfficerId
from services.identity import queries
from services.identity.adapters import county_files
from services.identity.adapters.accounts import chosen, one_time, open_account, set_password
from services.identity.adapters.attempts import FailedLogins
from services.identity.adapters.county_files import OfficerLine
from services.identity.adapters.passwords import password_matches
from services.identity.api import schemas
from services.identity.domain.county import PublishCalendar, SetPolicy
from services.identity.domain.errors import (
    NeedsBureauLead,
    NoSuchAccount,
    NoSuchOfficer,
    PasswordMustBeChanged,
    WrongLoginOrPassword,
)
from services.identity.domain.officer import AppointOfficer, EndAppointment
from services.identity.domain.policies import ROLES_OVER_THE_COUNTY, TOKEN_SECONDS
from services.identity.storage.tables import ACCOUNTS, BODIES, OFFICERS

DOORS = Blueprint("doors", __name__, description="登录与公钥 · login and keys")
COUNTY = Blueprint("county", __name__, description="单位、人员、日历、政策 · bodies, officers, calendars, numbers")

BLUEPRINTS = (DOORS, COUNTY)


def county_commands(kind: str, edition: str | None, data: bytes, service: Service, today: date) -> Sequence[Command | OfficerLine]:
    """What a file of the county asks for; raises FormRejected with every bad row."""
    match kind:
        case "bodies":
            return county_files.bodies(read_rows(data, ()))
        case "officers":
            known = queries.body_codes(service.engine)
            return county_files.officers(
                read_rows(data, (county_files.OFFICERS_SHEET,)),
                known.get,
                today,
                bureau_has_lead=bool(queries.holders(service.engine, {Role.BUREAU_LEAD}, today)),
                by_bureau_lead=current_caller().holds(Role.BUREAU_LEAD),
            )
        case _:
            government = kind == "calendar_government"
            days = county_files.calendar(read_rows(data, ()), government=government)
            calendar_id = GOVERNMENT if government else ALL_SCHOOLS
            county = service.turns.county.code
            return [PublishCalendar(county=county, calendar_id=calendar_id, edition=edition or _digest(data), days=days)]


def _digest(data: bytes) -> str:
    """An edition's name where nobody gave one: the same file is the same edition."""
    return hashlib.sha256(data).hexdigest()[:12]


def _check_password(login: str, password: str) -> queries.Credential:
    """The credential behind a login name; raises WrongLoginOrPassword, TooManyAttempts."""
    attempts = current(FailedLogins)
    attempts.check(login, request.remote_addr or "")
    credential = queries.credential(current_service().engine, login)
    if not password_matches(credential.password_hash if credential else None, password) or credential is None:
        attempts.failed(login, request.remote_addr or "")
        raise WrongLoginOrPassword
    attempts.succeeded(login, request.remote_addr or "")
    return credential


@DOORS.route("/login", methods=["POST"])
@anonymous  # who logs in has no token yet
@DOORS.arguments(schemas.LoginForm)
@DOORS.response(200, schemas.TokenAnswer)
def login(body: dict[str, str]) -> dict[str, Any]:
    """登录，换取短期令牌 · Log in for a short-lived token."""
    credential = _check_password(body["login"], body["password"])
    if credential.one_time:
        raise PasswordMustBeChanged
    return _token(credential.officer_id)


def _token(officer_id: OfficerId) -> dict[str, Any]:
    token = current(TokenSigner).sign(officer_id, lifetime_seconds=TOKEN_SECONDS)
    return {"token": token, "expires_in": TOKEN_SECONDS, "officer_id": officer_id}


@DOORS.route("/password", methods=["POST"])
@anonymous  # a one-time password gives no token; the old password is checked here
@DOORS.arguments(schemas.PasswordForm)
@DOORS.response(200, schemas.TokenAnswer)
def change_password(body: dict[str, str]) -> dict[str, Any]:
    """修改自己的密码，并登录 · Change one's own password, and be logged in with it."""
    credential = _check_password(body["login"], body["password"])
    secret, context = chosen(body["new_password"]), Context(actor=credential.officer_id)
    current_service().turns.run(lambda turn: set_password(turn, credential.account_id, secret, context))
    return _token(credential.officer_id)


@DOORS.route("/keys", methods=["GET"])
@anonymous  # public keys are public
@DOORS.response(200)
def keys() -> dict[str, Any]:
    """验证令牌的公钥（JWKS）· The public keys that verify tokens."""
    return key_set(current(TokenSigner))


@DOORS.route("/me", methods=["GET"])
@signed_in
@DOORS.response(200, schemas.OfficerWithAppointments)
def me() -> dict[str, Any]:
    """本人及任职 · Who I am and what I am appointed to."""
    return _officer(current_caller().officer_id)


def _officer(officer_id: str) -> dict[str, Any]:
    engine = current_service().engine
    row = queries.officer(engine, officer_id)
    if row is None:
        raise NoSuchOfficer
    appointments = [dict(appointment._mapping) for appointment in queries.appointments_of(engine, [officer_id])]  # noqa: SLF001  SQLAlchemy's public name
    return {**row._mapping, "appointments": appointments}  # noqa: SLF001  SQLAlchemy's public name


@COUNTY.route("/bodies", methods=["GET"])
@signed_in
@COUNTY.arguments(PageQuery, location="query")
@COUNTY.response(200, schemas.BodiesPage)
def bodies(query: dict[str, Any]) -> dict[str, Any]:
    """单位名录 · The bodies of the county."""
    return page(current_service().engine, queries.bodies(), keys=(BODIES.c.code,), asked=query)


@COUNTY.route("/officers", methods=["GET"])
@signed_in
@COUNTY.arguments(schemas.OfficersQuery, location="query")
@COUNTY.response(200, schemas.OfficersPage)
def officers(query: dict[str, Any]) -> dict[str, Any]:
    """工作人员名录 · The officers of the county."""
    select = queries.officers()
    if query.get("body_id"):
        select = select.where(OFFICERS.c.body_id == query["body_id"])
    return page(current_service().engine, select, keys=(OFFICERS.c.staff_number,), asked=query)


@COUNTY.route("/officers/<officer_id>", methods=["GET"])
@signed_in
@COUNTY.response(200, schemas.OfficerWithAppointments)
def officer(officer_id: str) -> dict[str, Any]:
    """一名工作人员及任职 · One officer with appointments."""
    return _officer(officer_id)


@COUNTY.route("/officers/<officer_id>/appointments", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@COUNTY.arguments(schemas.AppointmentForm)
@COUNTY.response(201, schemas.IdAnswer)
def appoint(body: dict[str, Any], officer_id: str) -> Any:
    """任命 · Appoint an officer."""
    engine = current_service().engine
    registered = queries.body(engine, body["body_id"])
    bureau_has_lead = bool(queries.holders(engine, {Role.BUREAU_LEAD}, current_service().today))
    by_bureau_lead = current_caller().holds(Role.BUREAU_LEAD)
    appointment = AppointmentId(derived_id("appointment", officer_id, body["role"], body["body_id"], body["class_id"] or ""))

    def appointing(turn: Turn, context: Context) -> dict[str, Any]:
        command = AppointOfficer(
            officer_id=OfficerId(officer_id),
            appointment_id=appointment,
            role=Role(body["role"]),
            body_id=BodyId(body["body_id"]),
            body_kind=registered.kind,
            division=registered.division,
            from_on=body["from_on"],
            class_id=ClassId(body["class_id"]) if body["class_id"] else None,
            department=registered.department,
            bureau_has_lead=bureau_has_lead,
            by_bureau_lead=by_bureau_lead,
        )
        turn.execute(command, context)
        return {"id": appointment}

    return act(appointing, status=201)


@COUNTY.route("/officers/<officer_id>/appointments/<appointment_id>:end", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN)
@COUNTY.arguments(schemas.EndForm)
@COUNTY.response(200, schemas.IdAnswer)
def end_appointment(body: dict[str, Any], officer_id: str, appointment_id: str) -> Any:
    """免职 · End an appointment; its cases are handed over."""

    def ending(turn: Turn, context: Context) -> dict[str, Any]:
        command = EndAppointment(
            officer_id=OfficerId(officer_id),
            appointment_id=AppointmentId(appointment_id),
            until_on=body["until_on"],
        )
        turn.execute(command, context)
        return {"id": appointment_id}

    return act(ending)


@COUNTY.route("/accounts", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN)
@COUNTY.arguments(schemas.AccountForm)
@COUNTY.response(201, schemas.IdAnswer)
def open_new_account(body: dict[str, str]) -> Any:
    """开通账号 · Open an account; `:reset` gives its first one-time code."""
    service = current_service()
    if queries.officer(service.engine, body["officer_id"]) is None:
        raise NoSuchOfficer

    def opening(turn: Turn, context: Context) -> dict[str, Any]:
        return {"id": open_account(turn, OfficerId(body["officer_id"]), body["login"], context)}

    return act(opening, status=201)


@COUNTY.route("/accounts", methods=["GET"])
@allowed(Role.ACCOUNT_ADMIN)
@COUNTY.arguments(PageQuery, location="query")
@COUNTY.response(200, schemas.AccountsPage)
def accounts(query: dict[str, Any]) -> dict[str, Any]:
    """账号名录 · Who can log in, by which name."""
    return page(current_service().engine, queries.accounts(), keys=(ACCOUNTS.c.login,), asked=query)


@COUNTY.route("/accounts/<account_id>:reset", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@repeatable  # the code must not be kept; asked again, there is another one
@COUNTY.response(200, schemas.OneTimeCode)
def reset_password(account_id: str) -> dict[str, str]:
    """重置密码，返回一次性密码 · Take the password away and answer a one-time code."""
    account = queries.account(current_service().engine, account_id)
    if account is None:
        raise NoSuchAccount
    engine = current_service().engine
    if queries.has_chosen_password(engine, account_id) and not current_caller().holds(Role.BUREAU_LEAD):
        over_the_county = queries.holders(engine, ROLES_OVER_THE_COUNTY, current_service().today)
        if account.officer_id in over_the_county and queries.holders(engine, {Role.BUREAU_LEAD}, current_service().today):
            raise NeedsBureauLead
    secret, context = one_time(), current_caller().context()
    current_service().turns.run(lambda turn: set_password(turn, AccountId(account_id), secret, context))
    return {"id": account_id, "one_time_code": secret.password}


@COUNTY.route("/calendars/<calendar_id>", methods=["POST"])
@allowed(Role.BUREAU_CLERK, Role.BUREAU_LEAD)
@COUNTY.arguments(schemas.CalendarForm)
@COUNTY.response(201, schemas.IdAnswer)
def publish_calendar(body: dict[str, Any], calendar_id: str) -> Any:
    """发布日历 · Publish days of a calendar (`government`, `schools`, or a school's id)."""
    if calendar_id not in (GOVERNMENT, ALL_SCHOOLS):
        queries.body(current_service().engine, calendar_id)
    county = current_service().turns.county.code

    def publishing(turn: Turn, context: Context) -> dict[str, Any]:
        command = PublishCalendar(county=county, calendar_id=calendar_id, edition=body["edition"], days=body["days"])
        turn.execute(command, context)
        return {"id": calendar_id}

    return act(publishing, status=201)


@COUNTY.route("/policies/<code>", methods=["POST"])
@allowed(Role.BUREAU_LEAD)
@COUNTY.arguments(schemas.PolicyForm)
@COUNTY.response(201, schemas.IdAnswer)
def set_policy(body: dict[str, Any], code: str) -> Any:
    """设定政策数值 · Set one of the county's numbers: `number` or `term`."""
    if ("number" in body) == ("term" in body):
        raise FormRejected(FieldError("number", "number 与 term 必须且只能填一个。", "Give either number or term, not both."))
    value: int | Term = body["number"] if "number" in body else _term(body["term"])
    county = current_service().turns.county.code

    def setting(turn: Turn, context: Context) -> dict[str, Any]:
        turn.execute(SetPolicy(county=county, code=code, value=value, source=body["source"]), context)
        return {"id": code}

    return act(setting, status=201)


def _term(form: dict[str, Any]) -> Term:
    return Term(form["count"], Unit(form["unit"]), form["at"])


@COUNTY.route("/policies", methods=["GET"])
@signed_in
@COUNTY.response(200)
def policies() -> dict[str, Any]:
    """已设定的政策数值 · The numbers that the county has set (others hold by their defaults)."""
    in_force: Callable[[Any], Any] = msgspec.to_builtins
    return {"items": in_force(dict(current_service().turns.county.policies))}


@COUNTY.route("/imports", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN)
@COUNTY.arguments(schemas.CountyFile, location="files")
@COUNTY.arguments(schemas.CountyFileForm, location="form")
@COUNTY.response(201, schemas.CountyFileAnswer)
def import_county_file(files: dict[str, Any], form: dict[str, Any]) -> Any:
    """导入单位、人员、日历 · Import the county's lists; a bad row refuses the whole file, every bad row is named."""
    service = current_service()
    data: bytes = files["file"].read()
    today = current_service().today
    commands = county_commands(form["kind"], form["edition"], data, service, today)

    def importing(turn: Turn, context: Context) -> dict[str, Any]:
        changed = 0
        for command in commands:
            if isinstance(command, OfficerLine):
                changed += len(turn.execute(command.register, context)) + len(turn.execute(command.appoint, context))
                open_account(turn, command.register.officer_id, command.login, context)
            else:
                changed += len(turn.execute(command, context))
        return {"kind": form["kind"], "rows": len(commands), "changed": changed}

    return act(importing, status=201)
