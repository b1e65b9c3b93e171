"""New rows beside live tables in a SQLite file: tables of the same form, put in place in one transaction of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as sa

from services.chassis.storage.port import Key

BESIDE = "__rebuild"


class SqliteBeside:
    """See `storage.port.Beside`; `exclusive` gives the writer's connection inside one transaction."""

    def __init__(self, exclusive: Callable[[], AbstractContextManager[sqlite3.Connection]], tables: Sequence[sa.Table]) -> None:
        self._exclusive = exclusive
        self._tables = tables
        self._swapping: sqlite3.Connection | None = None
        with exclusive() as writer:
            for table in tables:
                writer.execute(f"DROP TABLE IF EXISTS {_beside(table)}")
                statement = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
                (create,) = writer.execute(statement, (table.name,)).fetchone()
                writer.execute(create.replace(table.name, _beside(table), 1))

    def write(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join("?" * len(columns))
        with self._writer() as writer:
            writer.executemany(f"INSERT INTO {_beside(table)} ({names}) VALUES ({places})", rows)

    def remove(self, table: sa.Table, keys: Sequence[Key]) -> None:
        where = " AND ".join(f'"{column.name}" = ?' for column in table.primary_key)
        values = [(key,) if isinstance(key, str) else key for key in keys]
        with self._writer() as writer:
            writer.executemany(f"DELETE FROM {_beside(table)} WHERE {where}", values)

    @contextmanager
    def swapping(self) -> Iterator[None]:
        with self._exclusive() as writer:
            self._swapping = writer
            try:
                yield
                for table in self._tables:
                    columns = ", ".join(f'"{column.name}"' for column in table.columns)
                    writer.execute(f"DELETE FROM {table.name}")
                    writer.execute(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_beside(table)}")
            finally:
                self._swapping = None

    def drop(self) -> None:
        """Take the tables beside away; those of a process that died here go when the next rebuild begins."""
        with self._exclusive() as writer:
            for table in self._tables:
                writer.execute(f"DROP TABLE IF EXISTS {_beside(table)}")

    @contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        if self._swapping is not None:
            yield self._swapping
            return
        with self._exclusive() as writer:
            yield writer


def _beside(table: sa.Table) -> str:
    return table.name + BESIDE
