"""How long things have waited in a service, each kind told by its oldest: what is late, parked or unsent is seen here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from services.chassis.checkpoints import KIND, CheckpointSigned
from services.chassis.envelope import Envelope
from services.chassis.service import Service
from services.chassis.storage.tables import EVENTS, LOST_PLACES, OUTBOX, PARKED, TIMERS, WORK

_CHECKPOINTS = f"{KIND}-"
_ENVELOPE = [EVENTS.c[name] for name in Envelope.__struct_fields__]

_OLDEST_UNSENT = (
    sa.select(EVENTS.c.recorded_at)
    .join(OUTBOX, sa.and_(OUTBOX.c.stream_id == EVENTS.c.stream_id, OUTBOX.c.version == EVENTS.c.version))
    .order_by(OUTBOX.c.number)
    .limit(1)
)
_SINCE = sa.select(
    _OLDEST_UNSENT.scalar_subquery().label("outbox"),
    sa.select(sa.func.min(TIMERS.c.due_at)).scalar_subquery().label("timers"),
    sa.select(sa.func.min(WORK.c.not_before)).where(WORK.c.state.in_(("pending", "started"))).scalar_subquery().label("work"),
    sa.select(sa.func.min(PARKED.c.parked_at)).scalar_subquery().label("parked"),
    sa.select(sa.func.min(LOST_PLACES.c.found_at)).scalar_subquery().label("lost_places"),
)
"""Since when: unsent from its record on, a timer from when it was due (though it was put off since), a call from its turn on."""


def delays(service: Service) -> Mapping[str, float]:
    """Seconds by the business clock since the oldest of each kind should have been done with; 0 where none should.

    Beside what `EventStore.backlog` counts: `unsigned`, an event that stands under no checkpoint yet.
    """
    with service.engine.connect() as connection:
        since = {**connection.execute(_SINCE).mappings().one(), "unsigned": _oldest_unsigned(service, connection)}
    now = service.clock.now()
    return {kind: _seconds(at, now) for kind, at in since.items()}


def unsent_seconds(service: Service) -> float:
    """Of these the one that a health check asks for every few seconds."""
    with service.engine.connect() as connection:
        return _seconds(connection.execute(_OLDEST_UNSENT).scalar(), service.clock.now())


def _seconds(at: str | None, now: datetime) -> float:
    return max((now - datetime.fromisoformat(at)).total_seconds(), 0.0) if at else 0.0


def _oldest_unsigned(service: Service, connection: sa.Connection) -> str | None:
    """When the first event behind the last checkpoint was recorded."""
    newest = sa.select(*_ENVELOPE).where(EVENTS.c.stream_id == f"{_CHECKPOINTS}{service.name}").order_by(EVENTS.c.version.desc())
    last = connection.execute(newest.limit(1)).one_or_none()
    checkpoint = service.model.catalogue.decode(Envelope(*last)) if last else None
    signed = checkpoint.position if isinstance(checkpoint, CheckpointSigned) else 0
    behind = sa.select(EVENTS.c.recorded_at).where(EVENTS.c.position > signed, ~EVENTS.c.stream_id.startswith(_CHECKPOINTS))
    oldest: str | None = connection.execute(behind.order_by(EVENTS.c.position).limit(1)).scalar()
    return oldest
