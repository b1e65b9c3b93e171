"""Which process leads a service: the one that holds a session lock of its database, until it gives it back or its session ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg

from services.chassis.storage.postgres_asking import AskingConnection
from services.chassis.storage.postgres_connections import REACH, SILENCE_MILLISECONDS
from services.chassis.storage.postgres_trouble import busy

LOCKS = 0x46555855
"""The first half of the keys of the house's advisory locks."""

LEADER, REBUILDER, READERS = 1, 2, 3
"""The second halves. Whoever commits what was read shares READERS; who holds it alone, as a backup does, lets none of them by."""

ASK_AGAIN_SECONDS = 0.25
"""How often a process that does not lead asks whether it may."""

SESSION = (
    f"-c tcp_user_timeout={SILENCE_MILLISECONDS} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)
"""The server's side of it: who vanishes with its machine must not lead for the hours of the system's own patience."""


class Lead:
    """The lead of one service, as one process sees it."""

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._session: AskingConnection | None = None
        self._mine = False
        self._ask_at = float("-inf")
        self._resigned = False

    def held(self) -> bool:
        """Whether it is this process's; takes it where nobody has it. Raises StoreBusy where the server does not answer."""
        with self._lock:
            if self._resigned or (not self._mine and self._monotonic() < self._ask_at):
                return False
            self._ask_at = self._monotonic() + ASK_AGAIN_SECONDS
            if self._session is not None and not self._lives(self._session):
                self._let_go()
            if not self._mine:
                self._mine = self._asked()
            return self._mine

    def resign(self) -> None:
        """Leave it to another process for good."""
        with self._lock:
            self._resigned = True
            if self._mine and self._session is not None:
                with suppress(psycopg.OperationalError):  # then the session is gone, and the lock with it
                    self._session.ask("SELECT pg_advisory_unlock_all()")
            self._let_go()

    @staticmethod
    def _lives(session: AskingConnection) -> bool:
        try:
            session.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _asked(self) -> bool:
        try:
            if self._session is None:
                self._session = AskingConnection.connect(self._url, autocommit=True, options=SESSION, **REACH)
            return self._session.ask("SELECT pg_try_advisory_lock($1, $2)", (LOCKS, LEADER)) == [(True,)]
        except psycopg.OperationalError as trouble:
            self._let_go()
            raise busy(self._url, trouble) from trouble

    def _let_go(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._mine = None, False
