"""Who calls: an officer with the appointments of today, or a service of the house.

Tokens say who it is; what the officer may see follows from identity's events, as this service has them in its own table.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from flask import g

from services.chassis.envelope import Context
from services.chassis.storage.tables import APPOINTMENTS, SUBSTITUTIONS
from services.chassis.web.refusals import NotSignedIn
from services.chassis.web.trace import Trace

SERVICE_PREFIX = "service:"
ON_BEHALF_OF = "On-Behalf-Of"
"""The header in which a substitute says for whom they act."""

COUNTY_DIGITS = 6
"""A county's division code has six digits, a township's nine, a village's twelve (GB/T 2260 and below)."""

COUNTY_ROLES = frozenset({"bureau_lead", "bureau_clerk", "county_leader"})
"""They see the whole county; an aid officer does if appointed for the county and not for a school."""

COUNTY_OR_SCHOOL_ROLES = frozenset({"aid_officer"})
SCHOOL_ROLES = frozenset(
    {
        "principal",
        "vice_principal",
        "homeroom_teacher",
        "teacher",
        "dorm_supervisor",
        "parent_representative",
        "roll_administrator",
        "aid_officer",
        "central_school",
    }
)
AREA_ROLES = frozenset({"township_officer", "village_cadre"})


class Appointment(msgspec.Struct, frozen=True):
    """A role held somewhere, from a day to a day, both included."""

    role: str
    body_id: str
    class_id: str | None
    division: str | None
    department: str | None
    from_on: str
    until_on: str | None

    @property
    def county_wide(self) -> bool:
        """Whether it reaches over the whole county."""
        if self.role in COUNTY_ROLES:
            return True
        return self.role in COUNTY_OR_SCHOOL_ROLES and self.division is not None and len(self.division) == COUNTY_DIGITS


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they are appointed to today. Without named roles, a question is about all of the caller's.

    A substitute who says so acts `on_behalf_of` another officer: the appointments are then that officer's, and no own ones.
    """

    subject: str
    appointments: tuple[Appointment, ...] = ()
    trace: Trace | None = None
    on_behalf_of: str | None = None

    @property
    def is_service(self) -> bool:
        """Whether a service of the house calls."""
        return self.subject.startswith(SERVICE_PREFIX)

    @property
    def service(self) -> str | None:
        """The calling service's name."""
        return self.subject.removeprefix(SERVICE_PREFIX) if self.is_service else None

    @property
    def officer_id(self) -> str:
        """The officer's id; for a service its subject `service:<name>`, as actors are written."""
        return self.subject

    def holds(self, *roles: str) -> bool:
        """Whether the caller is appointed to one of the roles today."""
        return any(appointment.role in roles for appointment in self.appointments)

    def county_wide(self, *roles: str) -> bool:
        """Whether the caller holds one of the roles for the whole county: role and place are of one appointment."""
        return any(a.county_wide for a in self.appointments if not roles or a.role in roles)

    def school_ids(self, *roles: str) -> tuple[str, ...]:
        """The schools in which the caller holds one of the roles (which are roles of a school)."""
        wanted = roles or SCHOOL_ROLES
        return _each(a.body_id for a in self.appointments if a.role in wanted and a.role in SCHOOL_ROLES and not a.county_wide)

    def class_ids(self, *roles: str) -> tuple[str, ...]:
        """The classes for which the caller holds one of the roles."""
        return _each(a.class_id for a in self.appointments if not roles or a.role in roles)

    def divisions(self, *roles: str) -> tuple[str, ...]:
        """The townships (9 digits) and villages (12) for which the caller holds one of the roles; by default the area roles."""
        wanted = roles or AREA_ROLES
        return _each(a.division for a in self.appointments if a.role in wanted)

    def offices(self, *roles: str) -> tuple[tuple[str, str], ...]:
        """The linked departments in which the caller holds one of the roles, each with the division that the office covers."""
        held = (a for a in self.appointments if a.department is not None and (not roles or a.role in roles))
        return tuple(dict.fromkeys((str(a.department), a.division or "") for a in held))

    def is_office_for(self, department: str, division: str, *roles: str) -> bool:
        """Whether the caller holds one of the roles in an office of the department that covers a division."""
        return any(held == department and division.startswith(area) for held, area in self.offices(*roles))

    def context(self, occurred_at: datetime | None = None, *, on_behalf_of: str | None = None) -> Context:
        """The context of what the caller asks for; `occurred_at` when it happened earlier than now."""
        return Context(
            actor=self.subject,
            on_behalf_of=on_behalf_of or self.on_behalf_of,
            traceparent=self.trace.parent if self.trace else "",
            occurred_at=occurred_at,
        )


