"""The rows of identity's read models, as structs."""

from __future__ import annotations

import msgspec

from services.contracts.codes import BodyKind, Department
from services.contracts.ids import AccountId, BodyId, OfficerId


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
