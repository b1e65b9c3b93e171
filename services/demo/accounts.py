"""The demo's accounts: a file of login names and passwords of invented people, and how they get their first passwords.

Opening the account was part of the officers' import; the account administrator (for the county's own offices the
bureau lead) hands out one-time codes, and everyone then
sets a password of their own, as real officers do.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import msgspec

from services.chassis.files import put_in_place
from services.demo.stage import Fact, answered

FIRST_LOGIN = "first-account"
ADMINISTRATOR = "account_admin"
LEAD = "bureau_lead"
OF_THE_LEAD = frozenset({"bureau_clerk", "county_leader", "aid_officer"})
"""The offices over the county: once the bureau lead has signed in, nobody else gives them a code."""

PASSWORD_BYTES = 12
SIGN_IN_AGAIN_SECONDS = 12 * 60
"""Tokens live 15 wall minutes (architecture.md §6)."""

PAGE = 200


class DemoAccounts:
    """`demo-accounts.json`: login → password, the most useful first; only its owner can read it.

    A password is on file before it is set, so that a killed demo knows it again.
    """

    def __init__(self, path: Path, first: Sequence[str] = ()) -> None:
        self._path = path
        self._first = {login: place for place, login in enumerate(first)}
        self._lock = threading.Lock()
        self._passwords: dict[str, str] = {}
        if path.exists():
            self._passwords = msgspec.json.decode(path.read_bytes(), type=dict[str, str])

    def __contains__(self, login: str) -> bool:
        return login in self._passwords

    def password(self, login: str) -> str:
        """The password of a login name; a new one is made and kept where there is none."""
        with self._lock:
            if login not in self._passwords:
                self._passwords[login] = secrets.token_urlsafe(PASSWORD_BYTES)
                self._keep()
            return self._passwords[login]

    def listed(self) -> dict[str, str]:
        """All of them in order."""
        in_order = sorted(self._passwords, key=lambda login: (self._first.get(login, len(self._first)), login))
        return {login: self._passwords[login] for login in in_order}

    def _keep(self) -> None:
        put_in_place(self._path, msgspec.json.format(msgspec.json.encode(self.listed()), indent=1))


class Door:
    """Identity's door: signs officers in, and gives a first password to who has none yet."""

    def __init__(self, outside: Callable[[], httpx.Client], accounts: DemoAccounts, first_code: Callable[[], str]) -> None:
        self._client = outside()
        self._accounts = accounts
        self._first_code = first_code
        self._tokens: dict[str, tuple[str, float]] = {}
        self._directory: dict[str, Fact] | None = None

    def token(self, login: str) -> str:
        """A token of the officer that is good for a while."""
        token, until = self._tokens.get(login, ("", 0.0))
        if time.monotonic() >= until:
            token = self._sign_in(login)
            self._tokens[login] = (token, time.monotonic() + SIGN_IN_AGAIN_SECONDS)
        return token

    def account(self, login: str) -> Fact:
        """`account_id` and `officer_id` of a login name, as the account administrator's list has them."""
        if self._directory is None or login not in self._directory:
            self._directory = {entry["login"]: entry for entry in self._listed()}
        return self._directory[login]

    def _sign_in(self, login: str) -> str:
        if login in self._accounts:
            response = self._client.post("/identity/login", json={"login": login, "password": self._accounts.password(login)})
            if response.is_success:
                return str(response.json()["token"])
        return self._first_password(login)

    def _first_password(self, login: str) -> str:
        code = self._first_code() if login == FIRST_LOGIN else self._one_time_code(login)
        body = {"login": login, "password": code, "new_password": self._accounts.password(login)}
        return str(answered(self._client.post("/identity/password", json=body), f"first password of {login}")["token"])

    def _one_time_code(self, login: str) -> str:
        """A code from the administrator, or from the bureau lead for who reads the county."""
        path = f"/identity/accounts/{self.account(login)['account_id']}:reset"
        giver = LEAD if login in OF_THE_LEAD else FIRST_LOGIN if login == ADMINISTRATOR else ADMINISTRATOR
        return str(answered(self._client.post(path, headers=self._as(giver)), f"one-time code for {login}")["one_time_code"])

    def _listed(self) -> Iterator[Fact]:
        query: dict[str, str | int] = {"limit": PAGE}
        while True:
            response = self._client.get("/identity/accounts", params=query, headers=self._as(FIRST_LOGIN))
            page = answered(response, "list of accounts")
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def _as(self, login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(login)}"}


class OfficersToken(httpx.Auth):
    """Puts an officer's token on every request of a client."""

    def __init__(self, door: Door, login: str) -> None:
        self._door = door
        self._login = login

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # nothing is sent in
        """Sign the request."""
        request.headers["Authorization"] = f"Bearer {self._door.token(self._login)}"
        yield request
