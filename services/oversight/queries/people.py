"""The officers of some events: their names, and the roles and bodies that they held."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from services.chassis.storage.tables import APPOINTMENTS
from services.oversight.domain.actors import SERVICE_ACTOR, Actors, Office
from services.oversight.domain.chain import TracedEvent
from services.oversight.domain.telling import leader_told
from services.oversight.queries.parts import in_parts
from services.oversight.storage.tables import BODIES, OFFICERS

_HELD = (
    sa.select(
        APPOINTMENTS.c.officer_id,
        APPOINTMENTS.c.role,
        APPOINTMENTS.c.body_id,
        BODIES.c.name,
        BODIES.c.name_en,
        APPOINTMENTS.c.from_on,
        APPOINTMENTS.c.until_on,
    )
    .outerjoin(BODIES, BODIES.c.body_id == APPOINTMENTS.c.body_id)
    .order_by(APPOINTMENTS.c.from_on, APPOINTMENTS.c.appointment_id)
)


def actors_of(engine: sa.Engine, events: Iterable[TracedEvent]) -> Actors:
    """Whoever acted in the events, on whose behalf, or was told of a delay."""
    named = {name for event in events for name in (event.actor, event.on_behalf_of, leader_told(event)) if name is not None}
    officers = {name for name in named if not name.startswith(SERVICE_ACTOR)}
    names: dict[str, str] = {}
    offices: dict[str, list[Office]] = {}
    with engine.connect() as connection:
        for part in in_parts(officers):
            for row in connection.execute(sa.select(OFFICERS).where(OFFICERS.c.officer_id.in_(part))):
                names[row.officer_id] = row.name
            for officer_id, *office in connection.execute(_HELD.where(APPOINTMENTS.c.officer_id.in_(part))):
                offices.setdefault(officer_id, []).append(Office(*office))
    return Actors(names, offices)
