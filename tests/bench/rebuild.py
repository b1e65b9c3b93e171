"""How fast a read model is rebuilt: own events and journalled foreign ones, folded into rows of seven or eight columns."""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from services.chassis.decider import Event
from services.chassis.envelope import Envelope, stamp
from services.chassis.model import Model
from services.chassis.rebuild import rebuild
from services.chassis.storage.port import Batch, EventStore, Received
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_file import migrate_file
from tests.bench.figures import Figure
from tests.chassis.toy import CATALOGUE, COUNTY_CODE, MIGRATIONS, care_model, roll_model
from tests.chassis.toy_roll import AbsenceEnded, AbsenceNoticed, PupilEnrolled, PupilSuspected, TextFellDue

PUPILS = 20_000
EVENTS_A_BATCH = 5_000
ROUNDS = 5
BAR = 50_000
START = datetime(2026, 9, 1, tzinfo=UTC)


def lives(pupils: int, county: int = 0) -> Iterator[Envelope]:
    """Five events a child, in the order in which a county would write them: day by day, not child by child."""
    heads: dict[str, Envelope] = {}
    for turn in range(5):
        for number in range(pupils):
            pupil_id = f"01a20923-42e1-79e6-{county:04d}-{number:012d}"
            episode = f"01a20923-42e1-79e7-{county:04d}-{number:012d}"
            event: Event
            match turn:
                case 0:
                    event = PupilEnrolled(pupil_id=pupil_id, school_id=f"school-{number % 40}")
                case 1:
                    at = START + timedelta(seconds=number)
                    event = AbsenceNoticed(pupil_id=pupil_id, episode_id=episode, day=date(2026, 9, 1), noticed_at=at)
                case 2:
                    event = TextFellDue(pupil_id=pupil_id, episode_id=episode)
                case 3:
                    event = PupilSuspected(pupil_id=pupil_id, episode_id=episode)
                case _:
                    event = AbsenceEnded(pupil_id=pupil_id, episode_id=episode)
            heads[pupil_id] = envelope_of(event, pupil_id, episode, turn, heads.get(pupil_id))
            yield heads[pupil_id]


def envelope_of(event: Event, pupil_id: str, episode: str, turn: int, before: Envelope | None) -> Envelope:
    """The event as it is stored."""
    name, schema, data = CATALOGUE.encode(event)
    at = stamp(START + timedelta(days=turn))
    return Envelope(
        event_id=f"{episode}-{turn}",
        stream_id=f"pupil-{pupil_id}",
        version=turn + 1,
        type=name,
        schema=schema,
        county=COUNTY_CODE,
        partition_key=pupil_id,
        actor="01a20923-42e1-79e6-9000-000000000001",
        on_behalf_of=None,
        occurred_at=at,
        recorded_at=at,
        correlation_id=episode,
        causation_id=episode,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        data=data,
    ).chained(before.hash if before else "")


def fill(store: EventStore, events: Iterable[Envelope], *, foreign: bool = False) -> None:
    """Put these events into a store's log, or into its journal."""
    coming = iter(events)
    while part := list(islice(coming, EVENTS_A_BATCH)):
        batch = Batch(received=[Received(envelope=e, topic="roll") for e in part]) if foreign else Batch(events=part)
        with store.transaction() as transaction:
            transaction.commit(batch)


def events_a_second(store: EventStore, model: Model) -> float:
    """The median of some rebuilds of everything."""
    speeds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        rebuilt = rebuild(model, store)
        speeds.append(rebuilt.events / (time.perf_counter() - began))
    return statistics.median(speeds)


def measure() -> list[Figure]:
    """Rebuild from the own log, and from the journal of another service."""
    figures = []
    with tempfile.TemporaryDirectory() as name:
        hearing = dataclasses.replace(care_model(), indexes=())
        for model, foreign, what in ((roll_model(), False, "own log"), (hearing, True, "journal")):
            path = Path(name) / f"{model.service}.sqlite"
            migrate_file(path, MIGRATIONS / model.service)
            store = SqliteStore(path)
            fill(store, lives(PUPILS), foreign=foreign)
            speed = events_a_second(store, model)
            figures.append(Figure(f"rebuild of a read model, {what}", speed, "events/s", BAR, "at least"))
            store.close()
    return figures


if __name__ == "__main__":
    for figure in measure():
        print(figure)  # noqa: T201  a bench's output
