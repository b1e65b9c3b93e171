"""Read models: a pure fold from events to rows, live in the append's transaction and again in a rebuild.

A row is owned by one stream; `(row or nothing, event) → row or nothing`. Sums across streams are queries, never rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True)
class Projection(Generic[R]):
    """One read-model table: for each event that touches it, the key of the row; and the fold that changes the row.

    `row` is a frozen struct whose fields are the table's columns; lists, mappings and sealed texts are JSON columns.
    """

    table: sa.Table
    row: type[R]
    on: Mapping[type[Event], KeyOf]
    fold: Callable[[R | None, Any, Envelope], R | None]

    @cached_property
    def _json_columns(self) -> frozenset[str]:
        return frozenset(column.name for column in self.table.columns if isinstance(column.type, sa.JSON))

    def store_form(self, row: R) -> dict[str, Any]:
        """The row as the driver takes it."""
        form: dict[str, Any] = {}
        for name in self.row.__struct_fields__:
            value = getattr(row, name)
            if name in self._json_columns:
                value = msgspec.json.encode(value).decode()
            elif isinstance(value, datetime):
                value = stamp(value)
            elif isinstance(value, date):
                value = value.isoformat()
            form[name] = value
        return form

    def read_form(self, stored: Mapping[str, Any]) -> R:
        """The row from what the driver, or a query through SQLAlchemy, gave."""
        form = {
            name: msgspec.json.decode(value) if name in self._json_columns and isinstance(value, str) else value
            for name, value in stored.items()
        }
        return msgspec.convert(form, self.row, strict=False)
