"""What holds for the read models of every service, whatever happened before."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import sqlalchemy as sa

from services.chassis.rebuild import rebuild
from services.chassis.service import Service
from tests.neighbours import Neighbours, read_model

COUNTYS = ("appointments", "county_days", "county_policies")
"""What every service keeps of identity; most tests tell nothing of it."""


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


def delivered_twice_is_once(world: World) -> None:
    """All that the neighbours told comes again, and nothing changes."""
    live, events = read_model(world.service), list(world.service.store.walk())
    for envelope in world.others.told:
        world.others.publish(envelope, envelope.type.partition(".")[0])
    world.settle()
    assert read_model(world.service) == live
    assert list(world.service.store.walk()) == events


def migrated_as_described(service: Service, described: sa.MetaData) -> None:
    """The migrations made the tables that the code describes."""
    made = sa.MetaData()
    made.reflect(service.engine)
    for table in described.sorted_tables:
        there = made.tables[table.name]
        assert [(c.name, type(c.type).__name__.upper(), c.nullable, c.primary_key) for c in there.columns] == [
            (c.name, type(c.type).__name__.upper(), c.nullable, c.primary_key) for c in table.columns
        ]
        assert {(i.name, tuple(i.columns.keys())) for i in there.indexes} == {
            (i.name, tuple(i.columns.keys())) for i in table.indexes
        }
