"""What a process has last heard of its database: while nobody can reach it, one at a time tries, and all others are told at once.

Each who waited in vain would hold a thread of the web process, and with all of them held nobody is told anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.chassis.errors import StoreAway

FRESH_SECONDS = 2.0
"""How long it counts that somebody has waited in vain; then the next one tries, while it still counts for the others."""

TRY_SECONDS = 10.0
"""How long one try may take before another begins beside it."""


class LastHeard:
    """Whether a database was there when this process last asked; shared by its threads."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._away: str | None = None
        self._until = 0.0
        self._thread = threading.local()

    @contextmanager
    def again(self) -> Iterator[None]:
        """Around whatever asks the database; raises StoreAway at once while another has just waited in vain.

        What is asked within is part of the same try: a turn asks by the pool and by the engine.
        """
        if getattr(self._thread, "tries", False):
            yield
            return
        self._refuse_what_is_known()
        found: StoreAway | None = None
        self._thread.tries = True
        try:
            yield
        except StoreAway as trouble:
            found = trouble
            raise
        finally:
            self._thread.tries = False
            self.away(found)

    def away(self, trouble: StoreAway | None) -> None:
        """Keep what was found: why nobody can reach it, or nothing, when it has answered."""
        with self._lock:
            self._away = None if trouble is None else str(trouble)
            self._until = self._monotonic() + FRESH_SECONDS

    def _refuse_what_is_known(self) -> None:
        with self._lock:
            if self._away is None:
                return
            now = self._monotonic()
            if now < self._until:
                raise StoreAway(self._away)
            self._until = now + TRY_SECONDS
