"""What passes by itself: it is tried again later, and nobody's event, timer or work is to blame."""

from __future__ import annotations

import sqlalchemy as sa

from services.chassis.errors import BusUnavailable, Misconfigured, StoreBusy, VersionConflict
from services.chassis.wrapping import WrappingKeyMissing

TRANSIENT = (
    VersionConflict,
    BusUnavailable,
    StoreBusy,
    sa.exc.TimeoutError,
    OSError,
    MemoryError,
    WrappingKeyMissing,
)
"""A wrapping key that was put in front comes with a restart; a process that starts is let in with all that its data need."""

TOLD = (BusUnavailable, StoreBusy, Misconfigured)
"""Their sentences name hosts, topics, states and settings; those of others may hold data."""


def told(trouble: BaseException) -> dict[str, str]:
    """What a log says of a trouble: its own sentence where that holds no data, of anything else the type alone."""
    kind = {"trouble": type(trouble).__name__}
    return kind | {"what": str(trouble)} if isinstance(trouble, TOLD) else kind
