"""Stores in SQLite files for tests: each file a copy of one that was migrated once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from services.chassis.storage.opening import OpenStore
from services.chassis.storage.port import EventStore
from services.chassis.storage.sqlite import SqliteStore, in_files
from services.chassis.storage.sqlite_file import migrate_file


def in_copies(directory: Path) -> OpenStore:
    """As `in_files` opens a service's store, but that a new file begins with the schema of this release."""

    def open_store(service: str, migrations: Path) -> EventStore:
        path = directory / f"{service}.sqlite"
        if path.exists():
            return in_files(directory)(service, migrations)
        path.write_bytes(_migrated(migrations))
        return SqliteStore(path)

    return open_store


@cache
def _migrated(migrations: Path) -> bytes:
    """A file in which every revision of a service has run."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.sqlite"
        migrate_file(path, migrations)
        return path.read_bytes()
