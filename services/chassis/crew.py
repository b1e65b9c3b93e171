"""The crew of a service: what it does without being asked, in a worker process.

Several workers may be at work for one service: all of them listen, each to its share of the partitions; the one that leads sends,
fires timers and calls outside. A web process has no crew.
"""

from __future__ import annotations

from services.chassis.bus.port import Bus
from services.chassis.consumer import Consumer
from services.chassis.envelope import stamp
from services.chassis.relay import Relay
from services.chassis.service import Service
from services.chassis.timers import Timers
from services.chassis.told_topics import ToldTopics
from services.chassis.work import Worker


class Crew:
    """Relay, consumer, timers and outside calls of one service on one bus."""

    def __init__(self, service: Service, bus: Bus) -> None:
        self.service = service
        self.bus = bus
        model = service.model
        told = None if model.told is None else ToldTopics(service.store, bus, model.told, model.service)
        self.relay = Relay(service.store, bus, model.topic, told)
        self.consumer = Consumer(service.turns, service.handling, service.parked, bus)
        self.timers = Timers(service.turns)
        self.worker = Worker(service.turns)

    def bus_step(self) -> int:
        """Relay, consume, fire timers – each once; answers how much was done.

        One that fails holds up none of the others; then the first trouble is raised, once all have had their turn.
        """
        done = 0
        troubles: list[Exception] = []
        for step in (self.relay.step, self.consumer.step, self.timers.step):
            try:
                done += step()
            except Exception as trouble:  # noqa: BLE001  raised below, after the others
                troubles.append(trouble)
        if troubles:
            raise troubles[0]
        return done

    def step(self) -> int:
        """A step on the bus and one of work; answers how much was done. Raises what is transient."""
        return self.bus_step() + self.worker.step()

    def quiescent(self) -> bool:
        """Whether nothing waits that could be done now: no outbox, no timer to move, no due timer or work."""
        return self.timers.settled and not self.service.store.awaited().something(stamp(self.service.clock.now()))

    def close(self) -> None:
        """Leave the bus."""
        self.consumer.close()
