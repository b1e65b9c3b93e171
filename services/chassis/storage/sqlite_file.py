"""Connections to an SQLite file: the pragmas of the house on each, and what passes by itself raised by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.chassis.errors import StoreBusy
from services.chassis.storage.migrate import migrate

PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY")
"""The time-out stands first: turning WAL on already needs the file's lock."""

PASSING = frozenset(
    (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
)
"""Primary result codes of what passes by itself; any other operational error (no such table) is a bug."""


def passes(trouble: BaseException | None) -> bool:
    """Whether an error of the driver passes by itself."""
    if not isinstance(trouble, sqlite3.OperationalError):
        return False
    return getattr(trouble, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in PASSING


@contextmanager
def busy_by_name() -> Iterator[None]:
    """What passes by itself is raised as StoreBusy."""
    try:
        yield
    except sqlite3.OperationalError as trouble:
        if passes(trouble):
            raise StoreBusy(str(trouble)) from trouble
        raise


def _engine_busy_by_name(context: sa.engine.ExceptionContext) -> None:
    if passes(context.original_exception):
        raise StoreBusy(str(context.original_exception)) from context.original_exception


def configure(connection: Any, _record: Any = None) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def engine_for(path: Path) -> sa.Engine:
    """An engine on the file, with the pragmas of the house on each connection."""
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=24)
    sa.event.listen(engine, "connect", configure)
    sa.event.listen(engine, "handle_error", _engine_busy_by_name)
    return engine


def migrate_file(path: Path, migrations: Path) -> None:
    """Bring a file to the schema of this release; raises SchemaTooNew for one that a newer release wrote."""
    engine = engine_for(path)
    try:
        migrate(engine, migrations)
    finally:
        engine.dispose()
