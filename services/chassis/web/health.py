"""Whether a service can do its work, without a word of data: database readable, age of the outbox, what is parked or lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from services.chassis.errors import StoreBusy
from services.chassis.service import Service
from services.chassis.storage.tables import EVENTS, OUTBOX

log = structlog.get_logger()

OUTBOX_SLOW_SECONDS = 60.0
"""An outbox row that waits longer says that the relay or the bus does not work."""

_OLDEST = (
    sa.select(EVENTS.c.recorded_at)
    .join(OUTBOX, sa.and_(OUTBOX.c.stream_id == EVENTS.c.stream_id, OUTBOX.c.version == EVENTS.c.version))
    .order_by(OUTBOX.c.number)
    .limit(1)
)


def health_of(service: Service) -> tuple[dict[str, Any], int]:
    """`ok`, `degraded` (it serves, but somebody should look) or, with 503, `down`."""
    try:
        with service.engine.connect() as connection:
            oldest = connection.execute(_OLDEST).scalar()
        waiting = service.store.backlog()
    except (sa.exc.SQLAlchemyError, StoreBusy):
        log.exception("database_not_readable", service=service.name)
        return {"status": "down", "database": "unreadable"}, 503
    age = (service.clock.now() - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0.0
    degraded = age > OUTBOX_SLOW_SECONDS or waiting["parked"] > 0 or waiting["lost_places"] > 0
    return {
        "status": "degraded" if degraded else "ok",
        "database": "readable",
        "oldest_outbox_seconds": round(max(age, 0.0), 3),
        "parked": waiting["parked"],
        "lost_places": waiting["lost_places"],
    }, 200