def current_caller() -> Caller:
    """Who makes this request; raises NotSignedIn on an anonymous route."""
    caller: Caller | None = g.get("caller")
    if caller is None:
        raise NotSignedIn
    return caller


APPOINTMENTS_HELD_SECONDS = 1.0
"""How long an appointment that ended may still be believed; a read costs about 0.2 ms."""

OFFICERS_HELD = 4096

_COLUMNS = tuple(APPOINTMENTS.c[name] for name in Appointment.__struct_fields__)
_OF_OFFICER = sa.select(*_COLUMNS).where(APPOINTMENTS.c.officer_id == sa.bindparam("officer_id"))


_OFFICE = APPOINTMENTS.alias("office")
_STOOD_IN_FOR = (
    sa.select(*_COLUMNS)
    .join(SUBSTITUTIONS, SUBSTITUTIONS.c.appointment_id == APPOINTMENTS.c.appointment_id)
    .join(_OFFICE, _OFFICE.c.appointment_id == SUBSTITUTIONS.c.office_id)
    .where(
        SUBSTITUTIONS.c.substitute_id == sa.bindparam("substitute_id"),
        SUBSTITUTIONS.c.officer_id == sa.bindparam("officer_id"),
        SUBSTITUTIONS.c.withdrawn_on.is_(None),
        SUBSTITUTIONS.c.from_on <= sa.bindparam("today"),
        SUBSTITUTIONS.c.until_on >= sa.bindparam("today"),
        *(
            sa.and_(
                held.c.from_on <= sa.bindparam("today"),
                sa.or_(held.c.until_on.is_(None), held.c.until_on >= sa.bindparam("today")),
            )
            for held in (APPOINTMENTS, _OFFICE)
        ),
    )
)
"""Both have to be in office that day: the officer in the appointment, the substitute in the one by which they were named."""


class AppointmentBook:
    """The appointments of officers as the service's table has them, held for a second."""

    def __init__(self, engine: sa.Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._held: OrderedDict[str, tuple[float, tuple[Appointment, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, officer_id: str, today: str) -> tuple[Appointment, ...]:
        """The appointments that are in force on the county's date `today`."""
        return tuple(
            appointment
            for appointment in self._all_of(officer_id)
            if appointment.from_on <= today and (appointment.until_on is None or today <= appointment.until_on)
        )

    def stood_in_for(self, substitute_id: str, officer_id: str, today: str) -> tuple[Appointment, ...]:
        """The appointments of `officer_id` in which the substitute acts on the county's date `today`; read anew each time."""
        asked = {"substitute_id": substitute_id, "officer_id": officer_id, "today": today}
        with self._engine.connect() as connection:
            return tuple(Appointment(*row) for row in connection.execute(_STOOD_IN_FOR, asked))

    def _all_of(self, officer_id: str) -> tuple[Appointment, ...]:
        now = self._monotonic()
        with self._lock:
            held = self._held.get(officer_id)
        if held is not None and now < held[0]:
            return held[1]
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_OFFICER, {"officer_id": officer_id}).fetchall()
        appointments = tuple(Appointment(*row) for row in rows)
        if appointments:  # an officer who is not known yet is looked for again at once
            with self._lock:
                self._held[officer_id] = (now + APPOINTMENTS_HELD_SECONDS, appointments)
                self._held.move_to_end(officer_id)
                while len(self._held) > OFFICERS_HELD:
                    self._held.popitem(last=False)
        return appointments


def _each(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))
