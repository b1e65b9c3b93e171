"""A service put together: model, store, bus, clock and keys become something that takes turns and works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from services.chassis.bus.port import Bus
from services.chassis.clock import Clock
from services.chassis.consumer import Consumer
from services.chassis.decider import Command, county_day
from services.chassis.envelope import Context, Envelope, stamp
from services.chassis.model import Model
from services.chassis.relay import Relay
from services.chassis.sealing import Keyring, WrappingKeys
from services.chassis.signing import CheckpointKey, Checkpoints
from services.chassis.storage.opening import OpenStore
from services.chassis.storage.port import EventStore
from services.chassis.timers import Timers
from services.chassis.turn import Turns
from services.chassis.web.idempotency import forget_expired
from services.chassis.work import Worker


@dataclass(frozen=True)
class Foundation:
    """What a deployment gives each of its services.

    `open_store` opens each service's own database; `wrapping_keys` and `checkpoint_key` come from outside of it.
    """

    county_code: str
    open_store: OpenStore
    bus: Bus
    clock: Clock
    wrapping_keys: WrappingKeys
    checkpoint_key: CheckpointKey


class Service:
    """One service at work: `turns` for requests, the four steps for its worker."""

    def __init__(self, model: Model, foundation: Foundation, *, migrations: Path) -> None:
        self.model = model
        self.clock = foundation.clock
        self.store: EventStore = foundation.open_store(model.service, migrations)
        self.keyring = Keyring(self.store.engine, foundation.wrapping_keys)
        self.turns = Turns(
            model=model,
            store=self.store,
            clock=foundation.clock,
            keyring=self.keyring,
            county_code=foundation.county_code,
        )
        self.relay = Relay(self.store, foundation.bus)
        self.consumer = Consumer(self.turns, foundation.bus)
        self.timers = Timers(self.turns)
        self.worker = Worker(self.turns)
        self.checkpoints = Checkpoints(self.turns, foundation.checkpoint_key)
        self.hourly: list[Callable[[], object]] = [lambda: forget_expired(self.store)]
        """What its worker does now and then: forgetting what nobody will ask for any more."""

    @property
    def name(self) -> str:
        """The service's name, which is its room's."""
        return self.model.service

    @property
    def engine(self) -> sa.Engine:
        """For queries on read models."""
        return self.store.engine

    @property
    def today(self) -> date:
        """The county's date by the business clock."""
        return county_day(self.clock.now())

    def execute(self, command: Command, context: Context) -> list[Envelope]:
        """One command in a turn of its own; raises its refusals."""
        return self.turns.run(lambda turn: turn.execute(command, context))

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
        now = stamp(self.clock.now())
        due = self.store.next_due()
        if not self.timers.settled or self.store.backlog()["outbox"]:
            return False
        return due is None or due > now

    def close(self) -> None:
        """Leave the bus and let go of the database."""
        self.consumer.close()
        self.store.close()
