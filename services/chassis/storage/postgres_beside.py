"""New rows beside live tables on PostgreSQL: temporary tables of one session, filled by COPY, put in place in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from services.chassis.storage.port import Key

BESIDE = "rebuild_"
"""Prefix of the tables beside; they live in the session's own schema and are gone with it."""


class PostgresBeside:
    """See `storage.port.Beside`. Readers of the live tables see the old rows until the swap commits, then the new ones."""

    def __init__(self, connection: psycopg.Connection[Any], tables: Sequence[sa.Table]) -> None:
        self._connection = connection
        self._tables = tables
        for table in tables:
            connection.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING INDEXES)").format(_beside(table), sql.Identifier(table.name))
            )

    def write(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with self._connection.cursor() as cursor, cursor.copy(_copy(table, names)) as copy:
            copy.set_types([_copied(table.columns[name].type) for name in columns])
            for row in rows:
                copy.write_row(row)

    def remove(self, table: sa.Table, keys: Sequence[Key]) -> None:
        where = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(column.name)) for column in table.primary_key)
        with self._connection.cursor() as cursor:
            cursor.executemany(
                sql.SQL("DELETE FROM {} WHERE {}").format(_beside(table), where),
                [(key,) if isinstance(key, str) else key for key in keys],
            )

    @contextmanager
    def swapping(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute("SELECT fuxue_hold_writers()")
            yield
            for table in self._tables:
                live = sql.Identifier(table.name)
                names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
                self._connection.execute(sql.SQL("DELETE FROM {}").format(live))
                self._connection.execute(
                    sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(live, names, names, _beside(table))
                )


def _beside(table: sa.Table) -> sql.Identifier:
    return sql.Identifier("pg_temp", BESIDE + table.name)


def _copy(table: sa.Table, names: sql.Composed) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(_beside(table), names)


def _copied(kind: sa.types.TypeEngine[Any]) -> str:
    """The type under which COPY sends a column's values."""
    match kind:
        case sa.Boolean():
            return "bool"
        case sa.BigInteger():
            return "int8"
        case sa.Integer():
            return "int4"
        case sa.Float():
            return "float8"
        case sa.LargeBinary():
            return "bytea"
        case _:
            return "text"
