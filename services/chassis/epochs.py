"""A new epoch of the bus: it holds nothing of what was told before, so a service first tells all of it again.

One begins where the bootstrap finds databases with events, and a broker without the topics on which these were told: after a
restore, after a broker was lost, on another broker. Cut short anywhere, it is taken up anew; to whoever has the messages they are
repeats.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from services.chassis.envelope import stamp
from services.chassis.relay import Relay
from services.chassis.republish import republish
from services.chassis.service import Service
from services.chassis.storage.epochs import latest, taken_up

ROWS_A_STEP = 1_000

log = structlog.get_logger()


def take_up(service: Service, relay: Relay) -> bool:
    """Send everything again, where that is still to be done in this epoch; answers whether it was. For whoever leads and sends."""
    epoch = latest(service.engine)
    if epoch is None or epoch.republished_at is not None:
        return False
    relay.see_topics()  # those that are emptied count as filled by this, and not as another loss
    _let_go_of_what_waits(service)
    events = republish(service)
    taken_up(service.store, epoch, stamp(datetime.now(UTC)))
    log.info("epoch_taken_up", service=service.name, began_at=epoch.began_at, events=events)
    return True


def _let_go_of_what_waits(service: Service) -> None:
    """What waits stands in the log too, and comes in its place there: nobody shall hear of a step before those that led to it."""
    while waiting := service.store.outbox(ROWS_A_STEP):
        service.store.acknowledge([number for number, _, _ in waiting])
