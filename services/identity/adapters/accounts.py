"""Opening accounts and setting passwords: the hash and the event that tells of it are one transaction."""

from __future__ import annotations

import msgspec

from services.chassis.clock import wall_now
from services.chassis.decider import derived_id
from services.chassis.envelope import Context
from services.chassis.service import Service
from services.chassis.turn import Turn
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import AccountId, OfficerId, body_id, officer_id
from services.identity.adapters.passwords import digest_of, hash_password, new_one_time_code
from services.identity.domain.account import ACCOUNT, OpenAccount, ResetPassword, SetPassword
from services.identity.domain.body import RegisterBody
from services.identity.domain.errors import NoSuchAccount
from services.identity.domain.officer import AppointOfficer, RegisterOfficer, appointment_id
from services.identity.projections import ACCOUNT_ROWS, CLIENT_ROWS
from services.identity.storage.tables import CREDENTIALS

FIRST_LOGIN = "first-account"


def account_id_of(officer: str) -> AccountId:
    """An officer has one account."""
    return AccountId(derived_id("account", officer))


def open_account(turn: Turn, officer: OfficerId, login: str, context: Context) -> AccountId:
    """Open the officer's account; raises LoginTaken, SystemHasNoPassword."""
    account = account_id_of(officer)
    holders = {row.account_id for row in turn.rows(ACCOUNT_ROWS, login=login)}
    command = OpenAccount(
        account_id=account,
        officer_id=officer,
        login=login,
        login_free=holders <= {account},
        is_system=bool(turn.rows(CLIENT_ROWS, officer_id=officer)),
    )
    turn.execute(command, context)
    return account


class Secret(msgspec.Struct, frozen=True):
    """A new password, hashed before the turn (a slow hash must not hold the writer's place), with what the rule asks of it."""

    password: str
    password_hash: str
    one_time: bool

    def __repr__(self) -> str:
        return "Secret(…)"


def chosen(password: str) -> Secret:
    """A password that its owner has chosen."""
    return Secret(password, hash_password(password), one_time=False)


def one_time() -> Secret:
    """A one-time code for somebody who has no password, or lost it."""
    code, digest = new_one_time_code()
    return Secret(code, digest, one_time=True)


def set_password(turn: Turn, account: AccountId, secret: Secret, context: Context, *, checked_version: int) -> None:
    """Set the password in the place of the one that was checked; raises NoSuchAccount, WrongLoginOrPassword, PasswordTooWeak."""
    state, _ = turn.state(ACCOUNT, account)
    if state.opened is None:
        raise NoSuchAccount
    is_login_name = secret.password == state.opened.login
    command = SetPassword(
        account_id=account,
        checked_version=checked_version,
        characters=len(secret.password),
        is_login_name=is_login_name,
        set_at=wall_now(),
    )
    turn.execute(command, context)
    _keep(turn, account, secret)


def reset_password(turn: Turn, command: ResetPassword, code: Secret, context: Context) -> None:
    """Put a one-time code in the place of the password; raises NoSuchAccount, NeedsBureauLead."""
    turn.execute(command, context)
    _keep(turn, command.account_id, code)


def _keep(turn: Turn, account: AccountId, secret: Secret) -> None:
    after, _ = turn.state(ACCOUNT, account)
    turn.sources.record(
        CREDENTIALS,
        {
            "account_id": account,
            "credential_version": after.credential_version,
            "password_hash": secret.password_hash,
            "one_time": secret.one_time,
        },
    )


def with_code(code: str) -> Secret:
    """A one-time code that was made and written down before."""
    return Secret(code, digest_of(code), one_time=True)


def open_first_account(service: Service, county: str, code: str) -> None:
    """On an empty house, open an account administrator's account with a one-time code.

    Its role opens accounts and imports officers; it sees no child, but whoever spends the code can let anybody in. That is to be
    the bureau: the code is spent once, so where it does not open any more, somebody else has been before.
    """
    secret = with_code(code)
    officer = officer_id(FIRST_LOGIN)
    office = body_id(f"{county}-setup")
    context = Context(actor="service:identity")

    def first(turn: Turn) -> None:
        turn.execute(
            RegisterBody(
                body_id=office,
                code=f"{county}-setup",
                kind=BodyKind.COUNTY_OFFICE,
                name="系统初始设置",
                name_en="First set-up",
                division=county,
            ),
            context,
        )
        turn.execute(RegisterOfficer(officer_id=officer, staff_number=FIRST_LOGIN, name="初始管理员", body_id=office), context)
        turn.execute(
            AppointOfficer(
                officer_id=officer,
                appointment_id=appointment_id(officer, Role.ACCOUNT_ADMIN, office),
                role=Role.ACCOUNT_ADMIN,
                body_id=office,
                body_kind=BodyKind.COUNTY_OFFICE,
                division=county,
                from_on=turn.given(context).today,
            ),
            context,
        )
        account = open_account(turn, officer, FIRST_LOGIN, context)
        set_password(turn, account, secret, context, checked_version=0)

    service.turns.run(first)
