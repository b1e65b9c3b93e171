"""The toy county, built afresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from services.chassis.model import Model
from tests.chassis.toy import House, Keys, SetClock


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Structlog's own default paints tracebacks with all local variables: slow, and nothing that a test should print."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])]
    )


class Town:
    """A directory with a clock and keys, in which the house is built, closed, lost and built again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = SetClock()
        self.keys = Keys()
        self.house = House(directory, self.clock, self.keys)

    def rebuild_house(self, care: Model | None = None) -> House:
        """The house of the next process."""
        self.house.close()
        self.house = House(self.directory, self.clock, self.keys, care)
        return self.house


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.house.close()


@pytest.fixture
def house(town: Town) -> House:
    return town.house


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk over timers takes two streams a turn."""
    monkeypatch.setattr("services.chassis.renewal.STREAMS_A_SLICE", 2)
