"""A statement of data-modifying parts: its text follows from their shapes and is put together once, the rows travel beside it.

The only row of a part travels value by value; several, of which nobody knows how many, as one JSON array.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from services.chassis.storage.postgres_lead import LOCKS, READERS

Row = Sequence[Any]
"""Values in the order of their columns."""

TEXTS_HELD = 2_000
"""How many texts a process keeps: one for each set of tables that batches touch, by whether they touch a row or several."""

_READERS = f"WHEN NOT pg_try_advisory_xact_lock_shared({LOCKS}, {READERS}) THEN fuxue_reading_paused() "
"""Asked first, and the share kept until the transaction ends: who gets the lock alone knows that none is under way."""

_encoder = msgspec.json.Encoder()


def quoted(names: Iterable[str], of: str = "") -> str:
    """Our own column names, ready for a statement."""
    return ", ".join(f'{of}"{name}"' for name in names)


class Shape(NamedTuple):
    """What a part's text tells of its rows: the name they have there, their columns, whether it is one row."""

    table: sa.Table
    columns: tuple[str, ...]
    single: bool
    name: str


class Rows:
    """Rows with some columns of a table, to stand for `{}` in a part."""

    __slots__ = ("shape", "values")

    def __init__(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Row], name: str = "x") -> None:
        self.shape = Shape(table, tuple(columns), len(rows) == 1, name)
        self.values = rows[0] if self.shape.single else (_array(columns, rows),)


Part = tuple[str, tuple[Shape, ...]]


class Statement:
    """Parts and their values, gathered."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._checks: list[Part] = []
        self._reads = False
        self._given: list[Any] = []
        self._given_to_checks: list[Any] = []

    @property
    def text(self) -> str:
        """The whole statement, with `$1`, `$2` … for the values."""
        return _text(tuple(self._parts), tuple(self._checks), self._reads)

    @property
    def values(self) -> list[Any]:
        """What stands for `$1`, `$2` …"""
        return self._given + self._given_to_checks

    def part(self, form: str, *given: Rows) -> str:
        """Add a data-modifying part, with rows for each `{}`; answers its name."""
        self._parts.append((form, tuple(rows.shape for rows in given)))
        for rows in given:
            self._given += rows.values
        return f"p{len(self._parts) - 1}"

    def check(self, form: str, *given: Rows) -> None:
        """What must hold, or nothing of the batch is true."""
        self._checks.append((form, tuple(rows.shape for rows in given)))
        for rows in given:
            self._given_to_checks += rows.values

    def reads(self) -> None:
        """It makes true what was read from the bus: nothing of it is, while somebody holds the readers' lock alone."""
        self._reads = True

    def insert(self, table: sa.Table, columns: Sequence[str], rows: Sequence[Row], on_conflict: str = "") -> None:
        """Insert rows in their order."""
        self.part(_insert(table, tuple(columns), on_conflict), Rows(table, columns, rows))

    def upsert(self, table: sa.Table, columns: Sequence[str], key: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows, or replace those with the same key."""
        self.insert(table, columns, rows, _or_replace(tuple(columns), tuple(key)))

    def delete(self, table: sa.Table, matched: Sequence[str], rows: Sequence[Row]) -> None:
        """Delete the rows that agree with one of these in the matched columns."""
        self.part(_delete(table, tuple(matched)), Rows(table, matched, rows))

    def update(self, table: sa.Table, columns: Sequence[str], key: str, rows: Sequence[Row]) -> None:
        """Change columns of the rows with these keys, which stand first in each row."""
        self.part(_update(table, tuple(columns), key), Rows(table, (key, *columns), rows))


def _array(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as JSON, from which PostgreSQL reads bytes as hex."""
    plain = ([f"\\x{value.hex()}" if type(value) is bytes else value for value in row] for row in rows)
    return _encoder.encode([dict(zip(columns, row, strict=True)) for row in plain]).decode()


# The same few tables are written all day: what a statement says of them is put together once.


@lru_cache(TEXTS_HELD)
def _text(parts: tuple[Part, ...], checks: tuple[Part, ...], reads: bool) -> str:  # noqa: FBT001  a key of the cache
    places = count(1)
    made = ", ".join(f"p{number} AS ({_filled(part, places)})" for number, part in enumerate(parts))
    must_hold = " AND ".join(_filled(check, places) for check in checks) or "true"
    return (
        f"{f'WITH {made} ' if made else ''}SELECT CASE {_READERS if reads else ''}WHEN {must_hold} THEN NULL ELSE fuxue_moved() END"
    )


def _filled(part: Part, places: count[int]) -> str:
    form, shapes = part
    return form.format(*(_from(shape, places) for shape in shapes))


def _from(shape: Shape, places: count[int]) -> str:
    """What stands behind FROM for rows of this shape."""
    kinds = [_travels_as(shape.table.columns[name].type) for name in shape.columns]
    if shape.single:
        values = ", ".join(f"${next(places)}::{kind}" for kind in kinds)
        return f"(VALUES ({values})) AS {shape.name}({quoted(shape.columns)})"
    typed = ", ".join(f'"{name}" {kind}' for name, kind in zip(shape.columns, kinds, strict=True))
    return f"json_to_recordset(${next(places)}::json) AS {shape.name}({typed})"


@cache
def _insert(table: sa.Table, columns: tuple[str, ...], on_conflict: str) -> str:
    taken = ", ".join(f'x."{name}"::json' if isinstance(table.columns[name].type, sa.JSON) else f'x."{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({quoted(columns)}) SELECT {taken} FROM {{}}{on_conflict}'


@cache
def _delete(table: sa.Table, matched: tuple[str, ...]) -> str:
    where = " AND ".join(f't."{name}" = x."{name}"' for name in matched)
    return f'DELETE FROM "{table.name}" t USING {{}} WHERE {where}'


@cache
def _update(table: sa.Table, columns: tuple[str, ...], key: str) -> str:
    changes = ", ".join(f'"{name}" = x."{name}"' for name in columns)
    return f'UPDATE "{table.name}" t SET {changes} FROM {{}} WHERE t."{key}" = x."{key}"'


@cache
def _or_replace(columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return f" ON CONFLICT ({quoted(key)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def _travels_as(kind: sa.types.TypeEngine[Any]) -> str:
    """The type as which a column's values travel."""
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
