"""Notifications on a bus of its own, with the neighbours that it listens to, and a registry that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.crew import Crew
from services.chassis.decider import COUNTY_TIME
from services.chassis.envelope import Context, Envelope
from services.chassis.service import Service
from services.contracts import registry
from services.contracts.codes import ContactMeans, ExcuseKind, SchoolKind, Session
from services.contracts.ids import ContactId, GuardianId, NotificationId, OfficerId, PupilId, TemplateCode
from services.contracts.registry import GuardianRef
from services.notifications import queries
from services.notifications.adapters.gateway import Gateway
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.domain.occasions import ABSENCE_QUERY
from services.notifications.domain.scheduling import notification_id
from services.notifications.projections import NOTIFICATION_ROWS
from services.notifications.queries import Scope
from services.notifications.service import build
from services.notifications.storage.rows import NotificationRow
from tests.neighbours import Neighbours, StandingClock, events_of, foundation, settle
from tests.notifications.fakes import FakePeople
from tests.notifications.invented import CLASS, EPISODE, FATHER, GRANDMOTHER, PUPIL, SCHOOL, TODAY
from tests.scenario import NOW

COUNTY_SCOPE = Scope(county=True)
CARER = GuardianRef(GRANDMOTHER, "grandmother", carer=True, reachable=True)
PARENT = GuardianRef(FATHER, "father", carer=False, reachable=True)


class World:
    """The service under test and those around it."""

    def __init__(self, directory: Path, gateway: Gateway | None = None, faults: GatewayFaults | None = None) -> None:
        self.clock = StandingClock(NOW)
        self.people = FakePeople()
        self._working = True
        self.directory = directory
        self.foundation, self.bus = foundation(directory, self.clock)
        self.others = Neighbours(self.bus, self.clock)
        self.service: Service = build(self.foundation, self.people, gateway, faults=faults or GatewayFaults())
        self.crew = Crew(self.service, self.bus)
        school = registry.SchoolRegistered(
            school_id=SCHOOL,
            code="9901260001",
            name="青石中学",
            name_en="Qingshi School",
            kind=SchoolKind.JUNIOR,
            division="990126100",
            boarding=True,
        )
        self.others.tell(f"school-{SCHOOL}", school)
        self.enrol()

    # --- what others tell -------------------------------------------------------------------------------------------

    def told(self, stream_id: str, *events: Any) -> list[Envelope]:
        """Events about a child, handled one after another."""
        told = []
        for event in events:
            told.append(self.others.tell(stream_id, event, key=event.pupil_id, correlation_id=EPISODE))
            self.settle()
        return told

    def enrol(
        self,
        pupil_id: PupilId = PUPIL,
        guardians: tuple[GuardianRef, ...] = (PARENT, CARER),
        second_language: str | None = None,
    ) -> None:
        """A child on the roll: the father is reachable too, the grandmother cares for it."""
        event = registry.PupilEnrolled(
            pupil_id=pupil_id,
            school_id=SCHOOL,
            class_id=CLASS,
            grade=7,
            sex="female",
            boarding=True,
            residence_division="990126100",
            guardians=guardians,
            record_version=1,
            second_language=second_language,
        )
        self.told(f"pupil-{pupil_id}", event)

    def missed(
        self, session: Session = Session.MORNING, *, day: date = TODAY, silent: bool = False, pupil_id: PupilId = PUPIL
    ) -> str:
        """The child is missed; answers the id of the notice."""
        event = registry.AbsenceNoticed(
            pupil_id=pupil_id,
            episode_id=EPISODE,
            school_id=SCHOOL,
            class_id=CLASS,
            day=day,
            session=session,
            first=True,
            silent=silent,
        )
        return self.told(f"pupil-{pupil_id}", event)[0].event_id

    def missed_again(self) -> str:
        """The child is missed the next morning too, and its guardian asked; answers the id of the notice."""
        self.at(datetime.combine(self.clock.instant.astimezone(COUNTY_TIME).date() + timedelta(days=1), time(8, 10), COUNTY_TIME))
        reason = self.missed(day=self.clock.instant.date())
        self.after(minutes=30)
        return reason

    def confirmed(self, day: date = TODAY) -> None:
        self.told(f"pupil-{PUPIL}", registry.AbsenceConfirmed(pupil_id=PUPIL, episode_id=EPISODE, day=day))

    def withdrawn(self, session: Session = Session.MORNING) -> None:
        event = registry.AbsenceWithdrawn(pupil_id=PUPIL, episode_id=EPISODE, day=TODAY, session=session)
        self.told(f"pupil-{PUPIL}", event)

    def excused(self, session: Session = Session.MORNING) -> None:
        event = registry.AbsenceExcused(pupil_id=PUPIL, episode_id=EPISODE, day=TODAY, session=session, kind=ExcuseKind.LEAVE)
        self.told(f"pupil-{PUPIL}", event)

    def contacted(self, *, reached: bool) -> None:
        event = registry.ContactRecorded(
            contact_id=ContactId("contact"),
            pupil_id=PUPIL,
            episode_id=EPISODE,
            day=TODAY,
            means=ContactMeans.CALL,
            reached=reached,
            by_officer_id=OfficerId("teacher"),
        )
        self.told(f"pupil-{PUPIL}", event)

    # --- time and work ----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        if self._working:
            settle(self.crew)
        else:
            while self.crew.bus_step():
                pass

    @contextmanager
    def worker_away(self) -> Iterator[None]:
        """Let what is told meanwhile be handled, and leave what it asks of the outside world."""
        self._working = False
        yield
        self._working = True

    def at(self, instant: datetime) -> None:
        """Move the clock, and let what falls due happen."""
        self.clock.instant = instant
        self.settle()

    def after(self, **span: int) -> None:
        self.at(self.clock.instant + timedelta(**span))

    def do(self, *commands: Any, actor: str = "officer-1") -> None:
        """Commands of an officer, one after another."""
        for command in commands:
            self.service.execute(command, Context(actor=actor))
            self.settle()

    # --- what became of it ------------------------------------------------------------------------------------------

    def text(self, reason: str, guardian: GuardianId = GRANDMOTHER, template: TemplateCode = ABSENCE_QUERY) -> NotificationRow:
        """The one text of an event to a guardian."""
        row = queries.notification(self.service.engine, notification_id(reason, guardian, template))
        assert row is not None
        return row

    def texts(self) -> list[NotificationRow]:
        """All texts and calls, oldest first."""
        with self.service.engine.connect() as connection:
            rows = connection.execute(queries.notifications(COUNTY_SCOPE)).mappings().all()
        found = [NOTIFICATION_ROWS.read_form(dict(row)) for row in rows]
        return sorted(found, key=lambda row: (row.created_at, row.notification_id))

    def outbox(self) -> list[dict[str, Any]]:
        """What the local gateway took."""
        with self.service.engine.connect() as connection:
            return [dict(row) for row in connection.execute(queries.outbox(COUNTY_SCOPE)).mappings()]

    def happened(self, own_id: NotificationId) -> list[str]:
        """The names of a text's events."""
        return [type(event).__name__ for event in events_of(self.service, f"notification-{own_id}")]

    def close(self) -> None:
        self.crew.close()
        self.service.close()
        self.bus.close()


Worlds = Callable[..., World]


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Worlds]:
    """Worlds with a gateway or faults of the test's own."""
    made: list[World] = []

    def make(gateway: Gateway | None = None, faults: GatewayFaults | None = None) -> World:
        directory = tmp_path / str(len(made))
        directory.mkdir()
        made.append(World(directory, gateway, faults))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(worlds: Worlds) -> World:
    """The world with the local outbox, nothing going wrong."""
    return worlds()
