"""One app on the toy's roll for each test, with officers whose appointments stand in the service's own table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from services.chassis.service import Service
from services.chassis.storage.tables import APPOINTMENTS
from services.chassis.web.frame import create_app
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from tests.chassis.toy import MIGRATIONS, Keys, SetClock, foundation, in_directory, roll_model
from tests.chassis.web.school_app import ROLL, Gate

PRINCIPAL, TEACHER, CLERK = "officer-principal", "officer-teacher", "officer-clerk"


@dataclass
class Desk:
    """A caller at the app: signs in as somebody and sends what it is told."""

    app: Flask
    service: Service
    signer: TokenSigner
    clock: SetClock
    gate: Gate
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def headers(self, who: str | None = PRINCIPAL, **more: str) -> dict[str, str]:
        """The headers of a caller; `Idempotency_Key="…"` sets a header."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return named if who is None else {"Authorization": f"Bearer {self.signer.sign(who)}", **named}

    def get(self, path: str, who: str | None = PRINCIPAL, **more: str) -> Any:
        return self.client.get(path, headers=self.headers(who, **more))

    def post(self, path: str, body: Any = None, who: str | None = PRINCIPAL, key: str | None = None, **more: str) -> Any:
        """POST with a key of its own unless one is given."""
        headers = self.headers(who, Idempotency_Key=key or uuid4().hex, **more)
        return self.client.post(path, json=body, headers=headers)

    def post_raw(self, path: str, data: bytes, content_type: str = "application/json", **more: str) -> Any:
        """POST bytes as they are."""
        headers = self.headers(PRINCIPAL, Idempotency_Key=uuid4().hex, **more)
        return self.client.post(path, data=data, content_type=content_type, headers=headers)

    def appoint(self, officer_id: str, role: str, **facts: Any) -> None:
        """Put an appointment into the service's table."""
        row = {
            "appointment_id": uuid4().hex,
            "officer_id": officer_id,
            "role": role,
            "body_id": "school-1",
            "class_id": None,
            "division": "990100001",
            "department": None,
            "from_on": "2026-09-01",
            "until_on": None,
            **facts,
        }
        with self.service.engine.begin() as connection:
            connection.execute(sa.insert(APPOINTMENTS), row)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    roll = Service(roll_model(), foundation(in_directory(tmp_path), SetClock(), Keys()), migrations=MIGRATIONS / "roll")
    yield roll
    roll.close()


@pytest.fixture
def desk(service: Service) -> Desk:
    signer, gate = TokenSigner.generate(), Gate()
    tokens = TokenVerifier(lambda: key_set(signer))
    app = create_app(service, [ROLL], title="Toy roll", version="1", tokens=tokens, extra=(gate,))
    assert isinstance(service.clock, SetClock)
    desk = Desk(app, service, signer, service.clock, gate)
    desk.appoint(PRINCIPAL, "principal")
    desk.appoint(TEACHER, "homeroom_teacher", class_id="class-1")
    desk.appoint(CLERK, "bureau_clerk", body_id="bureau", division="990100")
    return desk
