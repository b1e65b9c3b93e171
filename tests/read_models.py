"""What holds for the read models of every service, whatever happened before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from random import Random
from typing import Any, Protocol

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import ReadModel
from services.chassis.rebuild import Fold, rebuild
from services.chassis.service import Service
from services.chassis.storage.port import Key
from services.contracts.identity import (
    AppointmentEnded,
    CalendarPublished,
    OfficerAppointed,
    PolicySet,
    SessionsEnded,
    SubstituteNamed,
    SubstituteWithdrawn,
)
from tests.neighbours import Neighbours, Rows, by_key, read_model

COUNTYS = ("appointments", "substitutions", "ended_sessions", "county_days", "county_policies")
"""What every service keeps of identity; most tests tell nothing of it."""

OF_THE_COUNTY = frozenset(
    {OfficerAppointed, AppointmentEnded, SubstituteNamed, SubstituteWithdrawn, SessionsEnded, CalendarPublished, PolicySet}
)
"""What these tables are made of; identity's own life tells all of it."""

SHUFFLES = 8


class World(Protocol):
    """A service under test and those around it."""

    service: Service
    others: Neighbours

    def settle(self) -> None: ...


def rebuilt_is_live(service: Service, *, empty: Collection[str] = COUNTYS) -> None:
    """Every table was filled but those that may be empty, and a rebuild makes the same rows."""
    live = read_model(service)
    assert all(rows for table, rows in live.items() if table not in empty)
    rebuild(service.model, service.store)
    assert read_model(service) == live


def every_folded_event_happened(service: Service, *, but: Collection[type[Event]] = OF_THE_COUNTY) -> None:
    """What has been lived is a whole life: each event that changes one of the tables is among it."""
    lived = {type(service.model.catalogue.decode(envelope)) for envelope in _all_events(service)}
    missing = sorted(event.__name__ for event in service.model.projections_on.keys() - lived - set(but))
    assert not missing, missing


def order_among_streams_is_free(service: Service, *, shuffles: int = SHUFFLES) -> None:
    """Interleaved in whatever order, each stream by version, the events make the rows and entries that are there."""
    live = _as_read(service, read_model(service))
    streams: defaultdict[str, list[Envelope]] = defaultdict(list)
    for envelope in _all_events(service):
        streams[envelope.stream_id].append(envelope)
    assert len(streams) > 1
    for seed in range(shuffles):
        assert _as_read(service, _folded(service, _interleaved(streams, Random(seed)))) == live, seed


def beginnings_ask_for_nothing(service: Service) -> None:
    """What is made afresh is the same row whatever stands, or will ever stand, in its place: so nobody need look."""
    lived = [(service.model.catalogue.decode(envelope), envelope) for envelope in _all_events(service)]
    seen: set[type[Event]] = set()
    for projection in service.model.projections:
        standing: defaultdict[Key, list[Any]] = defaultdict(list)
        for event, envelope in lived:
            if type(event) in projection.on and (key := projection.on[type(event)](event)) is not None:
                standing[key].append(projection.fold(standing[key][-1] if standing[key] else None, event, envelope))
        for event, envelope in lived:
            if type(event) in projection.afresh:
                afresh = projection.fold(None, event, envelope)
                rows = standing[projection.on[type(event)](event)]
                assert all(projection.fold(row, event, envelope) == afresh for row in rows), type(event).__name__
                seen.add(type(event))
    assert seen


def _all_events(service: Service) -> Iterator[Envelope]:
    yield from service.store.walk()
    yield from service.store.walk_received()


def _interleaved(streams: Mapping[str, list[Envelope]], order: Random) -> Iterator[Envelope]:
    turns = [name for name, events in streams.items() for _ in events]
    order.shuffle(turns)
    waiting = {name: iter(events) for name, events in streams.items()}
    return (next(waiting[name]) for name in turns)


def _as_read(service: Service, rows: Rows) -> Mapping[str, list[Any]]:
    """The rows as queries read them: a driver may write a number otherwise than it gives it back."""
    return {each.table.name: [each.read_form(row) for row in rows[each.table.name]] for each in _read_models(service)}


def _read_models(service: Service) -> tuple[ReadModel[Any], ...]:
    return (*service.model.projections, *service.model.indexes)


def _folded(service: Service, envelopes: Iterator[Envelope]) -> Rows:
    """The rows and entries that a rebuild would write, had it met the events in this order."""
    entries: defaultdict[str, list[dict[str, object]]] = defaultdict(list)

    def write(read_model: ReadModel[Any], rows: list[tuple[Any, ...]]) -> None:
        entries[read_model.table.name] += [dict(zip(read_model.columns, row, strict=True)) for row in rows]

    fold = Fold(service.model)
    fold.take(envelopes, write)
    for projection in service.model.projections:
        entries[projection.table.name] = [projection.store_form(row) for row in fold.rows[projection.table.name].values()]
    return {each.table.name: by_key(each, entries[each.table.name]) for each in _read_models(service)}


def delivered_twice_is_once(world: World) -> None:
    """All that the neighbours told comes again, and nothing changes."""
    live, events = read_model(world.service), list(world.service.store.walk())
    world.others.tell_all_again()
    world.settle()
    assert read_model(world.service) == live
    assert list(world.service.store.walk()) == events
