"""An embedded house with officers of an invented county, for tests that speak HTTP only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.chassis.decider import derived_id
from services.chassis.envelope import Context
from services.contracts.codes import BodyKind, Department, Role
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId
from services.demo.performance import on_stage
from services.demo.stage import answered
from services.deployment import Deployment, found
from services.embedded import House
from services.identity.domain.body import RegisterBody
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from services.identity.domain.policies import PLACES_OF_ROLES
from tests.system.played import Played, played

COUNTY = "570126"
SCHOOL = BodyId("school-of-tests")
CLASS = ClassId("class-of-tests")
ANYBODY = OfficerId("officer-with-every-role")
SET_UP = Context(actor="service:tests")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo deployment on the morning of 1 September 2026, with one officer who holds every role."""
    data: Path = tmp_path_factory.mktemp("house")
    found(data, Deployment(COUNTY, demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    house = House(data)
    identity = house.services["identity"]
    school = RegisterBody(
        body_id=SCHOOL, code="2157126100", kind=BodyKind.SCHOOL, name="试验小学", name_en="Test School", division=COUNTY
    )
    identity.execute(school, SET_UP)
    identity.execute(RegisterOfficer(officer_id=ANYBODY, staff_number="T1", name="试验员", body_id=SCHOOL), SET_UP)
    for role, kinds in PLACES_OF_ROLES.items():
        appointment = AppointmentId(derived_id("appointment", ANYBODY, role))
        identity.execute(
            AppointOfficer(
                officer_id=ANYBODY,
                appointment_id=appointment,
                role=role,
                body_id=SCHOOL,
                body_kind=min(kinds),
                division=COUNTY,
                from_on=date(2020, 9, 1),
                class_id=CLASS if role is Role.HOMEROOM_TEACHER else None,
                department=Department.CIVIL_AFFAIRS if role is Role.DEPARTMENT_OFFICER else None,
            ),
            SET_UP,
        )
    house.settle()
    yield house
    house.stop()


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A small county after its 30 days, in which one child's data were typed wherever somebody could type."""
    with played(tmp_path_factory.mktemp("played")) as county:
        yield county


@pytest.fixture(scope="session")
def canary(county: Played) -> str:
    """The id of the child whose data were typed everywhere; it has been in the ledger of dropouts."""
    with on_stage(county.house, county.county) as stage:
        asked = {"purpose": "casework", "roll_number": county.roll_number}
        found = answered(stage.client("bureau_clerk").post("/registry/persons:find", json=asked), "find the canary")
        ledger = answered(stage.client("bureau_clerk").get("/registry/ledger?limit=200"), "ledger")["items"]
    pupil_id = str(found["pupil_id"])
    assert pupil_id in {row["pupil_id"] for row in ledger if row["dropout_on"]}
    return pupil_id
