"""The adapters of the store that the one suite runs on: PostgreSQL joins by one more row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.chassis.envelope import Envelope
from services.chassis.storage.migrate import migrate
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.sqlite import SqliteStore
from tests.chassis.toy import COUNTY_CODE, MIGRATIONS

AT = "2026-09-08T02:00:00.000000Z"
LATER = "2026-09-08T03:00:00.000000Z"
TOPIC = "care"


def open_sqlite(directory: Path) -> EventStore:
    """The store of the toy's care, with its read models."""
    path = directory / "care.sqlite"
    migrate(path, MIGRATIONS / "care")
    return SqliteStore(path)


ADAPTERS: dict[str, Callable[[Path], EventStore]] = {"sqlite": open_sqlite}


@dataclass
class Opened:
    """A store that a test may close and open again."""

    open: Callable[[Path], EventStore]
    directory: Path

    def __post_init__(self) -> None:
        self.store = self.open(self.directory)

    def reopen(self) -> EventStore:
        """The store as the next process finds it."""
        self.store.close()
        self.store = self.open(self.directory)
        return self.store


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
