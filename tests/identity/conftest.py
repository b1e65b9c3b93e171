from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from services.chassis.envelope import Context
from services.chassis.service import Service
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.contracts.codes import BodyKind, Role
from services.contracts.identity import AppointmentRow
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import AppointmentId, BodyId, OfficerId
from services.identity import service as identity
from services.identity.adapters.accounts import FIRST_LOGIN, open_first_account
from services.identity.app import app
from services.identity.domain.body import RegisterBody
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from services.identity.projections import BODY_ROWS
from services.identity.storage.rows import BodyRow
from tests.callers import Caller
from tests.neighbours import COUNTY, StandingClock, foundation
from tests.scenario import NOW

CODE = "a-one-time-code"
HOUSE_SECRET = "a secret that the deployment gave"


@dataclass
class Office:
    """Identity with its app, and the first account's one-time code."""

    service: Service
    web: Flask
    code: str
    signer: TokenSigner

    @property
    def anybody(self) -> Caller:
        return Caller(self.web, None)

    def login(self, login: str, password: str) -> Caller:
        answer = self.anybody.post("/login", {"login": login, "password": password})
        assert answer.status_code == 200, answer.json
        return Caller(self.web, answer.json["token"])

    def administrator(self) -> Caller:
        """The first account, with its one-time code changed."""
        changed = {"login": FIRST_LOGIN, "password": self.code, "new_password": "a longer password"}
        assert self.anybody.post("/password", changed).status_code == 200
        return self.login(FIRST_LOGIN, "a longer password")

    def administrator_again(self) -> Caller:
        """The first account, once its code is changed."""
        return self.login(FIRST_LOGIN, "a longer password")

    def with_token(self, token: str) -> Caller:
        return Caller(self.web, token)

    def lead(self) -> Caller:
        """The bureau's lead."""
        lead, bureau = OfficerId("lead"), BodyId("bureau")
        kind, names = BodyKind.BUREAU, {"name": "某县教育局", "name_en": "Education Bureau"}
        for command in (
            RegisterBody(body_id=bureau, code="bureau", kind=kind, division=COUNTY, **names),
            RegisterOfficer(officer_id=lead, staff_number="1", name="invented", body_id=bureau),
            AppointOfficer(
                officer_id=lead,
                appointment_id=AppointmentId("lead"),
                role=Role.BUREAU_LEAD,
                body_id=bureau,
                body_kind=kind,
                division=COUNTY,
                from_on=NOW.date(),
            ),
        ):
            self.service.execute(command, Context(actor="service:identity"))
        return Caller(self.web, self.signer.sign(lead))

    def join(self, login: str, role: Role, body: str, kind: BodyKind = BodyKind.BUREAU) -> tuple[AppointmentRow, ...]:
        """Another officer of a body that is there; answers the appointments."""
        officer = OfficerId(login)
        (place,) = self.bodies(body)
        for command in (
            RegisterOfficer(officer_id=officer, staff_number=login, name="invented", body_id=BodyId(body)),
            AppointOfficer(
                officer_id=officer,
                appointment_id=AppointmentId(login),
                role=role,
                body_id=BodyId(body),
                body_kind=kind,
                division=place.division,
                from_on=NOW.date(),
            ),
        ):
            self.service.execute(command, Context(actor="service:identity"))
        return self.service.turns.run(lambda turn: tuple(turn.rows(APPOINTMENT_ROWS, officer_id=officer)))

    def bodies(self, body: str) -> list[BodyRow]:
        """A body, if it is registered."""
        return self.service.turns.run(lambda turn: turn.rows(BODY_ROWS, body_id=body))

    def as_officer(self, officer: str) -> Caller:
        """An officer, signed in."""
        return Caller(self.web, self.signer.sign(officer))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    ground, bus = foundation(tmp_path, StandingClock(NOW))
    service = identity.build(ground)
    open_first_account(service, COUNTY, CODE)
    signer = TokenSigner.generate()
    verifier = TokenVerifier(lambda: key_set(signer))
    web = app(service, verifier, signer, version="test", house_clients={"notifications": ("service:notifications", HOUSE_SECRET)})
    yield Office(service, web, CODE, signer)
    service.close()
    bus.close()
