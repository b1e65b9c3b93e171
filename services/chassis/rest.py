"""Whether a service rests: told by the operator's route, asked by whoever waits for a whole house or looks how it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from services.chassis.envelope import stamp
from services.chassis.service import Service
from services.chassis.storage.epochs import is_to_be_taken_up

Positions = Mapping[str, int]
"""Of each partition that a service reads, `topic/number`, how far it has come; or of each that there is, where it ends."""


class Rest(msgspec.Struct, frozen=True):
    """`quiescent`: nothing waits that could be done now; `next_due` is when something falls due; `reads` are topics."""

    quiescent: bool
    next_due: datetime | None
    reads: tuple[str, ...]
    positions: Positions

    def unread(self, ends: Positions) -> int:
        """How many messages stand before the ends that this service has yet to read."""
        mine = {place: end for place, end in ends.items() if place.rpartition("/")[0] in self.reads}
        return sum(max(end - self.positions.get(place, 0), 0) for place, end in mine.items())


def rest_of(service: Service) -> Rest:
    """How the service is just now."""
    awaited = service.store.awaited()
    due = awaited.next_due
    return Rest(
        quiescent=not awaited.something(stamp(service.clock.now())) and not is_to_be_taken_up(service.engine),
        next_due=None if due is None else datetime.fromisoformat(due),
        reads=tuple(service.model.listens_to),
        positions={f"{topic}/{partition}": at for (topic, partition), at in service.store.bus_positions().items()},
    )
