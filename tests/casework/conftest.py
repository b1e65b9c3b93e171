"""Casework on a bus of its own, with the neighbours that it listens to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.casework.projections import CASE_ROWS, DUTY_ROWS
from services.casework.service import build
from services.casework.storage.rows import CaseRow, DutyRow
from services.casework.storage.tables import CASES, DUTIES
from services.chassis.crew import Crew
from services.chassis.envelope import Context
from services.chassis.service import Service
from services.contracts import registry
from services.contracts.codes import Department, Role, SchoolKind
from services.contracts.identity import AppointmentEnded
from services.contracts.ids import AppointmentId, CaseId, EpisodeId, OfficerId, PupilId, SchoolId, case_id
from tests.callers import appoint
from tests.casework.invented import CASE_ID, CLASS_ID, EPISODE_ID, PUPIL_ID, SCHOOL_ID, TODAY, TOWNSHIP, VILLAGE
from tests.neighbours import Neighbours, StandingClock, events_of, foundation, settle
from tests.scenario import NOW

OFFICER = Context(actor="officer-1")

OFFICERS = (
    ("clerk", Role.BUREAU_CLERK, "bureau", "990126", None, None),
    ("lead", Role.BUREAU_LEAD, "bureau", "990126", None, None),
    ("leader", Role.COUNTY_LEADER, "county", "990126", None, None),
    ("principal", Role.PRINCIPAL, SCHOOL_ID, TOWNSHIP, None, None),
    ("teacher", Role.HOMEROOM_TEACHER, SCHOOL_ID, TOWNSHIP, CLASS_ID, None),
    ("township", Role.TOWNSHIP_OFFICER, "township-1", TOWNSHIP, None, Department.TOWNSHIP),
    ("cadre", Role.VILLAGE_CADRE, "village-1", VILLAGE, None, None),
    ("police", Role.DEPARTMENT_OFFICER, "police", "990126", None, Department.PUBLIC_SECURITY),
    ("relief", Role.DEPARTMENT_OFFICER, "civil", "990126", None, Department.CIVIL_AFFAIRS),
)
"""Who is in office: name, role, body, division, class, department."""


class World:
    """The service under test and those around it."""

    def __init__(self, directory: Path) -> None:
        self.clock = StandingClock(NOW)
        self.foundation, self.bus = foundation(directory, self.clock)
        self.service: Service = build(self.foundation)
        self.crew = Crew(self.service, self.bus)
        self.others = Neighbours(self.bus, self.clock)

    def settle(self) -> None:
        settle(self.crew)

    def pass_days(self, days: int) -> None:
        """Move the clock day by day, and let what falls due happen."""
        for _ in range(days):
            self.clock.instant += timedelta(days=1)
            self.settle()

    def told(self, *events: Any) -> None:
        """Events of children's streams in the registry, handled."""
        for event in events:
            self.others.tell(
                f"pupil-{event.pupil_id}", event, key=event.pupil_id, correlation_id=getattr(event, "episode_id", "") or ""
            )
        self.settle()

    def staff(self, *names: str) -> None:
        """A school, and officers in their posts: those named, else all."""
        school = registry.SchoolRegistered(
            school_id=SCHOOL_ID,
            code="2199012601",
            name="一中",
            name_en="No. 1",
            kind=SchoolKind.JUNIOR,
            division=TOWNSHIP,
            boarding=True,
        )
        self.others.tell(f"school-{SCHOOL_ID}", school)
        for name, role, body, division, class_id, department in OFFICERS:
            if not names or name in names:
                appoint(self.others, name, role, body, division=division, class_id=class_id, department=department)
        self.settle()

    def leave(self, name: str, until_on: date) -> None:
        """An officer's appointment ends."""
        role, body = next((role, body) for each, role, body, *_ in OFFICERS if each == name)
        ended = AppointmentEnded(
            officer_id=OfficerId(name), appointment_id=AppointmentId(f"{name}-{role}-{body}"), until_on=until_on
        )
        self.others.tell(f"officer-{name}", ended)
        self.settle()

    def suspect(
        self, pupil: PupilId = PUPIL_ID, episode: EpisodeId = EPISODE_ID, on: date = TODAY, division: str = VILLAGE, **facts: Any
    ) -> CaseId:
        """A child is suspected to have dropped out."""
        self.told(
            registry.PupilSuspected(
                pupil_id=pupil,
                episode_id=episode,
                school_id=facts.get("school_id", SCHOOL_ID),
                class_id=facts.get("class_id", CLASS_ID),
                grade=facts.get("grade", 8),
                residence_division=division,
                suspected_on=on,
                last_attended_on=None,
                reason="absent",
            )
        )
        return case_id(pupil, episode)

    def drop_out(self, pupil: PupilId = PUPIL_ID, episode: EpisodeId = EPISODE_ID, school: SchoolId = SCHOOL_ID) -> None:
        """The dropout is confirmed."""
        today = self.clock.instant.date()
        self.told(
            registry.DropoutConfirmed(pupil_id=pupil, episode_id=episode, school_id=school, confirmed_on=today, by="principal")
        )

    def do(self, *commands: Any, by: str = "officer-1") -> None:
        """Commands, one after another, and what follows from them."""
        for command in commands:
            self.service.execute(command, Context(actor=by))
            self.settle()

    def case(self, of: CaseId = CASE_ID) -> CaseRow:
        """The case's row."""
        with self.service.engine.connect() as connection:
            row = connection.execute(CASES.select().where(CASES.c.case_id == of)).one()
        return CASE_ROWS.read_form(row._asdict())

    def duties(self, of: CaseId = CASE_ID) -> list[DutyRow]:
        """The case's duties, by number."""
        query = DUTIES.select().where(DUTIES.c.case_id == of).order_by(DUTIES.c.number)
        with self.service.engine.connect() as connection:
            return [DUTY_ROWS.read_form(row._asdict()) for row in connection.execute(query)]

    def happened(self, stream_id: str = f"case-{CASE_ID}") -> list[str]:
        """The names of a stream's events."""
        return [type(event).__name__ for event in events_of(self.service, stream_id)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.crew.close()
    made.service.close()
    made.bus.close()
