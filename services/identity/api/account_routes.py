"""Accounts: opened, listed, their passwords reset."""

from __future__ import annotations

from typing import Any

from services.chassis.clock import wall_now
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import act, repeatable
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Role
from services.contracts.ids import AccountId, OfficerId
from services.identity import queries
from services.identity.adapters.accounts import one_time, open_account
from services.identity.adapters.accounts import reset_password as reset
from services.identity.api import schemas
from services.identity.domain.account import ResetPassword
from services.identity.domain.errors import NoSuchAccount, NoSuchOfficer
from services.identity.storage.tables import ACCOUNTS as ACCOUNT_TABLE

ACCOUNTS = Blueprint("accounts", __name__, description="账号 · accounts")


@ACCOUNTS.route("/accounts", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN)
@ACCOUNTS.arguments(schemas.AccountForm)
@ACCOUNTS.response(201, schemas.IdAnswer)
def open_new_account(body: dict[str, str]) -> Any:
    """开通账号 · Open an account; `:reset` gives its first one-time code."""
    service = current_service()
    if queries.officer(service.engine, body["officer_id"]) is None:
        raise NoSuchOfficer

    def opening(turn: Turn, context: Context) -> dict[str, Any]:
        return {"id": open_account(turn, OfficerId(body["officer_id"]), body["login"], context)}

    return act(opening, status=201)


@ACCOUNTS.route("/accounts", methods=["GET"])
@allowed(Role.ACCOUNT_ADMIN)
@ACCOUNTS.arguments(PageQuery, location="query")
@ACCOUNTS.response(200, schemas.AccountsPage)
def accounts(query: dict[str, Any]) -> dict[str, Any]:
    """账号名录 · Who can log in, by which name."""
    return page(current_service().engine, queries.accounts(), keys=(ACCOUNT_TABLE.c.login,), asked=query)


@ACCOUNTS.route("/accounts/<account_id>:reset", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD, Role.COUNTY_LEADER)
@repeatable  # the code must not be kept; asked again, there is another one
@ACCOUNTS.response(200, schemas.OneTimeCode)
def reset_password(account_id: str) -> dict[str, str]:
    """重置密码，返回一次性密码，并结束其登录 · Take the password away, end its sessions and answer a one-time code."""
    service, caller = current_service(), current_caller()
    account = queries.account(service.engine, account_id)
    if account is None:
        raise NoSuchAccount
    county_roles = queries.county_roles(service.engine, account.officer_id, service.today)
    setting_up = not queries.in_office(service.engine, account_id)
    authority, code, context = queries.authority(service.engine, caller), one_time(), caller.context()

    def resetting(turn: Turn) -> None:
        command = ResetPassword(
            account_id=AccountId(account_id),
            county_roles=county_roles,
            setting_up=setting_up,
            authority=authority,
            set_at=wall_now(),
        )
        reset(turn, command, code, context)

    service.turns.run(resetting)
    return {"id": account_id, "one_time_code": code.password}
