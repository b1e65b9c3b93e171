"""What passes by itself: it is tried again later, and nobody's event, timer or work is to blame."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from services.chassis.errors import BusUnavailable, VersionConflict

TRANSIENT = (
    VersionConflict,
    BusUnavailable,
    sqlite3.OperationalError,
    sa.exc.OperationalError,
    sa.exc.TimeoutError,
    OSError,
    MemoryError,
)
