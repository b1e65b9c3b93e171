"""Connections to PostgreSQL: the pool of a store, the engine for queries, and the driver's errors by the names of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.string import TextLoader
from psycopg_pool import ConnectionPool

from services.chassis.errors import AlreadyThere, NotStorable, ReadingPaused, VersionConflict
from services.chassis.storage.postgres_asking import AskingConnection
from services.chassis.storage.postgres_trouble import busy

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


def open_pool(url: str, size: int) -> Pool:
    """A pool of connections in autocommit, each statement its own transaction; raises StoreBusy where none can be had."""
    pool: Pool = ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        connection_class=AskingConnection,
        kwargs={"autocommit": True},
        configure=_configure,
        open=False,
    )
    with by_name(url):
        pool.open(wait=True, timeout=OPEN_SECONDS)
    return pool


@contextmanager
def asking(pool: Pool, url: str) -> Iterator[AskingConnection]:
    """One of the pool's connections for a while; raises StoreBusy where none can be had, and the house's errors."""
    with by_name(url):
        connection = pool.getconn()
        try:
            yield connection
        finally:
            pool.putconn(connection)


def engine_for(url: str, size: int) -> sa.Engine:
    """An engine for queries on read models."""
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), pool_size=size, max_overflow=size, pool_pre_ping=True
    )

    def busy_by_name(context: sa.engine.ExceptionContext) -> None:
        if isinstance(context.original_exception, PASSING):
            raise busy(url, context.original_exception) from context.original_exception

    sa.event.listen(engine, "handle_error", busy_by_name)
    return engine
