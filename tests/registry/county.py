"""A small invented county as the registry has it: two schools, three classes, a handful of children, and the clock."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.chassis.crew import Crew
from services.chassis.decider import COUNTY_TIME, Command, Event
from services.chassis.envelope import Context
from services.chassis.service import Service
from services.contracts.codes import Role, SchoolKind, Session
from services.contracts.ids import ClassId, PupilId, SchoolId, class_id, school_id
from services.registry import queries
from services.registry.app import app
from services.registry.domain.calling import TakeRollCall
from services.registry.domain.enrolment import EnrolPupil
from services.registry.domain.registration import RegisterPupil
from services.registry.domain.school import RegisterSchool
from services.registry.domain.school_class import OpenClass
from services.registry.service import build
from tests.callers import Caller, SignedTokens, appoint
from tests.neighbours import Neighbours, StandingClock, events_of, foundation, settle

MONDAY = date(2026, 8, 31)
"""The day before the term begins; that morning everything is registered."""

SCHOOL_DAYS = tuple(date(2026, 9, day) for day in (1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18))

TOWNSHIP, OTHER_TOWNSHIP = "990126001", "990126002"
PRIMARY_CODE, JUNIOR_CODE, POINT_CODE = "2199126001", "3199126002", "2299126003"
PRIMARY, JUNIOR, POINT = (school_id(code) for code in (PRIMARY_CODE, JUNIOR_CODE, POINT_CODE))
SEVENTH, EIGHTH = class_id(JUNIOR_CODE, 2026, 7, 1), class_id(JUNIOR_CODE, 2026, 8, 1)
THIRD = class_id(PRIMARY_CODE, 2026, 3, 1)

ANNE, BEI, CHUN, DONG = (PupilId(name) for name in ("pupil-a", "pupil-b", "pupil-c", "pupil-d"))
TEACHER = Context(actor="teacher-7")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the county's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COUNTY_TIME)


class County:
    """The registry under test and those around it."""

    def __init__(self, directory: Path) -> None:
        self.clock = StandingClock(at(MONDAY, 9))
        self.directory = directory
        self.foundation, self.bus = foundation(directory, self.clock)
        self.service: Service = build(self.foundation)
        self.crew = Crew(self.service, self.bus)
        self.others = Neighbours(self.bus, self.clock)
        self._tokens = SignedTokens()
        self._app = app(self.service, self._tokens.verifier, version="test")
        self._found()

    def _found(self) -> None:
        self.do(
            school(PRIMARY_CODE, SchoolKind.PRIMARY, OTHER_TOWNSHIP),
            school(JUNIOR_CODE, SchoolKind.JUNIOR, TOWNSHIP),
            school(POINT_CODE, SchoolKind.TEACHING_POINT, OTHER_TOWNSHIP, central=PRIMARY),
            OpenClass(class_id=THIRD, school_id=PRIMARY, cohort=2024, number=1),
            OpenClass(class_id=SEVENTH, school_id=JUNIOR, cohort=2020, number=1),
            OpenClass(class_id=EIGHTH, school_id=JUNIOR, cohort=2019, number=1),
            enrol(ANNE, SEVENTH),
            enrol(BEI, SEVENTH),
            enrol(CHUN, EIGHTH, grade=8, division="990126001002"),
            enrol(DONG, THIRD, grade=3, division=OTHER_TOWNSHIP),
            *(_registered(pupil, JUNIOR) for pupil in (ANNE, BEI, CHUN)),
            _registered(DONG, PRIMARY),
        )
        for role, officer, body, of_class, division in (
            (Role.HOMEROOM_TEACHER, "teacher-7", JUNIOR, SEVENTH, TOWNSHIP),
            (Role.HOMEROOM_TEACHER, "teacher-3", PRIMARY, THIRD, OTHER_TOWNSHIP),
            (Role.PRINCIPAL, "principal", JUNIOR, None, TOWNSHIP),
            (Role.DORM_SUPERVISOR, "dorm", JUNIOR, None, TOWNSHIP),
            (Role.TOWNSHIP_OFFICER, "township", "body-township", None, TOWNSHIP),
            (Role.BUREAU_CLERK, "bureau", "body-bureau", None, "990126"),
            (Role.AID_OFFICER, "aid", JUNIOR, None, TOWNSHIP),
            (Role.ROLL_ADMINISTRATOR, "registrar", JUNIOR, None, TOWNSHIP),
            (Role.CENTRAL_SCHOOL, "central", PRIMARY, None, OTHER_TOWNSHIP),
        ):
            appoint(self.others, officer, role, body, division=division, class_id=of_class)
        self.settle()

    # --- acting -------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        settle(self.crew)

    def do(self, *commands: Command, context: Context = TEACHER) -> None:
        """Commands, one after another, and all that follows from them."""
        for command in commands:
            self.service.execute(command, context)
        self.settle()

    def told(self, stream_id: str, event: Any, *, correlation_id: str = "") -> None:
        """An event of a neighbour, handled."""
        self.others.tell(stream_id, event, key=event.pupil_id, correlation_id=correlation_id)
        self.settle()

    def advance(self, instant: datetime) -> None:
        """Move the clock, stopping at every timer on the way."""
        while (due := self.service.store.next_due()) is not None and datetime.fromisoformat(due) <= instant:
            self.clock.instant = max(datetime.fromisoformat(due), self.clock.instant)
            self.settle()
        self.clock.instant = instant
        self.settle()

    def roll(self, day: date, *absent: PupilId, of_class: ClassId = SEVENTH, session: Session = Session.MORNING) -> None:
        """A class's list."""
        members = queries.members(self.service.engine, of_class, day)
        self.do(
            TakeRollCall(
                class_id=of_class,
                school_id=PRIMARY if of_class == THIRD else JUNIOR,
                day=day,
                session=session,
                roll_is_called=True,
                late_by=0,
                members=members.all,
                absent=absent,
                boarders=members.boarders,
                awaited=members.awaited,
                unregistered=members.unregistered,
            )
        )

    def live(self, days: int, *absent: PupilId, first: int = 0) -> None:
        """School days on which all classes call the roll and these children are missing; each day ends in the evening."""
        for day in SCHOOL_DAYS[first : first + days]:
            self.advance(at(day, 8, 20))
            for of_class in (SEVENTH, EIGHTH, THIRD):
                members = queries.members(self.service.engine, of_class, day).all
                self.roll(day, *(pupil for pupil in absent if pupil in members), of_class=of_class)
            self.advance(at(day, 22))

    # --- asking -------------------------------------------------------------------------------------------------------

    def happened(self, pupil_id: PupilId) -> list[str]:
        """The names of a child's events."""
        return [type(event).__name__ for event in self.events(f"pupil-{pupil_id}")]

    def events(self, stream_id: str) -> list[Event]:
        """The events of a stream."""
        return events_of(self.service, stream_id)

    def caller(self, officer: str) -> Caller:
        """An officer at the registry's door."""
        return Caller(self._app, self._tokens.of(officer))

    def close(self) -> None:
        self.crew.close()
        self.service.close()
        self.bus.close()


def school(code: str, kind: SchoolKind, division: str, *, central: SchoolId | None = None) -> RegisterSchool:
    return RegisterSchool(
        code=code,
        name=f"第{code[-1]}学校",
        name_en=f"School {code[-1]}",
        kind=kind,
        division=division,
        boarding=False,
        central_school_id=central,
    )


def _registered(pupil_id: PupilId, school: SchoolId) -> RegisterPupil:
    """The child has come before the term's first list."""
    return RegisterPupil(pupil_id=pupil_id, term="2026-1", school_id=school, registered_on=MONDAY, by_list=True)


def enrol(pupil_id: PupilId, of_class: ClassId, *, grade: int = 7, division: str = "990126001001") -> EnrolPupil:
    """A child on the roll."""
    return EnrolPupil(
        pupil_id=pupil_id,
        school_id=PRIMARY if of_class == THIRD else JUNIOR,
        class_id=of_class,
        grade=grade,
        sex="female",
        boarding=False,
        residence_division=division,
        guardians=(),
        record_version=1,
    )
