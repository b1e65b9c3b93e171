"""Whether a service can do its work, without a word of data: database readable, age of the outbox, what is parked or lost."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog

from services.chassis.errors import StoreBusy
from services.chassis.service import Service
from services.chassis.transient import told
from services.chassis.web.delays import unsent_seconds
from services.chassis.web.problems import STORE_BACK_SECONDS

log = structlog.get_logger()

OUTBOX_SLOW_SECONDS = 60.0
"""An outbox row that waits longer says that the relay or the bus does not work."""


def health_of(service: Service) -> tuple[dict[str, Any], int, dict[str, str]]:
    """`ok`, `degraded` (it serves, but somebody should look) or, with 503, `down`."""
    try:
        unsent = unsent_seconds(service)
        waiting = service.store.backlog()
    except (sa.exc.SQLAlchemyError, StoreBusy) as trouble:
        log.exception("database_not_readable", service=service.name, **told(trouble))
        return {"status": "down", "database": "unreadable"}, 503, {"Retry-After": str(STORE_BACK_SECONDS)}
    degraded = unsent > OUTBOX_SLOW_SECONDS or waiting["parked"] > 0 or waiting["lost_places"] > 0
    return (
        {
            "status": "degraded" if degraded else "ok",
            "database": "readable",
            "oldest_outbox_seconds": round(unsent, 3),
            "parked": waiting["parked"],
            "lost_places": waiting["lost_places"],
        },
        200,
        {},
    )
