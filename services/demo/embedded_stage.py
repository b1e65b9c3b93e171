"""The stage of an embedded demo: the house in this process, pumped by the player's own thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import msgspec

from services.chassis.clock import DemoClock
from services.demo.accounts import FILE_NAME, DemoAccounts, Door, OfficersToken
from services.deployment import FIRST_ACCOUNT
from services.embedded import House

AT_A_TIME = 2
"""Officers who get their passwords at once: identity hashes no more than that at a time."""


class EmbeddedStage:
    """`Stage` on a `House`; `useful` are the accounts that people who try the demo should find first."""

    def __init__(self, house: House, useful: Sequence[str] = ()) -> None:
        self._house = house
        self._accounts = DemoAccounts(house.data / FILE_NAME, useful)
        self._door = Door(house.client, self._accounts, self._first_code)
        self._clients: dict[str, httpx.Client] = {}

    def client(self, login: str) -> httpx.Client:
        """A client signed in as an officer."""
        if login not in self._clients:
            client = self._clients[login] = self._house.client()
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

    def close(self) -> None:
        """Let go of the clients."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _first_code(self) -> str:
        told = msgspec.json.decode((self._house.data / FIRST_ACCOUNT).read_bytes(), type=dict[str, str])
        return told["one_time_code"]
