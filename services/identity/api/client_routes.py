"""Department systems: let in, listed, their secrets issued and withdrawn."""

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
from services.contracts.ids import ClientId
from services.identity import queries
from services.identity.adapters.clients import issue_secret, new_secret, open_client
from services.identity.api import schemas
from services.identity.domain.client import IssueSecret, WithdrawSecret
from services.identity.storage.tables import CLIENTS as CLIENT_TABLE

CLIENTS = Blueprint("clients", __name__, description="部门系统接入 · department systems")


@CLIENTS.route("/clients", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@CLIENTS.arguments(schemas.ClientForm)
@CLIENTS.response(201, schemas.IdAnswer)
def open_new_client(body: dict[str, str]) -> Any:
    """接入部门系统 · Let a department's system in; `:issue-secret` gives its first secret."""
    service = current_service()
    registered = queries.body(service.engine, body["body_id"])
    authority = queries.authority(service.engine, current_caller())

    def opening(turn: Turn, context: Context) -> dict[str, Any]:
        return {"id": open_client(turn, registered, body["code"], body["name"], authority, context)}

    return act(opening, status=201)


@CLIENTS.route("/clients", methods=["GET"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@CLIENTS.arguments(PageQuery, location="query")
@CLIENTS.response(200, schemas.ClientsPage)
def clients(query: dict[str, Any]) -> dict[str, Any]:
    """部门系统名录 · Which systems are let in, and which of their secrets are in force."""
    return page(current_service().engine, queries.clients(), keys=(CLIENT_TABLE.c.client_id,), asked=query)


@CLIENTS.route("/clients/<client_id>:issue-secret", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@repeatable  # the secret must not be kept; asked again, there is another one, up to two
@CLIENTS.response(200, schemas.SecretAnswer)
def issue(client_id: str) -> dict[str, Any]:
    """签发密钥，只显示一次 · Issue a secret, shown this once; the one before stays in force until it is withdrawn."""
    service, caller = current_service(), current_caller()
    command = IssueSecret(client_id=ClientId(client_id), authority=queries.authority(service.engine, caller))
    secret, context = new_secret(), caller.context()
    version = service.turns.run(lambda turn: issue_secret(turn, command, secret, context))
    return {"client_id": client_id, "client_secret": secret, "secret_version": version}


@CLIENTS.route("/clients/<client_id>:withdraw-secret", methods=["POST"])
@allowed(Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD)
@CLIENTS.arguments(schemas.WithdrawForm)
@CLIENTS.response(200, schemas.IdAnswer)
def withdraw(body: dict[str, int], client_id: str) -> Any:
    """收回密钥 · Withdraw a secret; without any, the system gets no token any more."""
    authority = queries.authority(current_service().engine, current_caller())
    version = body["secret_version"]

    def withdrawing(turn: Turn, context: Context) -> dict[str, Any]:
        command = WithdrawSecret(
            client_id=ClientId(client_id), secret_version=version, authority=authority, withdrawn_at=wall_now()
        )
        turn.execute(command, context)
        return {"id": client_id}

    return act(withdrawing)
