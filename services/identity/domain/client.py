"""A department's system that asks for tokens: which secrets of it are in force; their digests are in a table of their own."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Decider
from services.contracts.codes import Role
from services.contracts.identity import ClientOpened, ClientSecretIssued, ClientSecretWithdrawn, SessionsEnded
from services.contracts.ids import BodyId, ClientId, OfficerId
from services.identity.domain.authority import Authority
from services.identity.domain.errors import ClientIdTaken, NoSuchClient, NoSuchSecret, TwoSecretsInForce
from services.identity.domain.policies import SECRETS_IN_FORCE


class OpenClient(Command, frozen=True):
    """Let a system of a body ask for tokens, as an officer of its own there; `name` tells it from the body's other systems."""

    client_id: ClientId
    officer_id: OfficerId
    body_id: BodyId
    name: str


class IssueSecret(Command, frozen=True):
    """A secret has been made and digested at the edge; with which authority it is asked is looked up there."""

    client_id: ClientId
    authority: Authority


class WithdrawSecret(Command, frozen=True):
    """A secret must not open the door any more: the system has gone over to the next, or is let in no longer.

    `withdrawn_at` is wall time: no token that the system got before it is good any more, whichever secret proved it.
    """

    client_id: ClientId
    secret_version: int
    authority: Authority
    withdrawn_at: datetime


ClientCommand = OpenClient | IssueSecret | WithdrawSecret
ClientEvent = ClientOpened | ClientSecretIssued | ClientSecretWithdrawn | SessionsEnded


class ClientState(msgspec.Struct, frozen=True):
    """The system, the secrets in force, and how many there ever were."""

    opened: ClientOpened | None = None
    in_force: tuple[int, ...] = ()
    last_version: int = 0


def decide(state: ClientState, command: ClientCommand) -> list[ClientEvent]:
    match command:
        case OpenClient():
            opened = ClientOpened(client_id=command.client_id, officer_id=command.officer_id, body_id=command.body_id)
            if state.opened is not None and state.opened != opened:
                raise ClientIdTaken(field="name", name=command.name)
            return [] if state.opened == opened else [opened]
        case IssueSecret():
            _checked(state, command.authority)
            if len(state.in_force) == SECRETS_IN_FORCE:
                raise TwoSecretsInForce(versions=", ".join(map(str, state.in_force)))
            return [ClientSecretIssued(client_id=command.client_id, secret_version=state.last_version + 1)]
        case WithdrawSecret():
            opened = _checked(state, command.authority)
            if not 1 <= command.secret_version <= state.last_version:
                raise NoSuchSecret(field="secret_version", version=command.secret_version)
            if command.secret_version not in state.in_force:
                return []
            withdrawn = ClientSecretWithdrawn(client_id=command.client_id, secret_version=command.secret_version)
            return [withdrawn, SessionsEnded(officer_id=opened.officer_id, ended_at=command.withdrawn_at)]
        case _:
            assert_never(command)


def _checked(state: ClientState, authority: Authority) -> ClientOpened:
    """Raises NoSuchClient, NotPermitted; whoever may appoint a department's officer may let its system in."""
    if state.opened is None:
        raise NoSuchClient
    authority.check(Role.DEPARTMENT_OFFICER, "")
    return state.opened


def evolve(state: ClientState, event: ClientEvent) -> ClientState:
    match event:
        case ClientOpened():
            return replace(state, opened=event)
        case ClientSecretIssued():
            return replace(state, in_force=(*state.in_force, event.secret_version), last_version=event.secret_version)
        case ClientSecretWithdrawn():
            return replace(state, in_force=tuple(each for each in state.in_force if each != event.secret_version))
        case SessionsEnded():
            return state
        case _:
            assert_never(event)


def _key(state: ClientState) -> str:
    return state.opened.client_id if state.opened else ""


CLIENT: Decider[ClientState, ClientCommand, ClientEvent] = Decider(
    kind="client",
    commands=(OpenClient, IssueSecret, WithdrawSecret),
    initial=ClientState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.client_id,
    partition_of=_key,
)
