"""A session that identity ends has ended in every service."""

from __future__ import annotations

from services.contracts.ids import OfficerId
from services.contracts.services import SERVICES
from services.embedded import House
from services.identity.domain.officer import RegisterOfficer
from tests.callers import Caller
from tests.system.conftest import ANYBODY, SCHOOL, SET_UP

LOSER = OfficerId("officer-who-lost-the-password")
EVERYWHERE = "/operator/parked"
"""A route of every service; an officer who is believed is refused it by role."""


def test_after_a_reset_no_service_believes_the_token_that_was_lost(house: House) -> None:
    house.services["identity"].execute(RegisterOfficer(officer_id=LOSER, staff_number="T2", name="试验员", body_id=SCHOOL), SET_UP)
    identity, anybody = house.apps["identity"], Caller(house.apps["identity"], house.signer.sign(ANYBODY))
    account = anybody.post("/accounts", {"officer_id": LOSER, "login": "loser"}).json["id"]
    code = anybody.post(f"/accounts/{account}:reset").json["one_time_code"]
    chosen = {"login": "loser", "password": code, "new_password": "a longer password"}
    lost = Caller(identity, None).post("/password", chosen).json["token"]
    assert anybody.post(f"/accounts/{account}:reset").status_code == 200
    house.settle()
    refused = {service: Caller(house.apps[service], lost).get(EVERYWHERE).json["code"] for service in SERVICES}
    assert refused == dict.fromkeys(SERVICES, "session-ended")
    believed = {service: Caller(house.apps[service], house.signer.sign(LOSER)).get(EVERYWHERE).json["code"] for service in SERVICES}
    assert believed == dict.fromkeys(SERVICES, "not-permitted")
