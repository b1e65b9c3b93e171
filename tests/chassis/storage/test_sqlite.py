"""What only the store in a SQLite file has to prove: who holds the file, and what a process leaves open."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.chassis.errors import StoreBusy
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_file import migrate_file
from tests.chassis.storage.adapters import CARE, append


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "care.sqlite"
    migrate_file(path, CARE)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


def test_a_file_that_somebody_else_holds_is_busy_and_a_wrong_statement_is_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.storage.sqlite_file.PRAGMAS", ("busy_timeout=1",))
    store, other = SqliteStore(path), SqliteStore(path)
    try:
        with other.exclusive(), pytest.raises(StoreBusy):
            append(store, "case-1")
        with other.exclusive(), store.engine.connect() as connection, pytest.raises(StoreBusy):
            connection.exec_driver_sql("DELETE FROM watched")
        with pytest.raises(sqlite3.OperationalError, match="no such table"), store.exclusive() as writer:
            writer.execute("DELETE FROM nowhere")
        with store.engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="no such table"):
            connection.exec_driver_sql("DELETE FROM nowhere")
    finally:
        other.close()
        store.close()


def test_threads_that_have_ended_leave_no_open_files(store: SqliteStore) -> None:
    def one_after_another(count: int) -> int:
        for _ in range(count):
            thread = threading.Thread(target=store.backlog)
            thread.start()
            thread.join()
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    assert one_after_another(3) >= one_after_another(20)


def test_every_connection_of_the_store_waits_for_the_disk(store: SqliteStore) -> None:
    with store.engine.connect() as reader, store.exclusive() as writer:
        for pragma, value in (("synchronous", 2), ("journal_mode", "wal"), ("busy_timeout", 10_000)):
            assert reader.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
            assert writer.execute(f"PRAGMA {pragma}").fetchone()[0] == value
