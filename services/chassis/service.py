"""A service put together: model, store, clock and keys become something that takes commands and answers questions.

That is all a web process has of it: it knows no bus. What works behind the requests is its `Crew`, in worker processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from services.chassis.chores import Chores
from services.chassis.clock import Clock
from services.chassis.decider import Command, county_day
from services.chassis.envelope import Context, Envelope
from services.chassis.handling import Handling
from services.chassis.model import Model
from services.chassis.parked import ParkedEvents
from services.chassis.places import UPLOADS_AT_ONCE, Places
from services.chassis.sealing import Keyring
from services.chassis.signing import CheckpointKey, Checkpoints
from services.chassis.storage.opening import OpenStore
from services.chassis.storage.port import EventStore
from services.chassis.turns import Turns
from services.chassis.web.idempotency import forget_expired
from services.chassis.wrapping import WrappingKeys


@dataclass(frozen=True)
class Foundation:
    """What a deployment gives each of its services.

    `open_store` opens each service's own database; `wrapping_keys` and `checkpoint_key` come from outside of it.
    """

    county_code: str
    open_store: OpenStore
    clock: Clock
    wrapping_keys: WrappingKeys
    checkpoint_key: CheckpointKey


class Service:
    """One service: its store, and what requests do with it. `handling` is what delivered events do, `parked` what waits.

    Raises what the opening of its store does, WrappingKeyMissing and IndexKeyMoved.
    """

    def __init__(self, model: Model, foundation: Foundation, *, migrations: Path) -> None:
        self.model = model
        self.clock = foundation.clock
        self.store: EventStore = foundation.open_store(model.service, migrations)
        self.keyring = Keyring(self.store.engine, foundation.wrapping_keys)
        try:
            self.keyring.must_open_what_is_there()
        except BaseException:
            self.store.close()
            raise
        self.turns = Turns(
            model=model,
            store=self.store,
            clock=foundation.clock,
            keyring=self.keyring,
            county_code=foundation.county_code,
        )
        self.handling = Handling(model)
        self.parked = ParkedEvents(self.turns, self.handling)
        self.checkpoints = Checkpoints(self.turns, foundation.checkpoint_key)
        self.uploads = Places(UPLOADS_AT_ONCE)
        """Whoever reads an uploaded file takes one of these for as long as that lasts."""
        self.each_minute: Chores = {"sign_checkpoint": self.checkpoints.sign}
        """What its crew does each minute, and once more at its end: whatever must not be behind when a disk is lost."""
        self.hourly: Chores = {
            "forget_expired_answers": lambda: forget_expired(self.store),
            "wrap_keys_anew": self.keyring.wrap_anew,
        }
        """What its crew does now and then, and when it begins to lead."""

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

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()
