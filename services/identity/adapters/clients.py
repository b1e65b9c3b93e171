"""Letting a department's system in: an officer of its own, its secrets, and whom a secret proves.

The house's own services come through the same door with secrets that a deployment gives them, from outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from services.chassis.decider import derived_id
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.contracts.codes import Role
from services.contracts.ids import ClientId, OfficerId
from services.contracts.topics import Desk
from services.identity.domain.authority import Authority
from services.identity.domain.client import CLIENT, IssueSecret, OpenClient
from services.identity.domain.errors import BodyOwesNoDuties
from services.identity.domain.officer import AppointOfficer, RegisterOfficer, appointment_id
from services.identity.storage.rows import BodyRow
from services.identity.storage.tables import CLIENT_SECRETS

SECRET_BYTES = 32
"""256 bits of chance: nobody guesses them, so their digest needs no slow hash."""

_SUITE = "sha256$"


@dataclass(frozen=True)
class HouseClients:
    """The house's own services by their client ids: the subject of each one's tokens, and its secret."""

    known: Mapping[str, tuple[str, str]]

    def subject(self, client_id: str, secret: str) -> str | None:
        """Whom the secret proves, if anybody."""
        subject, expected = self.known.get(client_id, (None, ""))
        right = hmac.compare_digest(expected.encode(), secret.encode())
        return subject if right else None

    def __repr__(self) -> str:
        return "HouseClients(…)"


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return _SUITE + hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A secret that nobody had before."""
    return secrets.token_urlsafe(SECRET_BYTES)


def is_one_of(digests: list[str], secret: str) -> bool:
    """Whether the secret is one of those in force."""
    given = digest_of(secret)
    return any([hmac.compare_digest(digest, given) for digest in digests])  # noqa: C419  all are compared, whichever fits


def open_client(turn: Turn, body: BodyRow, code: str, name: str, authority: Authority, context: Context) -> ClientId:
    """Let a body's system in, as its department officer there; raises BodyOwesNoDuties, ClientIdTaken, NotPermitted."""
    department = body.desk_department
    if department is None:
        raise BodyOwesNoDuties(field="body_id")
    client = ClientId(f"{Desk(department, body.division).group_prefix}{code}")
    officer = OfficerId(derived_id("system", client))
    turn.execute(OpenClient(client_id=client, officer_id=officer, body_id=body.body_id, name=code), context)
    turn.execute(RegisterOfficer(officer_id=officer, staff_number=client, name=name, body_id=body.body_id), context)
    turn.execute(
        AppointOfficer(
            officer_id=officer,
            appointment_id=appointment_id(officer, Role.DEPARTMENT_OFFICER, body.body_id),
            role=Role.DEPARTMENT_OFFICER,
            body_id=body.body_id,
            body_kind=body.kind,
            division=body.division,
            from_on=turn.given(context).today,
            department=department,
            is_system=True,
            authority=authority,
        ),
        context,
    )
    return client


def issue_secret(turn: Turn, command: IssueSecret, secret: str, context: Context) -> int:
    """Put one more secret in force, and answer its version; raises NoSuchClient, NotPermitted, TwoSecretsInForce."""
    turn.execute(command, context)
    after, _ = turn.state(CLIENT, command.client_id)
    version: int = after.last_version
    kept = {"client_id": command.client_id, "secret_version": version, "digest": digest_of(secret)}
    turn.sources.record(CLIENT_SECRETS, kept)
    return version
