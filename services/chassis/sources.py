"""What a turn writes to source tables (vault, keys, credentials): beside the events that cite it, in their transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.chassis.storage.port import Batch, Key, Transaction


class Sources:
    """The source tables of one turn."""

    def __init__(self, transaction: Transaction, batch: Batch) -> None:
        self._tx = transaction
        self._batch = batch

    def kept(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        """A row by its primary key, as it was before this turn."""
        return self._tx.row(table, key)

    def record(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Insert a row."""
        self._batch.records.append((table, row))

    def put(self, table: sa.Table, key: Key, row: Mapping[str, Any] | None) -> None:
        """Write a whole row by its primary key, or delete it; of several for one key the last one counts."""
        self._batch.rows[table.name, key] = (table, row)

    def remove(self, table: sa.Table, match: Mapping[str, Any]) -> None:
        """Delete what matches (staged rows that have been applied)."""
        self._batch.deletions.append((table, match))
