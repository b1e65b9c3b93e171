"""Republish: a service sends its whole log again, for readers that came too late or have lost their place on the bus.

The log goes through the outbox, so the one relay sends it, in order, and goes on after a crash; to everybody who has the events
they are repeats.
"""

from __future__ import annotations

from services.chassis.emptied_topics import settled
from services.chassis.envelope import Context
from services.chassis.republication import RecordRepublication
from services.chassis.service import Service
from services.chassis.storage.publications import requeue as requeue_told


def republish(service: Service) -> int:
    """Put all events of a service into its outbox again, behind them the word that it is done, and what others were told; answers
    how many events.

    Cut short in between, nobody is told that it is done: simply begin again.
    """
    events = service.store.requeue(service.model.topic)
    service.execute(RecordRepublication(service=service.name, events=events), Context(actor=f"service:{service.name}"))
    requeue_told(service.store)
    if service.model.told is not None:
        settled(service.store, service.model.told)
    return events
