"""Rebuild: fold all events in memory, write the rows beside the live table (a few thousand a transaction), swap shortly.

The catch-up and the swap happen while nobody else writes, so no event is missed; readers see the old rows or the new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.chassis.envelope import Envelope
from services.chassis.errors import RuleBroken
from services.chassis.model import Model
from services.chassis.projections import Index, Projection, ReadModel
from services.chassis.storage.port import Beside, EventStore, Key

ROWS_A_WRITE = 5_000

Sink = Callable[[ReadModel[Any], list[tuple[Any, ...]]], None]
"""Writes rows of a read model, in the order of its columns."""


class RebuildUnderWay(RuleBroken):
    """The service's read models are being rebuilt already; two rebuilds would take each other's tables away."""

    zh = "正在重建，请等本次重建结束后再试。"
    en = "A rebuild is under way; try again once it has ended."


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: events folded, rows written by table."""

    events: int
    rows: dict[str, int]


class Fold:
    """Every projection's rows, folded in memory, and the indexes' entries, handed on as they come.

    `changed` names the rows touched since it was last cleared; an event that nothing wants is not even decoded.
    """

    def __init__(self, model: Model) -> None:
        self.rows: dict[str, dict[Key, Any]] = {projection.table.name: {} for projection in model.projections}
        self.changed: dict[str, set[Key]] = {name: set() for name in self.rows}
        self.entries = dict.fromkeys((index.table.name for index in model.indexes), 0)
        self.events = 0
        self._decode = model.catalogue.decode
        self._waiting: list[tuple[Index[Any], list[tuple[Any, ...]]]] = [(index, []) for index in model.indexes]
        names = {cls: name for name, cls in model.catalogue.types().items()}
        self._touched = {
            names[event]: [
                (projection.on[event], projection.fold, self.rows[projection.table.name], self.changed[projection.table.name])
                for projection in model.projections_on.get(event, ())
            ]
            for event in (*model.projections_on, *model.indexes_on)
            if event in names
        }
        self._added = {
            names[event]: [(index, waiting) for index, waiting in self._waiting if event in index.on]
            for event in model.indexes_on
            if event in names
        }

    @property
    def types(self) -> frozenset[str]:
        """The stored names of the events that some read model wants."""
        return frozenset(self._touched)

    def take(self, envelopes: Iterable[Envelope], sink: Sink) -> None:
        """Fold events; streams may come in any order, each stream's events by version."""
        for envelope in envelopes:
            touched = self._touched.get(envelope.type)
            if touched is None:
                continue
            self.events += 1
            event = self._decode(envelope)
            for key_of, fold, rows, changed in touched:
                key = key_of(event)
                if key is None:
                    continue
                changed.add(key)
                row = fold(rows.get(key), event, envelope)
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row
            for index, waiting in self._added.get(envelope.type, ()):
                waiting.extend(index.store_values(entry) for entry in index.entries(event, envelope))
                if len(waiting) >= ROWS_A_WRITE:
                    self._hand_on(index, waiting, sink)
        for index, waiting in self._waiting:
            self._hand_on(index, waiting, sink)

    def forget_changed(self) -> None:
        """From now on only what is touched anew counts as changed."""
        for keys in self.changed.values():
            keys.clear()

    def _hand_on(self, index: Index[Any], waiting: list[tuple[Any, ...]], sink: Sink) -> None:
        if waiting:
            sink(index, waiting)
            self.entries[index.table.name] += len(waiting)
            waiting.clear()


def rebuild(model: Model, store: EventStore) -> Rebuilt:
    """Rebuild all read models of a service; live traffic goes on until the swap. Raises RebuildUnderWay."""
    with store.rebuilding() as mine:
        if not mine:
            raise RebuildUnderWay
        return _rebuild(model, store)


def _rebuild(model: Model, store: EventStore) -> Rebuilt:
    read_models: tuple[ReadModel[Any], ...] = (*model.projections, *model.indexes)
    with store.beside([read_model.table for read_model in read_models]) as beside:

        def write(read_model: ReadModel[Any], rows: list[tuple[Any, ...]]) -> None:
            beside.write(read_model.table, read_model.columns, rows)

        own, received = store.positions()
        fold = Fold(model)
        fold.take(store.walk_from(0, until=own, types=fold.types), write)
        fold.take(store.walk_received(until=received), write)
        for projection in model.projections:
            for rows in _chunks(fold.rows[projection.table.name].values()):
                write(projection, [projection.store_values(row) for row in rows])
        fold.forget_changed()
        with beside.swapping():
            fold.take(store.walk_from(own, types=fold.types), write)
            fold.take(store.walk_received(after=received), write)
            for projection in model.projections:
                _write_changed(beside, projection, fold)
    return Rebuilt(fold.events, {name: len(rows) for name, rows in fold.rows.items()} | fold.entries)


def _write_changed(beside: Beside, projection: Projection[Any], fold: Fold) -> None:
    """Write the rows that changed since the barrier."""
    rows = fold.rows[projection.table.name]
    changed = sorted(fold.changed[projection.table.name], key=str)
    beside.remove(projection.table, changed)
    beside.write(projection.table, projection.columns, [projection.store_values(rows[key]) for key in changed if key in rows])


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, ROWS_A_WRITE)):
        yield chunk
