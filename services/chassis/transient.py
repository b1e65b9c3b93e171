"""What passes by itself: it is tried again later, and nobody's event, timer or work is to blame."""

from __future__ import annotations

import sqlalchemy as sa

from services.chassis.errors import BusUnavailable, StoreBusy, VersionConflict

TRANSIENT = (
    VersionConflict,
    BusUnavailable,
    StoreBusy,
    sa.exc.TimeoutError,
    OSError,
    MemoryError,
)
