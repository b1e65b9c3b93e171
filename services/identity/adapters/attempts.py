"""Failed logins by login name and address, within a window of wall time; kept in memory, because a restart may forget them.

Counted for each address apart, so that a stranger cannot close an officer's account by guessing at it.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from services.identity.domain.errors import TooManyAttempts
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS

NAMES_HELD = 10_000


class FailedLogins:
    """Counts attempts that have not succeeded and refuses further ones for a while.

    An attempt is counted before the password is checked: a hash takes a while, and many attempts at once would all find room.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._attempts: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._monotonic = monotonic
        self._lock = threading.Lock()

    def attempt(self, login: str, address: str) -> None:
        """Count an attempt on the name from there; raises TooManyAttempts where there were too many."""
        with self._lock:
            now = self._monotonic()
            attempts = self._attempts.setdefault((login, address), deque())
            while attempts and attempts[0] <= now - FAILED_LOGINS_WINDOW_SECONDS:
                attempts.popleft()
            if len(attempts) >= FAILED_LOGINS_ALLOWED:
                wait = math.ceil(attempts[0] + FAILED_LOGINS_WINDOW_SECONDS - now)
                raise TooManyAttempts(seconds=wait)
            attempts.append(now)
            while len(self._attempts) > NAMES_HELD:
                self._attempts.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the attempts on a name."""
        with self._lock:
            self._attempts.pop((login, address), None)
