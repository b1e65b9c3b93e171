"""Rebuild: fold all events in memory, write the rows beside the live table, swap under a short writer's lock.

The catch-up and the swap happen while nobody else writes, so no event is missed; readers see the old rows or the new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.chassis.envelope import Envelope
from services.chassis.model import Model
from services.chassis.projections import Projection
from services.chassis.storage.port import EventStore, Key

BESIDE = "__rebuild"
ROWS_A_WRITE = 5_000


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: events folded, rows written by table."""

    events: int
    rows: dict[str, int]


class Fold:
    """Every projection's rows, folded in memory."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.rows: dict[str, dict[Key, Any]] = {projection.table.name: {} for projection in model.projections}
        self.changed: dict[str, set[Key]] = {name: set() for name in self.rows}
        self.events = 0

    def take(self, envelopes: Iterable[Envelope]) -> None:
        """Fold events; streams may come in any order, each stream's events by version."""
        decode = self._model.catalogue.decode
        projections_on = self._model.projections_on
        types = self._model.catalogue.types()
        for envelope in envelopes:
            self.events += 1
            cls = types.get(envelope.type)
            if cls is None or cls not in projections_on:
                continue
            event = decode(envelope)
            for projection in projections_on[cls]:
                key = projection.on[cls](event)
                if key is None:
                    continue
                rows = self.rows[projection.table.name]
                self.changed[projection.table.name].add(key)
                row = projection.fold(rows.get(key), event, envelope)
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row


def rebuild(model: Model, store: EventStore) -> Rebuilt:
    """Rebuild all read models of a service; live traffic goes on until the swap."""
    own, received = store.positions()
    fold = Fold(model)
    fold.take(store.walk(until=own))
    fold.take(store.walk_received(until=received))
    for projection in model.projections:
        _write_beside(store, projection, fold.rows[projection.table.name])
    with store.exclusive() as writer:
        for keys in fold.changed.values():
            keys.clear()
        fold.take(store.walk_from(own))
        fold.take(store.walk_received(after=received))
        for projection in model.projections:
            _swap(writer, projection, fold)
    return Rebuilt(fold.events, {name: len(rows) for name, rows in fold.rows.items()})


def _statement(projection: Projection[Any], table: str) -> str:
    columns = projection.row.__struct_fields__
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"  # own names


def _write_beside(store: EventStore, projection: Projection[Any], rows: dict[Key, Any]) -> None:
    """Fill the table beside the live one, a few thousand rows a transaction, so that commands pass between."""
    live, beside = projection.table.name, projection.table.name + BESIDE
    with store.exclusive() as writer:
        writer.execute(f"DROP TABLE IF EXISTS {beside}")
        create = writer.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (live,)).fetchone()[
            0
        ]
        writer.execute(create.replace(live, beside, 1))
    statement = _statement(projection, beside)
    for chunk in _chunks(rows.values()):
        with store.exclusive() as writer:
            writer.executemany(statement, [tuple(projection.store_form(row).values()) for row in chunk])


def _swap(writer: Any, projection: Projection[Any], fold: Fold) -> None:
    """Write the rows that changed since the barrier, then let the new rows take the live table's place."""
    live, beside = projection.table.name, projection.table.name + BESIDE
    rows = fold.rows[live]
    for key in fold.changed[live]:
        if key in rows:
            writer.execute(_statement(projection, beside), tuple(projection.store_form(rows[key]).values()))
        else:
            values = (key,) if isinstance(key, str) else key
            where = " AND ".join(f'"{column.name}" = ?' for column in projection.table.primary_key)
            writer.execute(f"DELETE FROM {beside} WHERE {where}", values)  # noqa: S608  own names
    columns = ", ".join(f'"{name}"' for name in projection.row.__struct_fields__)
    writer.execute(f"DELETE FROM {live}")  # noqa: S608  own names
    writer.execute(f"INSERT INTO {live} ({columns}) SELECT {columns} FROM {beside}")  # noqa: S608  own names
    writer.execute(f"DROP TABLE {beside}")


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, ROWS_A_WRITE)):
        yield chunk
