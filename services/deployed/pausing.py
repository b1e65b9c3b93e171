"""The readers of all services, held while several servers are copied one after another.

Between services only messages carry what happened. While nobody handles any, no copy can hold the effect of an event that an
earlier copy of its producer lacks: whatever the copies are put back to, a producer has at least what its readers have had.

The hold is a lock of each service's database (`postgres_lead.READERS`), which whoever commits what was read shares. So it needs
no word from the workers, binds those that start meanwhile, and ends with the session that has it: a backup that dies lets go.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from services.chassis.errors import Fault
from services.chassis.storage.postgres_connections import REACH
from services.chassis.storage.postgres_lead import LOCKS, READERS, SESSION
from services.deployed.settings import DatabaseSettings

ONE_COPY_SECONDS = 3600.0
"""How long one server's copy may take: longer, the readers are let go, by the server itself if need be, and there is no backup."""

BATCH_SECONDS = 30.0
"""How long the batches at hand may take to be committed; a turn of the consumers takes some hundredths."""

DRAIN_SECONDS = 30.0
"""How long what was told before the hold may take to go out; what has not by then is in the copy, and sent after a restore."""

LOOK_AGAIN_SECONDS = 0.2


class ReadersNotHeld(Fault):
    """The readers could not be held, or were let go before everything was copied: the copies are of no one moment."""


@dataclass(frozen=True)
class Hold:
    """The sessions that hold each service's readers."""

    sessions: Mapping[str, psycopg.Connection[Any]]

    def drained(self, seconds: float = DRAIN_SECONDS) -> Mapping[str, int]:
        """Wait until what stood in the outboxes has gone to the bus; answers what has not, by service, when the time is over."""
        until = time.monotonic() + seconds
        last = {service: _last_told(session) for service, session in self.sessions.items()}
        while True:
            waits = {service: n for service, number in last.items() if (n := _unsent(self.sessions[service], number))}
            if not waits or time.monotonic() >= until:
                return waits
            time.sleep(LOOK_AGAIN_SECONDS)

    def must_still_be(self) -> None:
        """Raises ReadersNotHeld where a session, and with it its lock, has ended."""
        for service, session in self.sessions.items():
            try:
                session.execute("SELECT 1")
            except psycopg.Error as ended:
                raise _let_go(service) from ended


@contextmanager
def readers_held(databases: Mapping[str, DatabaseSettings], *, longest: float = ONE_COPY_SECONDS) -> Iterator[Hold]:
    """While nobody handles messages in these services' databases, given as their owners; raises ReadersNotHeld.

    `longest` is how many seconds may pass until the sessions are next spoken to: then each server lets go by itself.
    """
    with ExitStack() as opened:
        sessions: dict[str, psycopg.Connection[Any]] = {}
        for service, settings in databases.items():
            try:
                session = psycopg.connect(
                    settings.url,
                    autocommit=True,
                    **REACH,
                    options=f"{SESSION} -c idle_session_timeout={longest * 1000:.0f} -c lock_timeout={BATCH_SECONDS * 1000:.0f}",
                )
                opened.callback(session.close)
                session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, READERS))
            except psycopg.Error as trouble:
                raise _not_held(service, trouble) from trouble
            sessions[service] = session
        yield Hold(sessions)


def _last_told(session: psycopg.Connection[Any]) -> int:
    if session.execute("SELECT to_regclass('outbox')").fetchone() == (None,):
        return 0  # a service that this release has brought, before its first migration
    return int(session.execute("SELECT coalesce(max(number), 0) FROM outbox").fetchone()[0])  # type: ignore[index]  # one row always


def _unsent(session: psycopg.Connection[Any], last: int) -> int:
    """Republished rows have new numbers, behind `last`; they count with the next backup."""
    if not last:
        return 0
    return int(session.execute("SELECT count(*) FROM outbox WHERE number <= %s", (last,)).fetchone()[0])  # type: ignore[index]  # see above


def _not_held(service: str, trouble: psycopg.Error) -> ReadersNotHeld:
    if isinstance(trouble, psycopg.errors.LockNotAvailable):
        return ReadersNotHeld(
            f"{service} 的消息处理未能暂停，可能另有备份正在进行。\n"
            f"The readers of {service} could not be held: another backup may be under way."
        )
    return ReadersNotHeld(
        f"无法连接 {service} 的数据库，消息处理未能暂停。\n"
        f"The database of {service} cannot be reached ({type(trouble).__name__}), so its readers could not be held."
    )


def _let_go(service: str) -> ReadersNotHeld:
    return ReadersNotHeld(
        f"{service} 的消息处理在全部复制完成之前已恢复，本次备份作废；请重做。\n"
        f"The readers of {service} went on before everything was copied, so there is no backup of one moment; make another."
    )
