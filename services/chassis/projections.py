"""Read models: a pure fold from events to rows, live in the append's transaction and again in a rebuild.

A row is owned by one stream; `(row or nothing, event) → row or nothing`. Sums across streams are queries, never rows.
An index only grows: each event adds rows of its own, found by what the event names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
import msgspec.inspect
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

    @cached_property
    def _conversions(self) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        """The columns whose values no driver takes as they are, and how each is written."""
        kinds = {field.name: field.type for field in _struct(self.row).fields}
        found = [_json if is_json else _conversion(kinds[name]) for name, is_json in zip(self.columns, self._is_json, strict=True)]
        return tuple((index, convert) for index, convert in enumerate(found) if convert is not None)

    def store_values(self, row: R) -> tuple[Any, ...]:
        """The row as the driver takes it, in the order of `columns`."""
        values = msgspec.structs.astuple(row)
        if not self._conversions:
            return values
        stored = list(values)
        for index, convert in self._conversions:
            stored[index] = convert(stored[index])
        return tuple(stored)

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
    """One read-model table: for each event that touches it, the key of the row; and the fold that changes the row.

    Events of `afresh` make the same row whatever stood there before: nobody asks the database what that was.
    """

    on: Mapping[type[Event], KeyOf]
    fold: Callable[[R | None, Any, Envelope], R | None]
    afresh: Collection[type[Event]] = ()


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


def _struct(row: type[msgspec.Struct]) -> msgspec.inspect.StructType:
    kind = msgspec.inspect.type_info(row)
    if not isinstance(kind, msgspec.inspect.StructType):
        raise TypeError(f"{row} is no struct")
    return kind


def _conversion(kind: msgspec.inspect.Type) -> Callable[[Any], Any] | None:
    """How a field of this type is written; nothing where the driver takes it as it is."""
    inside = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    for one in inside:
        match one:
            case msgspec.inspect.DateTimeType():
                return _instant
            case msgspec.inspect.DateType():
                return _day
            case msgspec.inspect.EnumType() | msgspec.inspect.LiteralType():
                return _code
    return None


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()


def _instant(value: datetime | None) -> str | None:
    return None if value is None else stamp(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _code(value: Any) -> Any:
    """A code of an enumeration as the plain text or number that drivers know."""
    return value.value if isinstance(value, Enum) else value
