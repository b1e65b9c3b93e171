"""The stage of a demo in a deployed house: its gateway over HTTP, its clock in the file that all its containers follow.

The house rests when every service has read all that stands on the bus and has nothing to do now. Whoever had nothing to do, and
had read all that is there a moment later, has sent nothing in between: so the ends of the topics are asked for last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import msgspec

from services.chassis.errors import BusUnavailable
from services.chassis.rest import Positions, Rest
from services.chassis.shared_clock import HandOfTheClock
from services.contracts.services import SERVICES
from services.demo.accounts import DemoAccounts
from services.demo.officers import Officers
from services.demo.patience import PATIENCE_SECONDS
from services.demo.stage import answered
from services.deployment import DEMO_ACCOUNTS
from services.notifications.adapters.planted_faults import FaultsFile, Planted

AT_A_TIME = 4
REQUEST_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.02


class NotAtRest(Exception):
    """The house was still at work when patience ended."""


@dataclass(frozen=True)
class Reached:
    """A deployed house within reach: its gateway, who may ask it how it is, the bus's ends, and how its workers are woken.

    All people speak over one `transport`, which keeps its connections: hundreds of officers who each ask for little would
    greet the gateway anew for every request.
    """

    url: str
    transport: httpx.BaseTransport
    operator_token: Callable[[], str]
    ends: Callable[[], Positions]
    wake: Callable[[], None]

    def client(self) -> httpx.Client:
        """A client on the gateway."""
        return httpx.Client(base_url=self.url, timeout=REQUEST_SECONDS, transport=self.transport)


class DeployedStage(Officers):
    """`Stage` on a deployed house; `useful` are the accounts that people who try the demo should find first."""

    def __init__(
        self, reached: Reached, hand: HandOfTheClock, shared: Path, first_code: Callable[[], str], useful: Sequence[str] = ()
    ) -> None:
        self._reached = reached
        self._hand = hand
        self._faults = FaultsFile(shared)
        self._at_rest: list[Rest] | None = None
        super().__init__(self._outside, DemoAccounts(shared / DEMO_ACCOUNTS, useful), first_code, at_a_time=AT_A_TIME)
        self._operator = reached.client()
        self._pool = ThreadPoolExecutor(len(SERVICES))

    def break_gateway(self, *, dead: Iterable[str], silent: Iterable[str]) -> None:
        """Let the gateway for texts go wrong for guardians."""
        planted = self._faults.read()
        self._faults.write(Planted(planted.dead | frozenset(dead), planted.silent | frozenset(silent)))

    def now(self) -> datetime:
        """The county's business time."""
        return self._hand.clock.now()

    def moved_to(self) -> datetime:
        """Where the business clock was last moved to."""
        return self._hand.clock.shown().moved_to

    def advance(self, instant: datetime) -> None:
        """Move the business clock to an instant, stopping at each timer that falls due before."""
        rests = self._settled()
        while (earliest := _earliest(rests)) is not None and earliest <= instant:
            self._move_to(max(earliest, self.now()))
            rests = self._settled()
        self._move_to(instant)
        self.settle()

    def settle(self) -> None:
        """Come back when everything is done that could be done now; raises NotAtRest."""
        self._settled()

    def together(self, acts: Iterable[Callable[[], None]]) -> None:
        """Let people act of whom none waits for another: several at a time."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for _ in pool.map(lambda act: act(), acts):
                pass

    def close(self) -> None:
        """Let go of the clients."""
        super().close()
        self._pool.shutdown()
        self._operator.close()

    def _outside(self) -> httpx.Client:
        client = self._reached.client()
        client.event_hooks["request"].append(self._somebody_acts)
        return client

    def _somebody_acts(self, _request: httpx.Request) -> None:
        self._at_rest = None

    def _move_to(self, instant: datetime) -> None:
        self._at_rest = None
        self._hand.move_to(instant)
        self._reached.wake()

    def _settled(self) -> list[Rest]:
        """How each service is, now that all rest; a house at rest stays there until somebody acts or the clock moves."""
        if self._at_rest is None:
            self._at_rest = self._come_to_rest()
        return self._at_rest

    def _come_to_rest(self) -> list[Rest]:
        """Ask those that are at work until they are not; at rest is the house when all are asked and none is."""
        patience = time.monotonic() + PATIENCE_SECONDS
        asked: Sequence[str] = SERVICES
        while time.monotonic() < patience:
            rests = dict(zip(asked, self._pool.map(self._rest, asked), strict=True))
            at_work: Sequence[str] = [service for service, rest in rests.items() if not rest.quiescent]
            if not at_work and len(rests) == len(SERVICES):
                at_work = self._have_not_read_all(rests)
                if not at_work:
                    return list(rests.values())
            if at_work:
                time.sleep(LOOK_AGAIN_SECONDS)
            asked = at_work or SERVICES
        raise NotAtRest(f"the house was not at rest after {PATIENCE_SECONDS:.0f} s")

    def _have_not_read_all(self, rests: Mapping[str, Rest]) -> Sequence[str]:
        """Those that are not at the end of what they read; that is not known of any while a broker is away."""
        try:
            ends = self._reached.ends()
        except BusUnavailable:
            return SERVICES
        return [service for service, rest in rests.items() if rest.unread(ends)]

    def _rest(self, service: str) -> Rest:
        headers = {"Authorization": f"Bearer {self._reached.operator_token()}"}
        answer = answered(self._operator.get(f"/{service}/operator/rest", headers=headers), f"rest of {service}")
        return msgspec.convert(answer, Rest)


def _earliest(rests: Iterable[Rest]) -> datetime | None:
    return min((rest.next_due for rest in rests if rest.next_due is not None), default=None)
