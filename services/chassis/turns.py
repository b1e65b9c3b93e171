"""Opens turns on one service's store, and acts again where another writer was first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from services.chassis.clock import Clock
from services.chassis.county_in_force import County, CountyInForce
from services.chassis.errors import AlreadyThere, VersionConflict
from services.chassis.held_states import HeldStates
from services.chassis.model import Model
from services.chassis.sealing import Keyring
from services.chassis.storage.port import EventStore
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn

T = TypeVar("T")

CONFLICT_TRIES = 5

TURN_SECONDS = 0.02
"""How long a turn of several messages or streams may hold the writer's place; a request waits no longer than that."""


class Turns:
    """The turns of one service, which share its store, clock, keys, county and held states."""

    def __init__(self, *, model: Model, store: EventStore, clock: Clock, keyring: Keyring, county_code: str) -> None:
        self.model = model
        self.store = store
        self.clock = clock
        self.keyring = keyring
        self._county = CountyInForce(store, county_code)
        self._held = HeldStates()

    @property
    def county(self) -> County:
        """What the service knows of its county now."""
        return self._county.now

    @property
    def county_edition(self) -> int:
        """See `CountyInForce.edition`."""
        return self._county.edition

    def county_changed(self) -> None:
        """See `CountyInForce.changed`."""
        self._county.changed()

    @contextmanager
    def open(self, *, trusting: bool = False) -> Iterator[Turn]:
        """A turn (see `Turn` for a trusting one); left without `commit`, nothing has happened."""
        with self.store.transaction() as transaction:
            turn = Turn(
                model=self.model,
                transaction=transaction,
                now=self.clock.now(),
                county=self._county,
                keyring=self.keyring,
                held=self._held,
                trusting=trusting,
            )
            try:
                yield turn
            finally:
                turn.abandon()

    def run(self, act: Callable[[Turn], T]) -> T:
        """Act in a turn and commit it; where another writer was first, load again and act once more.

        Where reading is a round trip, the first try trusts the states that this process holds: most streams have one writer for
        long. What is refused of such a state, or fails on it, is asked again of the log.

        Raises what `act` raises, VersionConflict after five lost races, and AlreadyThere where a second look does not help.
        """
        for attempt in range(1, CONFLICT_TRIES + 1):
            with self.open(trusting=attempt == 1 and self.store.shared) as turn:
                try:
                    answer = act(turn)
                    turn.commit()
                except VersionConflict:
                    if attempt == CONFLICT_TRIES:
                        raise
                except AlreadyThere:
                    if attempt > 1:
                        raise
                except TRANSIENT:
                    raise
                except Exception:  # refused, or torn by a state that may be past: asked again of the log, which trusts nothing
                    if not turn.trusted:
                        raise
                    turn.distrust()
                else:
                    return answer
        raise AssertionError("unreachable")
