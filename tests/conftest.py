"""What all rooms' tests share: servers that suites of several rooms run on, each started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from testcontainers.community.postgres import PostgresContainer

from tests.postgres import PostgresServer

pytest_plugins = ["tests.engine"]
"""The container engine and the images that some tests need; without them a run names what did not run, or fails."""

GIVEN_POSTGRES = "FUXUE_TEST_POSTGRES"
"""A superuser's URL of a server that tests may use in place of a container; what they make there is taken away again."""

QUICK = "postgres -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300"
"""Tests kill processes, never the machine: nothing that they prove hangs on the disk."""


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    if url := os.environ.get(GIVEN_POSTGRES):
        server = PostgresServer(url)
        yield server
        server.clear()
        return
    image: Callable[[str], str] = request.getfixturevalue("image")
    with PostgresContainer(image("postgres"), driver=None).with_command(QUICK) as container:
        yield PostgresServer(container.get_connection_url())
