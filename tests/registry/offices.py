"""The registry with an empty county and the officers who bring it its lists, at its real door."""

from __future__ import annotations

import copy
import dataclasses
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.crew import Crew
from services.chassis.service import Service
from services.contracts.codes import Department, Role
from services.contracts.ids import body_id, class_id, school_id
from services.registry.adapters.vault import Vault
from services.registry.app import app
from services.registry.service import build
from tests.callers import SignedTokens, appoint
from tests.migrated import in_copies
from tests.neighbours import COUNTY, Neighbours, StandingClock, foundation, settle
from tests.registry.rosters import OTHER_SCHOOL_CODE, SCHOOL_CODE, two_schools

NOW = datetime(2026, 9, 8, 1, 0, tzinfo=UTC)
TOWNSHIP = f"{COUNTY}101"
FOURTH = class_id(SCHOOL_CODE, 2026, 4, 1)

OFFICERS = (
    ("clerk", Role.BUREAU_CLERK, body_id("bureau"), COUNTY, None),
    ("lead", Role.BUREAU_LEAD, body_id("bureau"), COUNTY, None),
    ("registrar", Role.ROLL_ADMINISTRATOR, school_id(SCHOOL_CODE), TOWNSHIP, None),
    ("other-registrar", Role.ROLL_ADMINISTRATOR, school_id(OTHER_SCHOOL_CODE), TOWNSHIP, None),
    ("homeroom", Role.HOMEROOM_TEACHER, school_id(SCHOOL_CODE), TOWNSHIP, FOURTH),
    ("other-homeroom", Role.HOMEROOM_TEACHER, school_id(SCHOOL_CODE), TOWNSHIP, class_id(SCHOOL_CODE, 2026, 5, 1)),
    ("principal", Role.PRINCIPAL, school_id(SCHOOL_CODE), TOWNSHIP, None),
    ("other-principal", Role.PRINCIPAL, school_id(OTHER_SCHOOL_CODE), TOWNSHIP, None),
    ("central", Role.CENTRAL_SCHOOL, school_id(OTHER_SCHOOL_CODE), TOWNSHIP, None),
    ("teacher", Role.TEACHER, school_id(SCHOOL_CODE), TOWNSHIP, None),
    ("parent", Role.PARENT_REPRESENTATIVE, school_id(SCHOOL_CODE), TOWNSHIP, None),
    ("other-parent", Role.PARENT_REPRESENTATIVE, school_id(OTHER_SCHOOL_CODE), TOWNSHIP, None),
    ("aid", Role.AID_OFFICER, school_id(SCHOOL_CODE), TOWNSHIP, None),
    ("county-aid", Role.AID_OFFICER, body_id("bureau"), COUNTY, None),
    ("township", Role.TOWNSHIP_OFFICER, body_id("township"), TOWNSHIP, None),
    ("far-township", Role.TOWNSHIP_OFFICER, body_id("far"), f"{COUNTY}999", None),
    ("operator", Role.OPERATOR, body_id("bureau"), COUNTY, None),
)


class Offices:
    """The registry under test, from outside."""

    def __init__(self, directory: Path, *, schools: bool = True) -> None:
        self.clock = StandingClock(NOW)
        self.directory = directory
        self.foundation, self.bus = foundation(directory, self.clock)
        self.tokens = SignedTokens()
        self._keys = 0
        self.open()
        others = Neighbours(self.bus, self.clock)
        for officer, role, body, division, of_class in OFFICERS:
            appoint(others, officer, role, body, division=division, class_id=of_class)
        for police, division in (("police", COUNTY), ("near-station", TOWNSHIP), ("far-station", f"{COUNTY}999")):
            office = {"division": division, "department": Department.PUBLIC_SECURITY}
            appoint(others, police, Role.DEPARTMENT_OFFICER, body_id(police), **office)
        settle(self.crew)
        if schools:
            self.bring("clerk", two_schools(), kind="schools")

    def moved_to(self, directory: Path) -> Offices:
        """The same closed offices, opened on a copy of their files."""
        shutil.copytree(self.directory, directory, dirs_exist_ok=True)
        moved = copy.copy(self)
        moved.directory = directory
        moved.clock = StandingClock(NOW)
        moved.bus = EmbeddedBus(directory / "bus.sqlite")
        moved.foundation = dataclasses.replace(self.foundation, open_store=in_copies(directory), clock=moved.clock)
        moved.open()
        return moved

    def open(self) -> None:
        """Start the registry on its directory (again)."""
        self.service: Service = build(self.foundation)
        self.crew = Crew(self.service, self.bus)
        self._app = app(self.service, self.tokens.verifier, version="test")
        self.vault = Vault(self.service.engine, self.service.keyring)

    def close(self) -> None:
        """The end of the process; `open` starts the next."""
        self.crew.close()
        self.service.close()

    # --- at the door --------------------------------------------------------------------------------------------------

    def upload(self, officer: str, data: bytes, **form: str) -> TestResponse:
        """Upload a file; its name is a child's, as it happens."""
        self._keys += 1
        return self._app.test_client().post(
            "/imports",
            headers={**self._signed(officer), "Idempotency-Key": f"upload-{self._keys:04d}"},
            data={"file": (io.BytesIO(data), "王小明的名册.xlsx"), **form},
            content_type="multipart/form-data",
        )

    def bring(self, officer: str, data: bytes, kind: str = "roster", **form: str) -> dict[str, Any]:
        """Upload a file, let it be applied, and see how it stands."""
        if kind == "roster":
            form.setdefault("school_code", SCHOOL_CODE)
        answer = self.upload(officer, data, kind=kind, **form)
        assert answer.status_code == 201, answer.json
        settle(self.crew)
        taken: dict[str, Any] = answer.json or {}
        shown = self.get(officer, f"/imports/{taken['import_id']}").json or {}
        return {**taken, **shown}

    def findings(self, import_id: str, officer: str = "clerk") -> list[tuple[int, str, str, str]]:
        """What was wrong: row, column, rule, severity."""
        listed = self.get(officer, f"/imports/{import_id}/errors", limit=200).json or {}
        return [(each["row"], each["column"], each["rule"], each["severity"]) for each in listed["items"]]

    def get(self, officer: str, path: str, **query: str | int) -> TestResponse:
        return self._app.test_client().get(path, headers=self._signed(officer), query_string=query)

    def post(self, officer: str, path: str, body: Any, **headers: str) -> TestResponse:
        return self._app.test_client().post(path, headers={**self._signed(officer), **headers}, json=body)

    def _signed(self, officer: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.of(officer)}"}

    # --- behind it ----------------------------------------------------------------------------------------------------

    def pupils(self) -> list[str]:
        """The ids of all pupils, in the order in which they came."""
        statement = "SELECT stream_id FROM events WHERE type = 'registry.PupilEnrolled' ORDER BY position"
        with self.service.engine.connect() as connection:
            return [row[0].removeprefix("pupil-") for row in connection.exec_driver_sql(statement)]

    def count(self, table: str) -> int:
        with self.service.engine.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608  own names
