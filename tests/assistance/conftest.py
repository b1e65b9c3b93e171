"""Assistance on a bus of its own, with the neighbours that it listens to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.assistance.service import build
from services.chassis.crew import Crew
from services.chassis.envelope import Context
from services.chassis.service import Service
from services.contracts import casework, registry
from services.contracts.codes import Cause, Group, SchoolKind
from services.contracts.ids import CaseId, ClassId, GuardianId, MeasureId, PupilId, SchoolId
from services.contracts.registry import GuardianRef
from tests.assistance.invented import CASE_ID, EPISODE_ID, MEASURE_ID, MOTHER, PUPIL_ID, SCHOOL_ID
from tests.neighbours import Neighbours, StandingClock, events_of, foundation, settle
from tests.scenario import NOW

OFFICER = Context(actor="school-officer")
BUREAU = Context(actor="bureau-clerk")


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
        """Move the clock, and let what falls due happen."""
        self.clock.instant += timedelta(days=days)
        self.settle()

    def told(self, stream_id: str, *events: Any, correlation_id: str = EPISODE_ID) -> None:
        """Events of a child's stream or case, handled."""
        for event in events:
            self.others.tell(stream_id, event, key=event.pupil_id, correlation_id=correlation_id)
        self.settle()

    def enrol(self, pupil_id: PupilId = PUPIL_ID, school_id: SchoolId = SCHOOL_ID, **facts: Any) -> None:
        """A child on the roll: a junior boarder of a relief household unless told otherwise."""
        enrolled = {
            "grade": 8,
            "sex": "female",
            "boarding": True,
            "groups": (Group.RELIEF_HOUSEHOLD,),
            "guardians": (GuardianRef(GuardianId(MOTHER), "mother", carer=True, reachable=True),),
            **facts,
        }
        event = registry.PupilEnrolled(
            pupil_id=pupil_id,
            school_id=school_id,
            class_id=ClassId("class-1"),
            residence_division="990126100",
            record_version=1,
            **enrolled,
        )
        self.told(f"pupil-{pupil_id}", event, correlation_id="")

    def school(self, school_id: SchoolId = SCHOOL_ID, central: SchoolId | None = None) -> None:
        """A school as the county's list has it, a teaching point with the central school above it."""
        described = registry.SchoolRegistered(
            school_id=school_id,
            code="2199012601",
            name="invented",
            name_en="invented",
            kind=SchoolKind.PRIMARY if central is None else SchoolKind.TEACHING_POINT,
            division="990126100",
            boarding=False,
            central_school_id=central,
        )
        self.others.tell(f"school-{school_id}", described)
        self.settle()

    def plan_aid(self, case_id: CaseId = CASE_ID, measure_id: MeasureId = MEASURE_ID, pupil_id: PupilId = PUPIL_ID) -> None:
        """A plan with an aid measure."""
        measure = casework.Measure(measure_id, "aid", Cause.HARDSHIP)
        self.told(
            f"case-{case_id}",
            casework.PlanMade(case_id=case_id, pupil_id=pupil_id, measures=(measure,)),
            casework.AidMeasurePlanned(case_id=case_id, pupil_id=pupil_id, measure_id=measure_id),
        )

    def do(self, *commands: Any, context: Context = OFFICER) -> None:
        """Commands, one after another."""
        for command in commands:
            self.service.execute(command, context)

    def happened(self, stream_id: str) -> list[str]:
        """The names of a stream's events."""
        return [type(event).__name__ for event in events_of(self.service, stream_id)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.crew.close()
    made.service.close()
    made.bus.close()
