"""The rows of identity's read models, as structs."""

from __future__ import annotations

import msgspec

from services.contracts.codes import BodyKind, Department
from services.contracts.ids import AccountId, BodyId, ClientId, OfficerId


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

    @property
    def desk_department(self) -> Department | None:
        """As which of the linked departments it is asked: a township is one by its kind."""
        return Department.TOWNSHIP if self.kind is BodyKind.TOWNSHIP else self.department


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


class ClientRow(msgspec.Struct, frozen=True):
    """A department's system: as which officer of which body it acts, and the versions of its secrets that are in force."""

    client_id: ClientId
    officer_id: OfficerId
    body_id: BodyId
    secret_versions: tuple[int, ...] = ()
