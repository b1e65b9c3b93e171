"""Since when an officer's tokens are good: a token says who somebody is, identity's events say whether it still may."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from services.chassis.storage.tables import ENDED_SESSIONS
from services.chassis.web.refusals import SessionEnded
from services.chassis.web.tokens import Verified

SESSIONS_HELD_SECONDS = 1.0
"""How long a token may still be believed after this service heard that its session ended; a read costs about 0.2 ms."""

OFFICERS_HELD = 4096

_ENDED_AT = sa.select(ENDED_SESSIONS.c.ended_at).where(ENDED_SESSIONS.c.officer_id == sa.bindparam("officer_id"))
_NEVER = 0.0


class EndedSessions:
    """The ends of sessions as the service's table has them, held for a second."""

    def __init__(self, engine: sa.Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, token: Verified) -> None:
        """Raises SessionEnded for a token that was issued before its officer's sessions last ended."""
        if token.issued_at < self._ended_at(token.subject):
            raise SessionEnded

    def _ended_at(self, officer_id: str) -> float:
        now = self._monotonic()
        with self._lock:
            held = self._held.get(officer_id)
        if held is not None and now < held[0]:
            return held[1]
        with self._engine.connect() as connection:
            written = connection.execute(_ENDED_AT, {"officer_id": officer_id}).scalar()
        ended_at = _NEVER if written is None else datetime.fromisoformat(written).timestamp()
        with self._lock:
            self._held[officer_id] = (now + SESSIONS_HELD_SECONDS, ended_at)
            self._held.move_to_end(officer_id)
            while len(self._held) > OFFICERS_HELD:
                self._held.popitem(last=False)
        return ended_at
