"""Read models: a pure fold from events to rows, live in the append's transaction and again in a rebuild.

A row is owned by one stream; `(row or nothing, event) → row or nothing`. Sums across streams are queries, never rows.
An index only grows: each event adds rows of its own, found by what the event names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from services.chassis.decider import Event
from services.chassis.envelope import Envelope, stamp
from services.chassis.storage.port import Key

R = TypeVar("R", bound=msgspec.Struct)

KeyOf = Callable[[Any], Key | None]

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class ReadModel(Generic[R]):
    """A read-model table and its row: a frozen struct whose fields are the columns; lists, mappings and sealed texts are JSON."""

    table: sa.Table
    row: type[R]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the row's fields."""
        return self.row.__struct_fields__

    @cached_property
    def _is_json(self) -> tuple[bool, ...]:
        return tuple(isinstance(self.table.columns[name].type, sa.JSON) for name in self.columns)

    def store_values(self, row: R) -> tuple[Any, ...]:
        """The row as the driver takes it, in the order of `columns`."""
        values = msgspec.structs.astuple(row)
        return tuple([_stored(value, is_json) for value, is_json in zip(values, self._is_json, strict=True)])

    def store_form(self, row: R) -> dict[str, Any]:
        """The row as the driver takes it, by column."""
        return dict(zip(self.columns, self.store_values(row), strict=True))

    def read_form(self, stored: Mapping[str, Any]) -> R:
        """The row from what the driver, or a query through SQLAlchemy, gave."""
        form = {
            name: msgspec.json.decode(stored[name]) if is_json and isinstance(stored[name], str) else stored[name]
            for name, is_json in zip(self.columns, self._is_json, strict=True)
        }
        return msgspec.convert(form, self.row, strict=False)


@dataclass(frozen=True)
class Projection(ReadModel[R]):
    """One read-model table: for each event that touches it, the key of the row; and the fold that changes the row."""

    on: Mapping[type[Event], KeyOf]
    fold: Callable[[R | None, Any, Envelope], R | None]


@dataclass(frozen=True)
class Index(ReadModel[R]):
    """A read-model table that only grows: each event of `on` adds its `entries`, whose keys name the event itself."""

    on: Collection[type[Event]]
    entries: Callable[[Any, Envelope], Iterable[R]]

    @cached_property
    def _key_columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key)

    def key(self, row: R) -> Key:
        """The primary key of an entry, of texts."""
        values = tuple(getattr(row, name) for name in self._key_columns)
        return values[0] if len(values) == 1 else values


def _stored(value: Any, is_json: bool) -> Any:  # noqa: FBT001  a column is JSON or it is not
    if is_json:
        return _encoder.encode(value).decode()
    if value is None or type(value) is str:
        return value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value  # a code of an enumeration as the plain text that drivers know
