"""Failed logins by login name and address, within a window of wall time; kept in memory, because a restart may forget them.

Counted for each address apart, so that a stranger cannot close an officer's account by guessing at it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

from services.identity.domain.errors import TooManyAttempts
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS

NAMES_HELD = 10_000


class FailedLogins:
    """Counts failures and refuses further attempts for a while."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, login: str, address: str) -> None:
        """Raises TooManyAttempts while the name has failed too often from there."""
        with self._lock:
            failures = self._recent((login, address))
            if len(failures) >= FAILED_LOGINS_ALLOWED:
                wait = failures[0] + FAILED_LOGINS_WINDOW_SECONDS - time.monotonic()
                raise TooManyAttempts(minutes=max(1, round(wait / 60)))

    def failed(self, login: str, address: str) -> None:
        """Note a failure."""
        with self._lock:
            self._recent((login, address)).append(time.monotonic())
            while len(self._failures) > NAMES_HELD:
                self._failures.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failures of a name."""
        with self._lock:
            self._failures.pop((login, address), None)

    def _recent(self, who: tuple[str, str]) -> deque[float]:
        failures = self._failures.setdefault(who, deque())
        while failures and failures[0] < time.monotonic() - FAILED_LOGINS_WINDOW_SECONDS:
            failures.popleft()
        return failures
