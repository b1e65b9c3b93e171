"""Databases as the bootstrap leaves them, brought once for all whose subject is what comes after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployed.databases import Brought
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def brought(postgres: PostgresServer) -> Iterator[Brought]:
    """A deployment's databases at this release, in which nothing has happened."""
    brought = Brought(postgres)
    yield brought
    brought.clear()
