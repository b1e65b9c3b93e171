"""Servers that suites of several rooms run on; each is started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    server = PostgresServer(os.environ["FUXUE_TEST_POSTGRES"])
    yield server
    server.clear()
