"""The registry on a bus of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.county import County
from tests.registry.offices import Offices


@pytest.fixture(scope="module")
def standing_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One for all tests of a page that only ask, or are refused."""
    made = County(tmp_path_factory.mktemp("county"))
    yield made
    made.close()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="package")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    """Two schools with their classes, closed; each test opens a copy."""
    made = Offices(tmp_path_factory.mktemp("founded"))
    made.close()
    made.bus.close()
    return made


@pytest.fixture(scope="module")
def standing(founded: Offices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """A copy for all those tests of a page that change nothing but logs."""
    opened = founded.moved_to(tmp_path_factory.mktemp("standing") / "data")
    yield opened
    opened.close()
    opened.bus.close()


@pytest.fixture
def offices(founded: Offices, tmp_path: Path) -> Iterator[Offices]:
    opened = founded.moved_to(tmp_path / "data")
    yield opened
    opened.close()
    opened.bus.close()
