"""How fast one event is appended, with its hash and its outbox row, on disk when it returns – against `eventsourcing`.

Both write one event a transaction into one SQLite file under WAL and synchronous=FULL; rounds alternate, so that whatever
the machine does besides happens to both.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.sqlite import SQLiteApplicationRecorder

from services.chassis.decider import derived_id
from services.chassis.envelope import Envelope, stamp
from services.chassis.service import Service
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_file import PRAGMAS, migrate_file
from tests.bench.figures import Figure
from tests.chassis.toy import (
    BY_TEACHER,
    CATALOGUE,
    COUNTY_CODE,
    MIGRATIONS,
    Keys,
    SetClock,
    foundation,
    in_directory,
    roll_model,
)
from tests.chassis.toy_roll import START_DAY, AbsenceNoticed, EnrolPupil

ROUNDS = 15
APPENDS_A_ROUND = 100
STREAMS = 200
BAR = 1.0


class Pupil(Aggregate):
    """A child, as one would write it with the peer: the same facts in its event."""

    def __init__(self, pupil_id: str) -> None:
        self.pupil_id = pupil_id

    @event("AbsenceNoticed")
    def notice(self, pupil_id: str, episode_id: str, day: str, noticed_at: str, actor: str, correlation_id: str) -> None:
        """The child is missing."""


class Ours:
    """The store of the chassis."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self._heads: dict[str, Envelope] = {}
        self._pupils = [str(uuid4()) for _ in range(STREAMS)]

    def append(self, number: int) -> None:
        """One event with its hash and its outbox row."""
        pupil_id = self._pupils[number % STREAMS]
        stream_id, before = f"pupil-{pupil_id}", self._heads.get(pupil_id)
        episode_id, now = pupil_id, SetClock().instant
        name, schema, data = CATALOGUE.encode(
            AbsenceNoticed(pupil_id=pupil_id, episode_id=episode_id, day=START_DAY, noticed_at=now)
        )
        envelope = Envelope(
            event_id=str(uuid4()),
            stream_id=stream_id,
            version=before.version + 1 if before else 1,
            type=name,
            schema=schema,
            county=COUNTY_CODE,
            partition_key=pupil_id,
            actor="officer-1",
            on_behalf_of=None,
            occurred_at=stamp(now),
            recorded_at=stamp(now),
            correlation_id=episode_id,
            causation_id=episode_id,
            traceparent="",
            data=data,
        ).chained(before.hash if before else "")
        with self.store.transaction() as transaction:
            batch = Batch(events=[envelope], expected={stream_id: envelope.version - 1})
            batch.outbox.append(("roll", stream_id, envelope.version))
            transaction.commit(batch)
        self._heads[pupil_id] = envelope


class Peer:
    """An application of `eventsourcing` on one of its recorders, which its environment names."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._app: Application[UUID] = Application(env=environment)
        self._pupils = [Pupil(str(uuid4())) for _ in range(STREAMS)]
        for pupil in self._pupils:
            self._app.save(pupil)

    def append(self, number: int) -> None:
        """One event of an aggregate that is in memory."""
        pupil = self._pupils[number % STREAMS]
        now = stamp(SetClock().instant)
        pupil.notice(pupil.pupil_id, pupil.pupil_id, START_DAY.isoformat(), now, "officer-1", pupil.pupil_id)
        self._app.save(pupil)

    @property
    def recorder(self) -> ApplicationRecorder:
        """Where it keeps its events."""
        return self._app.recorder

    def close(self) -> None:
        self._app.close()


def must_be_durable(peer: Peer) -> None:
    """Its SQLite recorder's own default is WAL; FULL is SQLite's default."""
    assert isinstance(peer.recorder, SQLiteApplicationRecorder)
    with peer.recorder.datastore.transaction(commit=False) as cursor:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone()[0] == value, f"the peer does not run with {pragma}={value}"


class WholeTurn:
    """A command from decider to disk: load, decide, chain, two timers or a read-model row, outbox – for comparison only."""

    def __init__(self, directory: Path) -> None:
        beside = directory / "turn"
        beside.mkdir()
        self.service = Service(roll_model(), foundation(in_directory(beside), SetClock(), Keys()), migrations=MIGRATIONS / "roll")

    def append(self, number: int) -> None:
        """Enrol a child."""
        self.service.execute(EnrolPupil(pupil_id=derived_id("bench", str(number))), BY_TEACHER)


def seconds_each(append: Callable[[int], None], first: int, appends: int = APPENDS_A_ROUND) -> float:
    """The mean of one round."""
    began = time.perf_counter()
    for number in range(first, first + appends):
        append(number)
    return (time.perf_counter() - began) / appends


def measure() -> list[Figure]:
    """The ratio of the medians of alternating rounds."""
    assert "synchronous=FULL" in PRAGMAS
    with tempfile.TemporaryDirectory(dir=os.environ.get("FUXUE_BENCH_DIRECTORY")) as name:
        path = Path(name) / "roll.sqlite"
        migrate_file(path, MIGRATIONS / "roll")
        ours, turn = Ours(SqliteStore(path)), WholeTurn(Path(name))
        peer = Peer({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(name) / "peer.sqlite")})
        must_be_durable(peer)
        times: dict[str, list[float]] = {"ours": [], "peer": [], "turn": []}
        for round_number in range(ROUNDS + 1):
            for who, append in (("ours", ours.append), ("peer", peer.append), ("turn", turn.append)):
                spent = seconds_each(append, round_number * APPENDS_A_ROUND)
                if round_number:  # the first round warms up
                    times[who].append(spent)
        peer.close()
        ours.store.close()
        turn.service.close()
    median = {who: statistics.median(spent) for who, spent in times.items()}
    note = ", ".join(f"{who} {spent * 1e6:,.0f} µs" for who, spent in median.items())
    return [
        Figure(
            "append 1 event + outbox + hash, fsync",
            median["peer"] / median["ours"],
            "×",
            BAR,
            "at least",
            "eventsourcing 9.5.6 save",
            note,
        )
    ]


if __name__ == "__main__":
    print(measure())  # noqa: T201  a bench's output
