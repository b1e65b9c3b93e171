"""The stage of an embedded demo: the house in this process, pumped by the player's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from services.chassis.clock import DemoClock
from services.demo.accounts import DemoAccounts
from services.demo.officers import Officers
from services.deployment import DEMO_ACCOUNTS, FIRST_ACCOUNT
from services.embedded import House

AT_A_TIME = 2
"""Officers who get their passwords at once: identity hashes no more than that at a time."""


class EmbeddedStage(Officers):
    """`Stage` on a `House`; `useful` are the accounts that people who try the demo should find first."""

    def __init__(self, house: House, useful: Sequence[str] = ()) -> None:
        self._house = house
        super().__init__(house.client, DemoAccounts(house.data / DEMO_ACCOUNTS, useful), self._first_code, at_a_time=AT_A_TIME)

    def break_gateway(self, *, dead: Iterable[str], silent: Iterable[str]) -> None:
        """Let the local gateway go wrong for guardians; forgotten with the process."""
        self._house.dead_numbers.update(dead)
        self._house.silent_gateway_for.update(silent)

    def now(self) -> datetime:
        """The county's business time."""
        return self._house.clock.now()

    def moved_to(self) -> datetime:
        """Where the business clock was last moved to."""
        clock = self._house.clock
        return clock.moved_to if isinstance(clock, DemoClock) else clock.now()

    def advance(self, instant: datetime) -> None:
        """Move the business clock."""
        self._house.advance(instant)

    def settle(self) -> None:
        """Come to rest."""
        self._house.settle()

    def together(self, acts: Iterable[Callable[[], None]]) -> None:
        """One after another: they share one process with the house."""
        for act in acts:
            act()

    def _first_code(self) -> str:
        told = msgspec.json.decode((self._house.data / FIRST_ACCOUNT).read_bytes(), type=dict[str, str])
        return told["one_time_code"]
