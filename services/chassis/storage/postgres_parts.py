"""A statement of data-modifying parts, and the rows of each part as one JSON array."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from services.chassis.storage.postgres_lead import LOCKS, READERS

Row = Mapping[str, Any]

_READERS = f"WHEN NOT pg_try_advisory_xact_lock_shared({LOCKS}, {READERS}) THEN fuxue_reading_paused() "
"""Asked first, and the share kept until the transaction ends: who gets the lock alone knows that none is under way."""

_encoder = msgspec.json.Encoder()


def quoted(names: Iterable[str], of: str = "") -> str:
    """Our own column names, ready for a statement."""
    return ", ".join(f'{of}"{name}"' for name in names)


class Statement:
    """Parts and values, gathered; `$1`, `$2` … stand for the JSON of each part."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._checks: list[str] = []
        self._reads = False
        self._values: list[str] = []

    @property
    def text(self) -> str:
        """The whole statement."""
        checks = " AND ".join(self._checks) or "true"
        parts = f"WITH {', '.join(self._parts)} " if self._parts else ""
        return f"{parts}SELECT CASE {_READERS if self._reads else ''}WHEN {checks} THEN NULL ELSE fuxue_moved() END"

    @property
    def values(self) -> tuple[str, ...]:
        """What stands for `$1`, `$2` …"""
        return tuple(self._values)

    def rows_of(self, table: sa.Table, columns: Iterable[str], rows: Sequence[Row], name: str = "x") -> str:
        """A FROM part that gives rows with these columns of a table; a field that a row lacks is NULL."""
        return f"json_to_recordset({self.value(rows)}) AS {name}({_typed(table, tuple(columns))})"

    def value(self, content: Any) -> str:
        """A place for one JSON value."""
        self._values.append(_encoder.encode(content).decode())
        return f"${len(self._values)}::json"

    def part(self, text: str) -> str:
        """Add a data-modifying part; answers its name."""
        name = f"p{len(self._parts)}"
        self._parts.append(f"{name} AS ({text})")
        return name

    def check(self, condition: str) -> None:
        """What must hold, or nothing of the batch is true."""
        self._checks.append(condition)

    def reads(self) -> None:
        """It makes true what was read from the bus: nothing of it is, while somebody holds the readers' lock alone."""
        self._reads = True

    def insert(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Row], on_conflict: str = "") -> str:
        """Insert rows in their order."""
        into = _into(table, tuple(columns))
        return self.part(f"{into} FROM {self.rows_of(table, columns, rows)}{on_conflict}")

    def upsert(self, table: sa.Table, columns: Sequence[str], key: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key."""
        self.insert(table, columns, rows, _or_replace(tuple(columns), tuple(key)))

    def delete(self, table: sa.Table, matched: Sequence[str], rows: Sequence[Row]) -> None:
        """Delete the rows that agree with one of these in the matched columns."""
        where = " AND ".join(f't."{name}" = x."{name}"' for name in matched)
        self.part(f'DELETE FROM "{table.name}" t USING {self.rows_of(table, matched, rows)} WHERE {where}')

    def update(self, table: sa.Table, columns: Sequence[str], key: str, rows: Sequence[Row]) -> None:
        """Change columns of the rows with these keys."""
        changes = ", ".join(f'"{name}" = x."{name}"' for name in columns)
        given = self.rows_of(table, (key, *columns), rows)
        self.part(f'UPDATE "{table.name}" t SET {changes} FROM {given} WHERE t."{key}" = x."{key}"')


# The same few tables are written all day: what a statement says of their columns is put together once.


@cache
def _typed(table: sa.Table, columns: tuple[str, ...]) -> str:
    """The columns with the types as which they come out of the JSON."""
    return ", ".join(f'"{name}" {_travels_as(table.columns[name].type)}' for name in columns)


@cache
def _into(table: sa.Table, columns: tuple[str, ...]) -> str:
    """Where rows go, and their columns as the table takes them."""
    taken = ", ".join(f'x."{name}"::json' if isinstance(table.columns[name].type, sa.JSON) else f'x."{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({quoted(columns)}) SELECT {taken}'


@cache
def _or_replace(columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return f" ON CONFLICT ({quoted(key)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def _travels_as(kind: sa.types.TypeEngine[Any]) -> str:
    """The type as which a column's values come out of the JSON."""
    match kind:
        case sa.Boolean():
            return "boolean"
        case sa.Integer():
            return "bigint"
        case sa.Float():
            return "double precision"
        case sa.LargeBinary():
            return "bytea"
        case _:
            return "text"
