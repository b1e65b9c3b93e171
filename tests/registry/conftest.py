"""The registry on a bus of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.county import County


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
