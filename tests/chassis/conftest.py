"""The toy county, built afresh for each test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.port import Bus
from services.chassis.model import Model
from services.chassis.storage.postgres import on_server
from tests.chassis.toy import MIGRATIONS, House, Keys, SetClock, Site, bus_in, in_directory
from tests.postgres import PostgresServer


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Structlog's own default paints tracebacks with all local variables: slow, and nothing that a test should print."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])]
    )


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What is logged meanwhile, whatever level an earlier test left behind."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET))
    with structlog.testing.capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def on_postgres(server: PostgresServer, directory: Path, reach_bus: Callable[[], Bus] | None = None) -> Site:
    """A site with a new database for each service; the bus stays in a file, unless another is given."""
    urls = {service: server.database(MIGRATIONS / service) for service in ("roll", "care")}
    return Site(directory, on_server(urls.__getitem__), reach_bus or bus_in(directory))


def site_of(kind: str, directory: Path, request: pytest.FixtureRequest) -> Site:
    """A site of a kind: `sqlite`, `postgres` with the bus in a file, or `deployed` on PostgreSQL and Kafka."""
    match kind:
        case "sqlite":
            return in_directory(directory)
        case "postgres":
            return on_postgres(request.getfixturevalue("postgres"), directory)
        case _:
            reach_bus = partial(KafkaBus, request.getfixturevalue("kafka").settings())
            return on_postgres(request.getfixturevalue("postgres"), directory, reach_bus)


class Town:
    """A site with a clock and keys, where the house is built, closed, lost and built again."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clock = SetClock()
        self.keys = Keys()
        self.house = House(site, self.clock, self.keys)

    def rebuild_house(self, care: Model | None = None) -> House:
        """The house of the next process."""
        self.house.close()
        self.house = House(self.site, self.clock, self.keys, care)
        return self.house

    def house_after_death(self) -> House:
        """The house of the next process, where the former has died: it is not closed, but leads no more."""
        for crew in self.house.crews:
            crew.service.store.resign()
        self.house = House(self.site, self.clock, self.keys)
        return self.house


@pytest.fixture(params=("sqlite", "postgres"))
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town on each kind of store."""
    town = Town(site_of(request.param, tmp_path, request))
    yield town
    town.house.close()


@pytest.fixture
def town_in_files(tmp_path: Path) -> Iterator[Town]:
    """A town whose files a test looks into, or spoils."""
    town = Town(in_directory(tmp_path))
    yield town
    town.house.close()


@pytest.fixture
def house(town: Town) -> House:
    return town.house


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk over timers takes two streams a turn, however slow the machine."""
    monkeypatch.setattr("services.chassis.renewal.STREAMS_A_SLICE", 2)
    monkeypatch.setattr("services.chassis.renewal.TURN_SECONDS", 3600.0)
    monkeypatch.setattr("services.chassis.county_in_force.HEARD_EVERYWHERE_SECONDS", 3600.0)
