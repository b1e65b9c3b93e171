"""Failed logins by login name and address, and by address alone; in memory, because a restart may forget them.

Counted for each address apart, so that a stranger cannot close an officer's account by guessing at it. Times are wall time.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from services.identity.domain.errors import TooManyAttempts
from services.identity.domain.policies import (
    FAILED_LOGINS_ALLOWED,
    FAILED_LOGINS_WINDOW_SECONDS,
    FAILURES_OF_AN_ADDRESS_ALLOWED,
    FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS,
)

NAMES_HELD = 10_000
"""How many are counted at once; who is blocked keeps the place until the block is over."""


class _Counted:
    """Attempts within a window, by whatever they are counted by; those of who is not blocked are forgotten first."""

    def __init__(self, allowed: int, window_seconds: float) -> None:
        self._allowed = allowed
        self._window_seconds = window_seconds
        self._open: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()
        self._blocked: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()

    def wait(self, key: tuple[str, ...], now: float) -> float:
        """Seconds until there is room for another attempt; 0 where there is."""
        attempts = self._blocked.get(key)
        if attempts is None:
            return 0
        wait = attempts[0] + self._window_seconds - now
        if wait > 0:
            return wait
        self._open[key] = self._blocked.pop(key)
        return 0

    def add(self, key: tuple[str, ...], now: float) -> None:
        """Count an attempt for which there was room."""
        attempts = self._open.pop(key, deque())
        while attempts and attempts[0] <= now - self._window_seconds:
            attempts.popleft()
        attempts.append(now)
        (self._blocked if len(attempts) >= self._allowed else self._open)[key] = attempts
        self._forget(now)

    def take_back(self, key: tuple[str, ...]) -> None:
        """The latest attempt was none."""
        attempts = self._blocked.pop(key, None) or self._open.pop(key, None)
        if attempts is not None and len(attempts) > 1:
            attempts.pop()
            self._open[key] = attempts

    def clear(self, key: tuple[str, ...]) -> None:
        """Forget all attempts."""
        self._blocked.pop(key, None)
        self._open.pop(key, None)

    def _forget(self, now: float) -> None:
        while self._blocked and next(iter(self._blocked.values()))[0] <= now - self._window_seconds:
            self._blocked.popitem(last=False)
        while len(self._open) + len(self._blocked) > NAMES_HELD:
            (self._open or self._blocked).popitem(last=False)


class FailedLogins:
    """Counts attempts that have not succeeded and refuses further ones for a while.

    An attempt is counted before the password is checked: a hash takes a while, and many attempts at once would all find room.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._on_names = _Counted(FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS)
        self._from_addresses = _Counted(FAILURES_OF_AN_ADDRESS_ALLOWED, FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS)
        self._monotonic = monotonic
        self._lock = threading.Lock()

    def attempt(self, login: str, address: str) -> None:
        """Count an attempt on the name from there; raises TooManyAttempts where there were too many."""
        with self._lock:
            now = self._monotonic()
            wait = max(self._on_names.wait((login, address), now), self._from_addresses.wait((address,), now))
            if wait > 0:
                raise TooManyAttempts(seconds=math.ceil(wait))
            self._on_names.add((login, address), now)
            self._from_addresses.add((address,), now)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the attempts on the name; of the address only this one, or who has one password would guess on and on."""
        with self._lock:
            self._on_names.clear((login, address))
            self._from_addresses.take_back((address,))
