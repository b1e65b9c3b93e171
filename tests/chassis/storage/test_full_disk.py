"""A disk that is full under PostgreSQL: what cannot be kept is refused for a while, what was kept stays, it goes on."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from testcontainers.community.postgres import PostgresContainer

from services.chassis.errors import StoreBusy
from services.chassis.storage.port import Batch
from services.chassis.storage.postgres import PostgresStore
from tests.chassis.storage.adapters import CARE, TOPIC, event
from tests.deploy.containers import Images
from tests.postgres import PostgresServer

SMALL = "/var/lib/postgresql/small"
PLACE = f"{SMALL}/data"
SMALL_BYTES = 24 << 20
"""Room for a database that was just made, and a little more."""


@pytest.fixture
def server(image: Images) -> Iterator[PostgresContainer]:
    """With a second disk that is small."""
    started = PostgresContainer(image("postgres"), driver=None)
    with started.with_tmpfs_mount(SMALL, f"size={SMALL_BYTES},mode=0777") as server:
        yield server


@pytest.fixture
def store(server: PostgresContainer) -> Iterator[PostgresStore]:
    """A store whose tables lie on the small disk."""
    databases = PostgresServer(server.get_connection_url())
    url = databases.database(CARE)
    name = url.rsplit("/", 1)[1]
    server.exec(["sh", "-c", f"mkdir {PLACE} && chown postgres {PLACE}"])
    with psycopg.connect(server.get_connection_url(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{PLACE}'")
        connection.execute(f"ALTER DATABASE {name} SET TABLESPACE small")
    opened = PostgresStore(url)
    yield opened
    opened.close()


def keep(store: PostgresStore, number: int, data: bytes) -> None:
    stream = f"child-{number}"
    with store.transaction() as transaction:
        transaction.commit(Batch(events=[event(stream, 1, data=data)], expected={stream: 0}, outbox=[(TOPIC, stream, 1)]))


def fill(store: PostgresStore, words: bytes) -> int:
    """Keep events until the disk is full; answers how many there are."""
    for number in range(1, SMALL_BYTES // len(words)):
        try:
            keep(store, number, words)
        except StoreBusy as full:
            assert "is full: make room" in str(full)  # noqa: PT017  which of many is refused is not known beforehand
            return number
    raise AssertionError("the disk is not full")


def test_a_full_disk_refuses_loses_nothing_and_is_over_when_there_is_room_again(
    server: PostgresContainer, store: PostgresStore
) -> None:
    words = b'"' + b"x" * 4000 + b'"'
    keep(store, 0, words)
    server.exec(["sh", "-c", f"dd if=/dev/zero of={SMALL}/filler bs=1k"])
    kept = fill(store, words)
    assert sorted(store.streams()) == sorted(f"child-{number}" for number in range(kept)), "all that was answered for, no half"
    assert store.backlog()["outbox"] == kept
    server.exec(["rm", f"{SMALL}/filler"])
    keep(store, kept, words)
    assert len(store.streams()) == kept + 1
