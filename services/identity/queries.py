"""Questions that identity answers from its read models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
import sqlalchemy as sa

from services.chassis.reactions import Rows
from services.chassis.storage.tables import APPOINTMENTS, SUBSTITUTIONS
from services.chassis.web.caller import Caller
from services.contracts.codes import COUNTY_DIGITS, Role
from services.contracts.identity import SubstitutionRow
from services.contracts.identity_rows import SUBSTITUTION_ROWS
from services.contracts.ids import AccountId, BodyId, OfficerId
from services.identity.domain.authority import Authority, over_the_county
from services.identity.domain.errors import NoSuchBody
from services.identity.projections import BODY_ROWS, CLIENT_ROWS
from services.identity.storage.rows import BodyRow, ClientRow
from services.identity.storage.tables import ACCOUNTS, BODIES, CLIENT_SECRETS, CLIENTS, CREDENTIALS, OFFICERS


class Credential(msgspec.Struct, frozen=True):
    """What a login is checked against."""

    account_id: AccountId
    officer_id: OfficerId
    version: int
    password_hash: str
    one_time: bool


def credential(engine: sa.Engine, login: str) -> Credential | None:
    """The present credential of a login name."""
    query = (
        sa.select(ACCOUNTS, CREDENTIALS.c.password_hash, CREDENTIALS.c.one_time)
        .join(
            CREDENTIALS,
            (CREDENTIALS.c.account_id == ACCOUNTS.c.account_id)
            & (CREDENTIALS.c.credential_version == ACCOUNTS.c.credential_version),
        )
        .where(ACCOUNTS.c.login == login)
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Credential(row.account_id, row.officer_id, row.credential_version, row.password_hash, bool(row.one_time))


def account(engine: sa.Engine, account_id: str) -> sa.Row[tuple[str, str, str, int]] | None:
    """An account by its id: account_id, officer_id, login, credential_version."""
    with engine.connect() as connection:
        return connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id)).first()


def accounts() -> sa.Select[tuple[object, ...]]:
    """All accounts: who has one, and its login name."""
    return sa.select(ACCOUNTS.c.account_id, ACCOUNTS.c.officer_id, ACCOUNTS.c.login)


def in_office(engine: sa.Engine, account_id: str) -> bool:
    """Whether the account's owner, or anybody who was ever bureau lead, has ever chosen a password."""
    leads = sa.select(APPOINTMENTS.c.officer_id).where(APPOINTMENTS.c.role == Role.BUREAU_LEAD.value)
    query = (
        sa.select(CREDENTIALS.c.account_id)
        .join(ACCOUNTS, ACCOUNTS.c.account_id == CREDENTIALS.c.account_id)
        .where(sa.not_(CREDENTIALS.c.one_time))
        .where(sa.or_(ACCOUNTS.c.account_id == account_id, ACCOUNTS.c.officer_id.in_(leads)))
    )
    with engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def any_account(engine: sa.Engine) -> bool:
    """Whether anybody can log in at all."""
    with engine.connect() as connection:
        return connection.execute(sa.select(ACCOUNTS.c.account_id).limit(1)).first() is not None


def clients() -> sa.Select[tuple[object, ...]]:
    """The departments' systems with their names and the versions of their secrets in force."""
    return sa.select(CLIENTS, OFFICERS.c.name).join(OFFICERS, OFFICERS.c.officer_id == CLIENTS.c.officer_id)


def client(engine: sa.Engine, client_id: str) -> tuple[ClientRow, list[str]] | None:
    """A department's system and the digests of its secrets in force."""
    row_of, digests_of = sa.select(CLIENTS), sa.select(CLIENT_SECRETS.c.digest)
    with engine.connect() as connection:
        found = connection.execute(row_of.where(CLIENTS.c.client_id == client_id)).mappings().first()
        if found is None:
            return None
        row = CLIENT_ROWS.read_form(dict(found))
        in_force = CLIENT_SECRETS.c.secret_version.in_(row.secret_versions)
        digests = connection.execute(digests_of.where(CLIENT_SECRETS.c.client_id == client_id, in_force)).scalars().all()
    return row, list(digests)


def bodies() -> sa.Select[tuple[object, ...]]:
    """All bodies."""
    return sa.select(BODIES)


def officers() -> sa.Select[tuple[object, ...]]:
    """All officers with the name of their body."""
    return sa.select(
        OFFICERS.c.officer_id,
        OFFICERS.c.staff_number,
        OFFICERS.c.name,
        OFFICERS.c.body_id,
        BODIES.c.name.label("body_name"),
        BODIES.c.kind.label("body_kind"),
    ).outerjoin(BODIES, BODIES.c.body_id == OFFICERS.c.body_id)


