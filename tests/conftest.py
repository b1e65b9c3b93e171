"""What all rooms' tests share: servers that suites of several rooms run on, each started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from testcontainers.community.postgres import PostgresContainer

from tests.deploy.containers import ADMIN, PASSWORD, broker
from tests.kafka import KafkaServer
from tests.postgres import PostgresServer
from tests.quick_disk import use_memory

pytest_plugins = ["tests.dealing", "tests.engine"]
"""Which process runs which test; the engine and images that some need, without which a run names what did not run, or fails."""

GIVEN_POSTGRES = "FUXUE_TEST_POSTGRES"
"""A superuser's URL of a server that tests may use in place of a container; what they make there is taken away again."""

GIVEN_KAFKA = "FUXUE_TEST_KAFKA"
"""The same of a broker; its form stands in `tests.kafka`."""

QUICK = "postgres -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c max_connections=300"
"""Tests kill processes, never the machine: nothing that they prove hangs on the disk, nor on a tidying of hundreds of databases."""

QUICK_GROUPS = (
    "group.initial.rebalance.delay.ms=0",
    "group.min.session.timeout.ms=500",
    "offsets.topic.num.partitions=1",
    "broker.session.timeout.ms=2000",
    "broker.heartbeat.interval.ms=300",
)
"""Members come and go within seconds, and a broker that was killed is let in again as soon."""


def pytest_configure() -> None:
    """Before the first temporary file is made."""
    use_memory()


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


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A Kafka broker."""
    if url := os.environ.get(GIVEN_KAFKA):
        server = KafkaServer(url)
        yield server
        server.clear()
        return
    image: Callable[[str], str] = request.getfixturevalue("image")
    started = broker(image("kafka"), tmp_path_factory.mktemp("kafka"))
    started.container.with_envs(KAFKA_PROPERTIES="\n".join(QUICK_GROUPS), KAFKA_HEAP_OPTS="-Xms128m -Xmx384m")
    with started.container as container:
        yield KafkaServer(f"kafka://{ADMIN}:{PASSWORD}@127.0.0.1:{started.port}/{container.get_wrapped_container().id}")
