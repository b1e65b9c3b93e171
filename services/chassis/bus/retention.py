"""How long the bus keeps messages: until every group has processed them, and for some days at least.

Read models are rebuilt from the journals of the services, so the bus may forget (docs/decisions/0008).
"""

from __future__ import annotations

from datetime import timedelta

from services.chassis.bus.port import Bus
from services.chassis.clock import wall_now

KEPT_DAYS = 14
"""Of wall time: longer than any repair of a service that had to be put back on yesterday's copy of its database."""

MESSAGES_A_SLICE = 500
"""How many go in one transaction; publishers wait no longer than for that."""


def forget_processed(bus: Bus, topic: str, kept_days: int = KEPT_DAYS) -> int:
    """Let one slice of a topic's old messages go; answers how many went, 0 where none is left to go."""
    return bus.forget(topic, wall_now() - timedelta(days=kept_days), MESSAGES_A_SLICE)