def officer(engine: sa.Engine, officer_id: str) -> sa.Row[tuple[object, ...]] | None:
    """One officer with the name of the body."""
    with engine.connect() as connection:
        return connection.execute(officers().where(OFFICERS.c.officer_id == officer_id)).first()


def appointments_of(engine: sa.Engine, officer_ids: Sequence[str]) -> Sequence[sa.Row[tuple[object, ...]]]:
    """The appointments of officers, ended ones too, earliest first."""
    query = (
        sa.select(APPOINTMENTS, BODIES.c.name.label("body_name"), BODIES.c.name_en.label("body_name_en"))
        .outerjoin(BODIES, BODIES.c.body_id == APPOINTMENTS.c.body_id)
        .where(APPOINTMENTS.c.officer_id.in_(officer_ids))
        .order_by(APPOINTMENTS.c.from_on, APPOINTMENTS.c.appointment_id)
    )
    with engine.connect() as connection:
        return connection.execute(query).all()


def substitutes_of(engine: sa.Engine, officer_id: str) -> Sequence[sa.Row[tuple[object, ...]]]:
    """Who stands in for an officer, and for whom the officer stands in, withdrawn ones too, earliest first."""
    both = sa.or_(SUBSTITUTIONS.c.officer_id == officer_id, SUBSTITUTIONS.c.substitute_id == officer_id)
    query = (
        sa.select(SUBSTITUTIONS, APPOINTMENTS.c.role, APPOINTMENTS.c.body_id)
        .outerjoin(APPOINTMENTS, APPOINTMENTS.c.appointment_id == SUBSTITUTIONS.c.appointment_id)
        .where(both)
        .order_by(SUBSTITUTIONS.c.from_on, SUBSTITUTIONS.c.substitution_id)
    )
    with engine.connect() as connection:
        return connection.execute(query).all()


def substitutions_around(rows: Rows, officer_id: OfficerId, substitute_id: OfficerId) -> tuple[SubstitutionRow, ...]:
    """What the officer stands in for, and what the substitute has substitutes for."""
    stands_in: list[SubstitutionRow] = rows.rows(SUBSTITUTION_ROWS, substitute_id=officer_id)
    away: list[SubstitutionRow] = rows.rows(SUBSTITUTION_ROWS, officer_id=substitute_id)
    return (*stands_in, *away)


def administers(caller: Caller, body_id: BodyId) -> bool:
    """Whether the caller leads the county, or administers the accounts of the body or of the whole county."""
    if caller.holds(Role.BUREAU_LEAD, Role.COUNTY_LEADER):
        return True
    admin = [held for held in caller.appointments if held.role == Role.ACCOUNT_ADMIN]
    return any(held.body_id == body_id or len(held.division or "") == COUNTY_DIGITS for held in admin)


def body_codes(engine: sa.Engine) -> dict[str, BodyRow]:
    """Every body by its code."""
    with engine.connect() as connection:
        return {row["code"]: BODY_ROWS.read_form(dict(row)) for row in connection.execute(sa.select(BODIES)).mappings()}


def body(engine: sa.Engine, body_id: str) -> BodyRow:
    """One body; raises NoSuchBody."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(BODIES).where(BODIES.c.body_id == body_id)).mappings().first()
    if row is None:
        raise NoSuchBody
    return BODY_ROWS.read_form(dict(row))


def county_roles(engine: sa.Engine, officer_id: str, today: date) -> frozenset[Role]:
    """The roles over the county that an officer holds on a day, or takes up later."""
    query = sa.select(APPOINTMENTS.c.role, APPOINTMENTS.c.division).where(
        APPOINTMENTS.c.officer_id == officer_id,
        sa.or_(APPOINTMENTS.c.until_on.is_(None), APPOINTMENTS.c.until_on >= today.isoformat()),
    )
    with engine.connect() as connection:
        held = connection.execute(query).all()
    return frozenset(Role(role) for role, division in held if over_the_county(Role(role), division or ""))


def authority(engine: sa.Engine, caller: Caller) -> Authority:
    """With which authority a caller appoints, ends and resets."""
    led = sa.select(APPOINTMENTS.c.appointment_id).where(APPOINTMENTS.c.role == Role.BUREAU_LEAD.value).limit(1)
    with engine.connect() as connection:
        ever_led = connection.execute(led).first() is not None
    return Authority(frozenset(Role(each.role) for each in caller.appointments), ever_led)
