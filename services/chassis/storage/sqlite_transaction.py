"""A transaction of an SQLite file: what it reads under the writer's lock, and its one commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.storage.port import Batch, Key
from services.chassis.storage.sqlite_statement import COLUMNS, where_key, write


class SqliteTransaction:
    """A transaction under the writer's lock; see `storage.port.Transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def stream(self, stream_id: str, after: int = 0) -> list[Envelope]:
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM events WHERE stream_id = ? AND version > ? ORDER BY version",
            (stream_id, after),
        )
        return [Envelope(*row) for row in rows]

    def row(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        where, values = where_key(table, key)
        columns = [column.name for column in table.columns]
        names = ", ".join(f'"{name}"' for name in columns)
        row = self._connection.execute(f"SELECT {names} FROM {table.name} WHERE {where}", values).fetchone()
        return None if row is None else dict(zip(columns, row, strict=True))

    def rows(self, table: sa.Table, match: Mapping[str, str]) -> list[Mapping[str, Any]]:
        columns = [column.name for column in table.columns]
        names = ", ".join(f'"{name}"' for name in columns)
        where = " AND ".join(f'"{table.c[name].name}" = ?' for name in match) or "1"
        found = self._connection.execute(f"SELECT {names} FROM {table.name} WHERE {where}", tuple(match.values()))
        return [dict(zip(columns, row, strict=True)) for row in found]

    def counter(self, name: str) -> int:
        row = self._connection.execute("SELECT last FROM counters WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def received_version(self, stream_id: str) -> int:
        row = self._connection.execute("SELECT max(version) FROM received WHERE stream_id = ?", (stream_id,)).fetchone()
        return int(row[0] or 0)

    def parked_keys(self) -> set[str]:
        return {row[0] for row in self._connection.execute("SELECT DISTINCT partition_key FROM parked")}

    def commit(self, batch: Batch) -> None:
        write(self._connection, batch)
        self._connection.execute("COMMIT")
