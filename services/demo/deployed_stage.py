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
from services.chassis.shared_clock import HandOfTheClock
from services.contracts.services import SERVICES
from services.demo.accounts import FILE_NAME, DemoAccounts, Door, OfficersToken
from services.demo.stage import answered
from services.deployed.faults import FaultsFile, Planted
from services.deployed.tokens import trusting

AT_A_TIME = 4
REQUEST_SECONDS = 60.0
PATIENCE_SECONDS = 300.0
"""How long the house may take to come to rest: containers are killed and started again while a demo plays."""

LOOK_AGAIN_SECONDS = 0.02
AWAY_SECONDS = 0.5

Positions = Mapping[str, int]
"""Of each partition that a service reads, `topic/number`, how far it has come; or of each that there is, where it ends."""


class NotAtRest(Exception):
    """The house was still at work when patience ended."""


class Rest(msgspec.Struct, frozen=True):
    """What a service answers to whether it rests."""

    quiescent: bool
    next_due: datetime | None
    reads: tuple[str, ...]
    positions: Positions

    def has_read(self, ends: Positions) -> bool:
        """Whether nothing stands before an end that this service has yet to read."""
        mine = {place: end for place, end in ends.items() if place.rpartition("/")[0] in self.reads}
        return all(self.positions.get(place, 0) >= end for place, end in mine.items())


@dataclass(frozen=True)
class Reached:
    """A deployed house within reach: its gateway, who may ask it how it is, the bus's ends, and how its workers are woken."""

    url: str
    ca_file: Path
    operator_token: Callable[[], str]
    ends: Callable[[], Positions]
    wake: Callable[[], None]


class DeployedStage:
    """`Stage` on a deployed house; `useful` are the accounts that people who try the demo should find first."""

    def __init__(self, reached: Reached, hand: HandOfTheClock, shared: Path, first_code: str, useful: Sequence[str] = ()) -> None:
        self._reached = reached
        self._hand = hand
        self._faults = FaultsFile(shared)
        self._accounts = DemoAccounts(shared / FILE_NAME, useful)
        self._door = Door(self._outside, self._accounts, lambda: first_code)
        self._operator = self._outside()
        self._clients: dict[str, httpx.Client] = {}

    def _outside(self) -> httpx.Client:
        # a container that is killed in the middle of a play is away for a moment: what was asked under a key is asked again
        transport = _Patient(httpx.HTTPTransport(verify=trusting(self._reached.ca_file), retries=2))
        return httpx.Client(base_url=self._reached.url, timeout=REQUEST_SECONDS, transport=transport)

    def client(self, login: str) -> httpx.Client:
        """A client signed in as an officer."""
        if login not in self._clients:
            client = self._clients[login] = self._outside()
            client.auth = OfficersToken(self._door, login)
            client.headers["Accept-Language"] = "en"
        return self._clients[login]

    def sign_in(self, logins: Iterable[str]) -> None:
        """Sign in several officers at once."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for _ in pool.map(self._door.token, logins):
                pass

    def officer_id(self, login: str) -> str:
        """The officer behind a login name."""
        return str(self._door.account(login)["officer_id"])

    def accounts(self) -> Mapping[str, str]:
        """What stands in the accounts' file."""
        return self._accounts.listed()

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

    def close(self) -> None:
        """Let go of the clients."""
        for client in (self._operator, *self._clients.values()):
            client.close()
        self._clients.clear()

    def _move_to(self, instant: datetime) -> None:
        self._hand.move_to(instant)
        self._reached.wake()

    def _settled(self) -> list[Rest]:
        patience = time.monotonic() + PATIENCE_SECONDS
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            while time.monotonic() < patience:
                rests = list(pool.map(self._rest, SERVICES))
                if all(rest.quiescent for rest in rests) and self._have_read_all(rests):
                    return rests
                time.sleep(LOOK_AGAIN_SECONDS)
        raise NotAtRest(f"the house was not at rest after {PATIENCE_SECONDS:.0f} s")

    def _have_read_all(self, rests: Iterable[Rest]) -> bool:
        """Whether each is at the end of what it reads; that is not known while a broker is away."""
        try:
            ends = self._reached.ends()
        except BusUnavailable:
            return False
        return all(rest.has_read(ends) for rest in rests)

    def _rest(self, service: str) -> Rest:
        headers = {"Authorization": f"Bearer {self._reached.operator_token()}"}
        answer = answered(self._operator.get(f"/{service}/operator/rest", headers=headers), f"rest of {service}")
        return msgspec.convert(answer, Rest)


def _earliest(rests: Iterable[Rest]) -> datetime | None:
    return min((rest.next_due for rest in rests if rest.next_due is not None), default=None)


class _Patient(httpx.BaseTransport):
    """Asks again while nobody answers, or the gateway says that a service is away; every POST of the player has its key."""

    AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        patience = time.monotonic() + PATIENCE_SECONDS
        request.read()
        while True:
            try:
                response = self._transport.handle_request(request)
            except httpx.TransportError:
                if time.monotonic() >= patience:
                    raise
            else:
                if response.status_code not in self.AWAY or time.monotonic() >= patience:
                    return response
                response.close()
            time.sleep(AWAY_SECONDS)

    def close(self) -> None:
        self._transport.close()
