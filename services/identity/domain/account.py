"""An officer's account: that it exists and that its password changed; the hash is in a table of its own, in no event."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Decider
from services.contracts.codes import Role
from services.contracts.identity import AccountOpened, PasswordSet, SessionsEnded
from services.contracts.ids import AccountId, OfficerId
from services.identity.domain.authority import Authority
from services.identity.domain.errors import (
    LoginTaken,
    NoSuchAccount,
    PasswordTooWeak,
    SystemHasNoPassword,
    WrongLoginOrPassword,
)
from services.identity.domain.policies import PASSWORD_LEAST_CHARACTERS


class OpenAccount(Command, frozen=True):
    """Let an officer log in; `login_free` and whether the officer is a department's system are looked up in the same turn."""

    account_id: AccountId
    officer_id: OfficerId
    login: str
    login_free: bool
    is_system: bool = False


class SetPassword(Command, frozen=True):
    """A new password has been hashed at the edge; only what the rule needs of it travels here.

    `checked_version` is the credential that the old password or one-time code was checked against: it is good for one change.
    `set_at` is wall time: whoever was logged in before it no longer is.
    """

    account_id: AccountId
    checked_version: int
    characters: int
    is_login_name: bool
    set_at: datetime


class ResetPassword(Command, frozen=True):
    """Take the password away and give a one-time code.

    Looked up at the edge: the roles over the county that the owner holds now or later, whether the county is still being set up
    (neither the owner nor any bureau lead ever chose a password), and with which authority it is asked. `set_at` is wall time:
    whoever was logged in before it no longer is.
    """

    account_id: AccountId
    county_roles: frozenset[Role]
    setting_up: bool
    authority: Authority
    set_at: datetime


AccountCommand = OpenAccount | SetPassword | ResetPassword
AccountEvent = AccountOpened | PasswordSet | SessionsEnded


class AccountState(msgspec.Struct, frozen=True):
    """The account and how often its password was set."""

    opened: AccountOpened | None = None
    credential_version: int = 0


def decide(state: AccountState, command: AccountCommand) -> list[AccountEvent]:
    match command:
        case OpenAccount():
            opened = AccountOpened(account_id=command.account_id, officer_id=command.officer_id, login=command.login)
            if opened == state.opened:
                return []
            if command.is_system:
                raise SystemHasNoPassword
            if not command.login_free:
                raise LoginTaken
            return [opened]
        case SetPassword():
            if state.opened is None:
                raise NoSuchAccount
            if command.checked_version != state.credential_version:
                raise WrongLoginOrPassword
            if command.characters < PASSWORD_LEAST_CHARACTERS or command.is_login_name:
                raise PasswordTooWeak(least=PASSWORD_LEAST_CHARACTERS)
            return _set(state.opened, state.credential_version, command.set_at)
        case ResetPassword():
            if state.opened is None:
                raise NoSuchAccount
            command.authority.check_reset(command.county_roles, setting_up=command.setting_up)
            return _set(state.opened, state.credential_version, command.set_at)
        case _:
            assert_never(command)


def _set(opened: AccountOpened, replaced: int, set_at: datetime) -> list[AccountEvent]:
    """The next credential; where it takes another's place, what that one opened is closed."""
    password = PasswordSet(account_id=opened.account_id, credential_version=replaced + 1)
    return [password, SessionsEnded(officer_id=opened.officer_id, ended_at=set_at)] if replaced else [password]


def evolve(state: AccountState, event: AccountEvent) -> AccountState:
    match event:
        case AccountOpened():
            return replace(state, opened=event)
        case PasswordSet():
            return replace(state, credential_version=event.credential_version)
        case SessionsEnded():
            return state
        case _:
            assert_never(event)


def _key(state: AccountState) -> str:
    return state.opened.account_id if state.opened else ""


ACCOUNT: Decider[AccountState, AccountCommand, AccountEvent] = Decider(
    kind="account",
    commands=(OpenAccount, SetPassword, ResetPassword),
    initial=AccountState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.account_id,
    partition_of=_key,
)
