"""Identity's read models: bodies, officers, accounts, department systems (`contracts.identity` has those of every service)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.identity import (
    AccountOpened,
    BodyRegistered,
    ClientOpened,
    ClientSecretIssued,
    ClientSecretWithdrawn,
    OfficerRegistered,
    PasswordSet,
)
from services.identity.storage.rows import AccountRow, BodyRow, ClientRow, OfficerRow
from services.identity.storage.tables import ACCOUNTS, BODIES, CLIENTS, OFFICERS


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
            return replace(row, credential_version=event.credential_version)
        case _:
            return row


def client_row(row: ClientRow | None, event: Event, _envelope: Envelope) -> ClientRow | None:
    """The system with the secrets that open the door to it."""
    match event:
        case ClientOpened():
            return ClientRow(event.client_id, event.officer_id, event.body_id)
        case ClientSecretIssued() if row is not None:
            return replace(row, secret_versions=(*row.secret_versions, event.secret_version))
        case ClientSecretWithdrawn() if row is not None:
            left = tuple(version for version in row.secret_versions if version != event.secret_version)
            return replace(row, secret_versions=left)
        case _:
            return row


BODY_ROWS = Projection(BODIES, BodyRow, {BodyRegistered: lambda e: e.body_id}, body_row, afresh=(BodyRegistered,))
OFFICER_ROWS = Projection(
    OFFICERS, OfficerRow, {OfficerRegistered: lambda e: e.officer_id}, officer_row, afresh=(OfficerRegistered,)
)
ACCOUNT_ROWS = Projection(
    ACCOUNTS,
    AccountRow,
    {AccountOpened: lambda e: e.account_id, PasswordSet: lambda e: e.account_id},
    account_row,
)

CLIENT_ROWS = Projection(
    CLIENTS,
    ClientRow,
    dict.fromkeys((ClientOpened, ClientSecretIssued, ClientSecretWithdrawn), lambda e: e.client_id),
    client_row,
    afresh=(ClientOpened,),
)

PROJECTIONS: tuple[Projection[Any], ...] = (BODY_ROWS, OFFICER_ROWS, ACCOUNT_ROWS, CLIENT_ROWS)
