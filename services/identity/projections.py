"""Identity's read models: bodies, officers, accounts (appointments, calendars and numbers are in `contracts.identity`)."""

from __future__ import annotations

from typing import Any

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.codes import BodyKind, Department
from services.contracts.identity import AccountOpened, BodyRegistered, OfficerRegistered, PasswordSet
from services.contracts.ids import AccountId, BodyId, OfficerId
from services.identity.storage.tables import ACCOUNTS, BODIES, OFFICERS


class BodyRow(msgspec.Struct, frozen=True):
    """A body of the county."""

    body_id: BodyId
    code: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    department: Department | None
    parent_id: BodyId | None


class OfficerRow(msgspec.Struct, frozen=True):
    """An officer."""

    officer_id: OfficerId
    staff_number: str
    name: str
    body_id: BodyId


class AccountRow(msgspec.Struct, frozen=True):
    """An account and the version of its credential."""

    account_id: AccountId
    officer_id: OfficerId
    login: str
    credential_version: int


def body_row(_row: BodyRow | None, event: BodyRegistered, _envelope: Envelope) -> BodyRow:
    """The body as last registered."""
    return BodyRow(
        event.body_id,
        event.code,
        event.kind,
        event.name,
        event.name_en,
        event.division,
        event.department,
        event.parent_id,
    )


def officer_row(_row: OfficerRow | None, event: OfficerRegistered, _envelope: Envelope) -> OfficerRow:
    """The officer as last registered."""
    return OfficerRow(event.officer_id, event.staff_number, event.name, event.body_id)


def account_row(row: AccountRow | None, event: Event, _envelope: Envelope) -> AccountRow | None:
    """The account with its present credential."""
    match event:
        case AccountOpened():
            version = row.credential_version if row is not None else 0
            return AccountRow(event.account_id, event.officer_id, event.login, version)
        case PasswordSet() if row is not None:
            return msgspec.structs.replace(row, credential_version=event.credential_version)
        case _:
            return row


BODY_ROWS = Projection(BODIES, BodyRow, {BodyRegistered: lambda e: e.body_id}, body_row)
OFFICER_ROWS = Projection(OFFICERS, OfficerRow, {OfficerRegistered: lambda e: e.officer_id}, officer_row)
ACCOUNT_ROWS = Projection(
    ACCOUNTS,
    AccountRow,
    {AccountOpened: lambda e: e.account_id, PasswordSet: lambda e: e.account_id},
    account_row,
)

PROJECTIONS: tuple[Projection[Any], ...] = (BODY_ROWS, OFFICER_ROWS, ACCOUNT_ROWS)
