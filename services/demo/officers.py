"""The officers of a demo's county, as clients of its house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx

from services.demo.accounts import DemoAccounts, Door, OfficersToken


class Officers:
    """What every stage has of `Stage` for its people; `outside` gives a client that is nobody's yet.

    `first_code` tells the first account's one-time code; `at_a_time` is how many get their passwords at once.
    """

    def __init__(
        self, outside: Callable[[], httpx.Client], accounts: DemoAccounts, first_code: Callable[[], str], *, at_a_time: int
    ) -> None:
        self._outside = outside
        self._accounts = accounts
        self._door = Door(outside, accounts, first_code)
        self._at_a_time = at_a_time
        self._clients: dict[str, httpx.Client] = {}

    def client(self, login: str) -> httpx.Client:
        """A client signed in as an officer."""
        if login not in self._clients:
            client = self._clients[login] = self._outside()
            client.auth = OfficersToken(self._door, login)
            client.headers["Accept-Language"] = "en"
        return self._clients[login]

    def sign_in(self, logins: Iterable[str]) -> None:
        """Sign in several officers at once."""
        with ThreadPoolExecutor(self._at_a_time) as pool:
            for _ in pool.map(self._door.token, logins):
                pass

    def officer_id(self, login: str) -> str:
        """The officer behind a login name."""
        return str(self._door.account(login)["officer_id"])

    def accounts(self) -> Mapping[str, str]:
        """What stands in the accounts' file."""
        return self._accounts.listed()

    def close(self) -> None:
        """Let go of the clients."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
