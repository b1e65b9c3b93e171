"""Connections to PostgreSQL: the pool of a store, the engine for queries, and the driver's errors by the names of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from psycopg.types.string import TextLoader
from psycopg_pool import ConnectionPool

from services.chassis.errors import AlreadyThere, NotStorable, ReadingPaused, VersionConflict
from services.chassis.storage.postgres_asking import AskingConnection, NoAnswer
from services.chassis.storage.postgres_heard import LastHeard
from services.chassis.storage.postgres_trouble import away, busy

RACES = frozenset(("events_stream_version", "received_stream_version", "answers_pkey", "subject_keys_pkey"))
"""Unique constraints on which a writer that was slower collides; any other broken constraint is the batch's own fault."""

MOVED = "FX001"
"""The SQLSTATE of `fuxue_moved`: something that the batch rests on is not as it was."""

PAUSED = "FX002"
"""The SQLSTATE of `fuxue_reading_paused`: somebody holds the readers."""

PASSING = psycopg.OperationalError
"""Lost connections, restarts, full disks, a pool's time-outs; a wrong statement is a ProgrammingError."""

OPEN_SECONDS = 10.0
"""How long a server may take to let the first of a pool's connections in."""

PLACE_SECONDS = 2.0
"""How long one waits for a connection of the pool."""

RETRIED_SECONDS = 3.0
"""How long the pool tries again to connect before the next who asks makes it try; its tries would lie further and further apart."""

CONNECT_SECONDS = 5
SILENCE_MILLISECONDS = 10_000
"""How long a connection may be without a sign of life from the other machine before it counts as ended."""

REACH: Mapping[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": SILENCE_MILLISECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""How a connection notices that the other machine is gone."""

STATEMENT_SECONDS = 8
ANSWER_SECONDS = 10.0
"""Of a web process: what the server lets a statement take, and then, as one that hangs keeps no time, how long to wait for it."""


class PatientConnection(AskingConnection):
    """One of a web process, where somebody waits for the answer."""

    patience_seconds = ANSWER_SECONDS


class Patience(NamedTuple):
    """How long a process waits for its database's answers, on either side."""

    connection: type[AskingConnection] = AskingConnection
    options: str = ""


AS_LONG_AS_IT_TAKES = Patience()
WHILE_SOMEBODY_WAITS = Patience(PatientConnection, f"-c statement_timeout={STATEMENT_SECONDS}s")

Pool = ConnectionPool[AskingConnection]


@contextmanager
def by_name(url: str) -> Iterator[None]:
    """Errors of the driver at work on a database, by the names of the house: what passes, what is a race, what is a bug."""
    try:
        yield
    except psycopg.Error as trouble:
        constraint = trouble.diag.constraint_name
        if trouble.sqlstate == MOVED or constraint in RACES:
            raise VersionConflict(constraint or "a stream or counter has moved") from trouble
        if trouble.sqlstate == PAUSED:
            raise ReadingPaused("a backup holds the readers") from None
        if isinstance(trouble, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
            raise VersionConflict("two writers waited for each other") from trouble
        if isinstance(trouble, psycopg.IntegrityError | psycopg.DataError):
            # the driver's own words quote the row, which may hold what must not stand in a log
            kind = AlreadyThere if isinstance(trouble, psycopg.errors.UniqueViolation) else NotStorable
            raise kind(f"{type(trouble).__name__}: {constraint or trouble.diag.column_name or ''}") from None
        if isinstance(trouble, PASSING):
            raise busy(url, trouble) from trouble
        raise


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_loader("json", TextLoader)  # as SQLite gives it; projections read it


def open_pool(url: str, size: int, patience: Patience = AS_LONG_AS_IT_TAKES) -> Pool:
    """A pool of connections in autocommit, each statement its own transaction; raises StoreBusy where none can be had."""
    pool: Pool = ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        timeout=PLACE_SECONDS,
        reconnect_timeout=RETRIED_SECONDS,
        connection_class=patience.connection,
        kwargs={"autocommit": True, "options": patience.options, **REACH},
        configure=_configure,
        open=False,
    )
    with by_name(url):
        pool.open(wait=True, timeout=OPEN_SECONDS)
    return pool


@contextmanager
def asking(pool: Pool, url: str, heard: LastHeard) -> Iterator[AskingConnection]:
    """One of the pool's connections for a while; raises StoreBusy where none can be had, and the house's errors."""
    with heard.again(), by_name(url):
        connection = pool.getconn()
        try:
            yield connection
        finally:
            pool.putconn(connection)


@contextmanager
def alone(url: str) -> Iterator[AskingConnection]:
    """A connection of its own for a question that takes as long as it takes; raises StoreBusy, and the house's errors."""
    with by_name(url), AskingConnection.connect(url, autocommit=True, **REACH) as connection:
        _configure(connection)
        yield connection


def engine_for(url: str, size: int, patience: Patience = AS_LONG_AS_IT_TAKES, heard: LastHeard | None = None) -> sa.Engine:
    """An engine for queries on read models."""
    known = heard or LastHeard()

    def connected() -> AskingConnection:
        with known.again():
            try:
                return patience.connection.connect(url, options=patience.options, **REACH)
            except PASSING as trouble:
                raise away(url, trouble) from trouble

    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, creator=connected, pool_size=size, max_overflow=size, pool_pre_ping=True)

    def busy_by_name(context: sa.engine.ExceptionContext) -> None:
        trouble = context.original_exception
        if isinstance(trouble, NoAnswer):
            known.away(away(url, trouble))
        if isinstance(trouble, PASSING) and not context.is_pre_ping:  # what a ping finds ended is connected again
            raise busy(url, trouble) from trouble

    sa.event.listen(engine, "handle_error", busy_by_name)
    return engine
