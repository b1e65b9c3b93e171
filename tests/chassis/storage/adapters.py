"""The adapters of the store that the one suite runs on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.chassis.envelope import Envelope
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.postgres import on_server
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.sqlite import in_files
from services.chassis.storage.sqlite_file import engine_for as engine_for_file
from tests.chassis.toy import COUNTY_CODE, MIGRATIONS
from tests.postgres import PostgresServer

AT = "2026-09-08T02:00:00.000000Z"
LATER = "2026-09-08T03:00:00.000000Z"
TOPIC = "care"


CARE = MIGRATIONS / "care"
"""The toy's care has read models of every kind."""


@dataclass
class Place:
    """Where one store lives: opened by the application again and again, and reached by the schema's owner."""

    open: Callable[[], EventStore]
    owner: Callable[[], sa.Engine]


def sqlite_in(directory: Path) -> Place:
    """A file."""
    return Place(lambda: in_files(directory)("care", CARE), lambda: engine_for_file(directory / "care.sqlite"))


def postgres_on(server: PostgresServer) -> Place:
    """A new database."""
    url = server.database(CARE)
    return Place(lambda: on_server(lambda _service: url)("care", CARE), lambda: engine_for(server.owner_url(url), 1))


ADAPTERS = ("sqlite", "postgres")


def place_of(adapter: str, directory: Path, request: pytest.FixtureRequest) -> Place:
    """Where a test's store lives; the server is asked for only where it is needed."""
    return sqlite_in(directory) if adapter == "sqlite" else postgres_on(request.getfixturevalue("postgres"))


class Opened:
    """A store that a test may close and open again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.store = place.open()

    def reopen(self) -> EventStore:
        """The store as the next process finds it."""
        self.store.close()
        self.store = self._place.open()
        return self.store

    def as_owner(self, statement: str) -> None:
        """A statement by the schema's owner."""
        engine = self._place.owner()
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def event(stream_id: str, version: int, *, key: str = "", data: bytes = b"{}", prev_hash: str = "") -> Envelope:
    """An event of a stream, chained to the hash before."""
    return Envelope(
        event_id=f"{stream_id}/{version}",
        stream_id=stream_id,
        version=version,
        type="care.CaseClosed",
        schema=1,
        county=COUNTY_CODE,
        partition_key=key or stream_id,
        actor="officer-1",
        on_behalf_of=None,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="episode-1",
        causation_id=f"{stream_id}/{version}",
        traceparent="",
        data=data,
    ).chained(prev_hash)


def appended(*events: Envelope) -> Batch:
    """A batch that appends events and puts each into the outbox."""
    batch = Batch(events=list(events), outbox=[(TOPIC, e.stream_id, e.version) for e in events])
    for one in events:
        batch.expected.setdefault(one.stream_id, one.version - 1)
    return batch


def commit(store: EventStore, batch: Batch) -> None:
    """One transaction with one batch."""
    with store.transaction() as transaction:
        transaction.commit(batch)


def append(store: EventStore, stream_id: str, count: int = 1, *, key: str = "") -> list[Envelope]:
    """Events after the last of a stream, one transaction each."""
    added = []
    for _ in range(count):
        with store.transaction() as transaction:
            before = transaction.stream(stream_id)
            head = before[-1] if before else None
            one = event(stream_id, len(before) + 1, key=key, prev_hash=head.hash if head else "")
            transaction.commit(appended(one))
        added.append(one)
    return added
