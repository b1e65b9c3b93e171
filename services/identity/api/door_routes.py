"""The doors: login, one's own password, the public keys of the tokens, and who one is."""

from __future__ import annotations

import time
from typing import Any

from flask import request

from services.chassis.envelope import Context
from services.chassis.web.access import anonymous, signed_in
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.tokens import TokenSigner, key_set
from services.contracts.ids import OfficerId
from services.identity import queries
from services.identity.adapters.accounts import chosen, set_password
from services.identity.adapters.attempts import FailedLogins
from services.identity.adapters.passwords import password_matches
from services.identity.api import schemas
from services.identity.api.pages import officer_shown
from services.identity.domain.errors import PasswordMustBeChanged, WrongLoginOrPassword
from services.identity.domain.policies import TOKEN_SECONDS

DOORS = Blueprint("doors", __name__, description="登录与公钥 · login and keys")


def _check_password(login: str, password: str) -> queries.Credential:
    """The credential behind a login name; raises WrongLoginOrPassword, TooManyAttempts."""
    attempts, address = current(FailedLogins), request.remote_addr or ""
    attempts.attempt(login, address)
    credential = queries.credential(current_service().engine, login)
    if not password_matches(credential.password_hash if credential else None, password) or credential is None:
        raise WrongLoginOrPassword
    attempts.succeeded(login, address)
    return credential


@DOORS.route("/login", methods=["POST"])
@anonymous  # who logs in has no token yet
@DOORS.arguments(schemas.LoginForm)
@DOORS.response(200, schemas.TokenAnswer)
def login(body: dict[str, str]) -> dict[str, Any]:
    """登录，换取短期令牌 · Log in for a short-lived token."""
    asked_at = time.time()  # a password that is reset while it is being checked must not give a token younger than the reset
    credential = _check_password(body["login"], body["password"])
    if credential.one_time:
        raise PasswordMustBeChanged
    return _token(credential.officer_id, asked_at)


def _token(officer_id: OfficerId, issued_at: float) -> dict[str, Any]:
    token = current(TokenSigner).sign(officer_id, lifetime_seconds=TOKEN_SECONDS, now=issued_at)
    return {"token": token, "expires_in": TOKEN_SECONDS, "officer_id": officer_id}


@DOORS.route("/password", methods=["POST"])
@anonymous  # a one-time password gives no token; the old password is checked here
@DOORS.arguments(schemas.PasswordForm)
@DOORS.response(200, schemas.TokenAnswer)
def change_password(body: dict[str, str]) -> dict[str, Any]:
    """修改自己的密码，并登录 · Change one's own password, and be logged in with it."""
    credential = _check_password(body["login"], body["password"])
    secret, context = chosen(body["new_password"]), Context(actor=credential.officer_id)
    account, version = credential.account_id, credential.version
    current_service().turns.run(lambda turn: set_password(turn, account, secret, context, checked_version=version))
    return _token(credential.officer_id, time.time())


@DOORS.route("/keys", methods=["GET"])
@anonymous  # public keys are public
@DOORS.response(200)
def keys() -> dict[str, Any]:
    """验证令牌的公钥（JWKS）· The public keys that verify tokens."""
    return key_set(current(TokenSigner))


@DOORS.route("/me", methods=["GET"])
@signed_in
@DOORS.response(200, schemas.MyselfAnswer)
def me() -> dict[str, Any]:
    """本人及任职 · Who I am, what I am appointed to, ended or to come too, and as what I am admitted today."""
    caller = current_caller()
    return {**officer_shown(caller.officer_id), "roles": sorted({held.role for held in caller.appointments})}
