"""One turn's reads and its commit on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.storage.port import Batch, Key
from services.chassis.storage.postgres_asking import AskingConnection
from services.chassis.storage.postgres_connections import by_name
from services.chassis.storage.postgres_parts import quoted
from services.chassis.storage.postgres_statement import EVENT_FIELDS, statement_of

_EVENTS = quoted(EVENT_FIELDS)


class PostgresTransaction:
    """See `storage.port.Transaction`: reads as of now, then one commit."""

    def __init__(self, connection: AskingConnection, url: str) -> None:
        self._connection = connection
        self._url = url
        self.committed = False

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.ask(statement, values)

    def stream(self, stream_id: str, after: int = 0) -> list[Envelope]:
        rows = self._read(
            f"SELECT {_EVENTS} FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version", (stream_id, after)
        )
        return [Envelope(*row) for row in rows]

    def row(self, table: sa.Table, key: Key) -> Mapping[str, Any] | None:
        values = (key,) if isinstance(key, str) else key
        match = dict(zip((column.name for column in table.primary_key), values, strict=True))
        return next(iter(self.rows(table, match)), None)

    def rows(self, table: sa.Table, match: Mapping[str, str]) -> list[Mapping[str, Any]]:
        columns = table.columns.keys()
        found = self._read(_select(table, tuple(match)), tuple(match.values()))
        return [dict(zip(columns, row, strict=True)) for row in found]

    def counter(self, name: str) -> int:
        rows = self._read("SELECT last FROM counters WHERE name = $1", (name,))
        return int(rows[0][0]) if rows else 0

    def received_version(self, stream_id: str) -> int:
        return int(self._read("SELECT max(version) FROM received WHERE stream_id = $1", (stream_id,))[0][0] or 0)

    def parked_keys(self) -> set[str]:
        return {key for (key,) in self._read("SELECT DISTINCT partition_key FROM parked")}

    def commit(self, batch: Batch) -> None:
        statement = statement_of(batch)
        with by_name(self._url):  # here, for the turn that commits wants to know, and not when it has been left
            self._connection.ask(statement.text, statement.values)
        self.committed = True


@cache
def _select(table: sa.Table, matched: tuple[str, ...]) -> str:
    """The rows of a table that agree in these columns."""
    where = " AND ".join(_equals(table.c[name], place) for place, name in enumerate(matched, 1)) or "true"
    return f'SELECT {quoted(table.columns.keys())} FROM "{table.name}" WHERE {where}'


def _equals(column: sa.Column[Any], place: int) -> str:
    """The column compared as its own type, so that an index serves it; keys travel as texts."""
    kind = "text" if isinstance(column.type, sa.Text) else "bigint" if isinstance(column.type, sa.Integer) else ""
    return f'"{column.name}" = ${place}{f"::{kind}" if kind else ""}'
