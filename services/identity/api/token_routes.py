"""The token door for systems: RFC 6749, section 4.4, for departments' systems and the house's own services.

What goes wrong is told in both tongues at once: the members of an OAuth error (section 5.2) beside those of a problem
(RFC 9457), as `application/json`, which is what clients of the former read (docs/decisions/0030).
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote_plus

from flask import Response, request

from services.chassis.errors import Refusal, TooOften
from services.chassis.web.access import anonymous
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.outside import comes_from_outside
from services.chassis.web.parser import URLENCODED
from services.chassis.web.problems import problem_response
from services.chassis.web.tokens import TokenSigner
from services.identity import queries
from services.identity.adapters.attempts import FailedLogins
from services.identity.adapters.clients import HouseClients, is_one_of
from services.identity.api import schemas
from services.identity.domain.errors import ClientNamedTwice, GrantMissing, GrantNotOffered, ScopeNotOffered, WrongClientOrSecret
from services.identity.domain.policies import TOKEN_SECONDS

TOKENS = Blueprint("tokens", __name__, description="系统令牌 · tokens for systems")

GRANT = "client_credentials"
CHALLENGE = 'Basic realm="fuxue"'
_BASIC = "basic"
_COUNTED_APART = "client\x00"
"""Before a client id where attempts are counted; no login name begins so, and none shares its count."""

ERRORS: tuple[tuple[type[Exception], str, int | None], ...] = (
    (WrongClientOrSecret, "invalid_client", 401),
    (GrantNotOffered, "unsupported_grant_type", 400),
    (ScopeNotOffered, "invalid_scope", 400),
    (TooOften, "temporarily_unavailable", None),
    (Refusal, "invalid_request", 400),
)
"""How a refusal is called in OAuth, and with which status where RFC 6749 has another than the house; the first row counts."""


@TOKENS.route("/token", methods=["POST"])
@anonymous  # who asks for a token has none yet
@TOKENS.arguments(schemas.TokenForm, location=URLENCODED)
@TOKENS.response(200, schemas.AccessTokenAnswer)
def token(form: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """系统凭证换取令牌（OAuth 2.0 client credentials）· A system's credentials for a short-lived token."""
    if not form["grant_type"]:
        raise GrantMissing
    if form["grant_type"] != GRANT:
        raise GrantNotOffered
    if form["scope"]:
        raise ScopeNotOffered
    asked_at = time.time()  # as at the login: never younger than the withdrawal of the secret that is being checked
    subject = _proved(*_credentials(form))
    signed = current(TokenSigner).sign(subject, lifetime_seconds=TOKEN_SECONDS, now=asked_at)
    answer = {"access_token": signed, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return answer, {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _credentials(form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, by Basic or in the form; raises ClientNamedTwice."""
    basic = request.authorization
    if basic is None or basic.type != _BASIC:
        return form["client_id"], form["client_secret"]
    client_id, secret = unquote_plus(basic.username or ""), unquote_plus(basic.password or "")
    if form["client_secret"] or form["client_id"] not in ("", client_id):
        raise ClientNamedTwice
    return client_id, secret


def _proved(client_id: str, secret: str) -> str:
    """Whose token it is; raises WrongClientOrSecret, TooManyAttempts."""
    attempts, counted, address = current(FailedLogins), _COUNTED_APART + client_id, request.remote_addr or ""
    attempts.attempt(counted, address)
    # the house's own services come from inside; outside, their secrets prove nobody
    subject = None if comes_from_outside() else current(HouseClients).subject(client_id, secret)
    if subject is None:
        known = queries.client(current_service().engine, client_id)
        if known is None or not is_one_of(known[1], secret):
            raise WrongClientOrSecret
        subject = known[0].officer_id
    attempts.succeeded(counted, address)
    return subject


def _in_both_tongues(error: Exception) -> Response:
    """The house's problem with the members of an OAuth error; the description is English, as section 5.2 allows ASCII only."""
    response = problem_response(error)
    name, status = next(((name, status) for kind, name, status in ERRORS if isinstance(error, kind)), (None, None))
    if name is None:
        name = "server_error" if response.status_code >= 500 else "invalid_request"
    said = error.sentence("en") if isinstance(error, Refusal) else name
    described = said.encode("ascii", "replace").decode().replace('"', "'")
    if status is not None:
        response.status_code = status
    problem = {**response.get_json(), "status": response.status_code, "error": name, "error_description": described}
    response.data = json.dumps(problem, ensure_ascii=False)
    response.mimetype = "application/json"
    if name == "invalid_client":
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


TOKENS.register_error_handler(Exception, _in_both_tongues)
