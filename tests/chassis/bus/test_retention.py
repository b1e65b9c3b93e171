"""What the embedded bus forgets: what every group has behind it, when it is old enough, a little at a time."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.places import Loss, Position
from services.chassis.bus.retention import KEPT_DAYS, MESSAGES_A_SLICE, forget_processed
from services.chassis.errors import BusUnavailable
from tests.chassis import children
from tests.chassis.bus.adapters import TOPIC, Database, message, read_all, read_some, told
from tests.topics import forms

NOW = datetime(2026, 9, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FILE = "bus.sqlite"


@dataclass
class Wall:
    """Wall time that a test sets."""

    instant: datetime = NOW

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def bus(tmp_path: Path, wall: Wall) -> Iterator[EmbeddedBus]:
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 1}))
    yield bus
    bus.close()


def publish(bus: EmbeddedBus, *numbers: int) -> None:
    bus.publish([message("pupil-1", number) for number in numbers])


def kept(bus: EmbeddedBus) -> list[int]:
    """The offsets that are still in the file."""
    return [row[0] for row in bus._connection.execute("SELECT bus_offset FROM messages ORDER BY bus_offset")]


def process(bus: EmbeddedBus, group: str, limit: int = 1_000) -> Database:
    """A group that takes part of what is there, and says so."""
    database = Database()
    subscription = bus.subscribe(group, [TOPIC], database)
    deliveries = read_some(subscription, limit)
    database.take(deliveries)
    subscription.processed(told(deliveries))
    return database


def test_only_what_every_group_has_processed_goes(bus: EmbeddedBus) -> None:
    publish(bus, *range(10))
    process(bus, "care", 4)
    process(bus, "aid", 7)
    assert bus.forget(TOPIC, LATER, 100) == 4
    assert kept(bus) == list(range(4, 10))


def test_a_group_that_subscribed_and_never_read_holds_everything_even_in_the_next_process(tmp_path: Path, wall: Wall) -> None:
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 1}))
    bus.subscribe("aid", [TOPIC], Database())
    publish(bus, 1, 2, 3)
    bus._connection.close()  # as a killed process leaves its file
    again = EmbeddedBus(tmp_path / FILE, wall)
    process(again, "care")
    assert again.forget(TOPIC, LATER, 100) == 0
    assert kept(again) == [0, 1, 2]
    again.close()


def test_what_a_group_does_not_read_any_more_does_not_wait_for_it(bus: EmbeddedBus) -> None:
    bus.create_topics(forms({"care": 1}))
    publish(bus, 1, 2)
    process(bus, "care")
    aid = bus.subscribe("aid", [TOPIC, "care"], Database())
    assert bus.forget(TOPIC, LATER, 100) == 0
    aid.close()
    bus.subscribe("aid", ["care"], Database())
    assert bus.forget(TOPIC, LATER, 100) == 2


def test_what_is_younger_than_the_retention_stays(bus: EmbeddedBus, wall: Wall) -> None:
    publish(bus, 1, 2)
    wall.instant += timedelta(hours=1)
    publish(bus, 3)
    process(bus, "care")
    assert bus.forget(TOPIC, NOW, 100) == 0
    assert bus.forget(TOPIC, wall.instant, 100) == 2
    assert kept(bus) == [2]


def test_a_clock_that_was_set_back_leaves_no_hole(bus: EmbeddedBus, wall: Wall) -> None:
    wall.instant = LATER
    publish(bus, 1)
    wall.instant = NOW
    publish(bus, 2)
    process(bus, "care")
    assert bus.forget(TOPIC, LATER, 100) == 0
    assert kept(bus) == [0, 1]


def test_a_slice_is_as_large_as_it_may_be_and_no_larger(tmp_path: Path, wall: Wall) -> None:
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 3}))
    bus.publish([message(f"pupil-{number}", 1) for number in range(50)])
    process(bus, "care")
    assert [bus.forget(TOPIC, LATER, 20) for _ in range(4)] == [20, 20, 10, 0]
    assert kept(bus) == []
    bus.close()


def test_the_houses_rule_is_fourteen_days_in_slices(tmp_path: Path) -> None:
    wall = Wall(datetime.now(UTC) - timedelta(days=KEPT_DAYS) - timedelta(minutes=1))
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 1}))
    publish(bus, *range(MESSAGES_A_SLICE + 5))
    wall.instant += timedelta(minutes=2)
    publish(bus, 1)
    process(bus, "care")
    assert [forget_processed(bus, TOPIC) for _ in range(3)] == [MESSAGES_A_SLICE, 5, 0]
    assert KEPT_DAYS == 14
    bus.close()


def test_offsets_go_on_after_everything_was_forgotten(tmp_path: Path, wall: Wall) -> None:
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 1}))
    publish(bus, 1, 2, 3)
    database = process(bus, "care")
    assert bus.forget(TOPIC, LATER, 100) == 3
    bus.close()
    again = EmbeddedBus(tmp_path / FILE, wall)
    again.create_topics(forms({TOPIC: 1}))
    publish(again, 4)
    assert kept(again) == [3]
    read_all(database, again.subscribe("care", [TOPIC], database))
    assert database.numbers_by_key() == {"pupil-1": [f"pupil-1/{number}" for number in (1, 2, 3, 4)]}
    assert again.lag("care") == 0
    again.close()


def test_who_comes_too_late_is_told_and_goes_on_with_what_is_there(bus: EmbeddedBus) -> None:
    publish(bus, 1, 2, 3)
    process(bus, "care")
    bus.forget(TOPIC, LATER, 2)
    database = Database(positions={(TOPIC, 0): Position(2)})  # what it has to begin with
    late = Database()
    reader = bus.subscribe("late", [TOPIC], late)
    assert [delivery.offset for delivery in read_some(reader)] == [2]
    read_all(database, bus.subscribe("aid", [TOPIC], database))
    assert [(place.loss, place.was.offset, place.now.offset) for place in late.losses] == [(Loss.FORGOTTEN, 0, 2)]
    assert database.losses == []
    assert bus.lag("late") == 1


def test_a_slice_that_breaks_off_has_taken_nothing(tmp_path: Path, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = EmbeddedBus(tmp_path / FILE, wall)
    bus.create_topics(forms({TOPIC: 1}))
    publish(bus, 1, 2, 3)
    process(bus, "care")

    def no_space() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(bus, "_write_processed", no_space)
        with pytest.raises(BusUnavailable, match="full"):
            bus.forget(TOPIC, LATER, 2)
    assert kept(bus) == [0, 1, 2]
    assert bus.extent((TOPIC, 0)).first == 0
    assert bus.forget(TOPIC, LATER, 2) == 2
    bus.close()


def test_a_file_of_the_release_that_kept_everything_is_taken_over(tmp_path: Path, wall: Wall) -> None:
    old = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    old.executescript("""
        CREATE TABLE topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL);
        CREATE TABLE messages (topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, bus_offset INTEGER NOT NULL,
            key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (topic, bus_partition, bus_offset)) WITHOUT ROWID;
        CREATE TABLE processed (consumer_group TEXT NOT NULL, topic TEXT NOT NULL, bus_partition INTEGER NOT NULL,
            next_offset INTEGER NOT NULL, PRIMARY KEY (consumer_group, topic, bus_partition)) WITHOUT ROWID;
        INSERT INTO topics VALUES ('roll', 1);
        INSERT INTO messages VALUES ('roll', 0, 0, 'pupil-1', '{}', x'31'), ('roll', 0, 1, 'pupil-1', '{}', x'32');
        INSERT INTO processed VALUES ('aid', 'roll', 0, 1);
    """)
    old.close()
    for _ in range(2):
        bus = EmbeddedBus(tmp_path / FILE, wall)
        process(bus, "care")
        assert (kept(bus), bus.forget(TOPIC, NOW, 100)) == ([0, 1], 0)
        bus.close()
    bus = EmbeddedBus(tmp_path / FILE, wall)
    assert bus.forget(TOPIC, LATER, 100) == 1
    assert kept(bus) == [1]
    bus.close()


# --- killed at any moment ---------------------------------------------------------------------------------------------

KILLS = 12
LONGEST_LIFE_SECONDS = 0.2


class Journal(Database):
    """A group whose position is on disk before it is told, as a service's database is."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.positions = {(TOPIC, 0): msgspec.json.decode(path.read_bytes(), type=Position)} if path.exists() else {}

    def write(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(self.position(TOPIC, 0)))
        fresh.replace(self._path)


def live(directory: Path) -> Callable[[], None]:
    """Publish, take, forget, until killed."""

    def act() -> None:
        bus = EmbeddedBus(directory / FILE, Wall())
        bus.create_topics(forms({TOPIC: 1}))
        journal = Journal(directory / "care")
        subscription = bus.subscribe("care", [TOPIC], journal)
        number = bus._next[TOPIC, 0]
        while True:
            publish(bus, *range(number, number + 10))
            number += 10
            deliveries = read_some(subscription, 7)
            journal.take(deliveries)
            journal.write()
            subscription.processed({(TOPIC, 0): deliveries[-1].offset + 1})
            bus.forget(TOPIC, LATER, 3)
            (directory / "alive").touch()

    return act


def test_killed_while_it_forgets_it_has_kept_everything_that_a_group_still_needs(tmp_path: Path) -> None:
    chance = random.Random(20_260_908)
    bus = EmbeddedBus(tmp_path / FILE, Wall())
    bus.create_topics(forms({TOPIC: 1}))
    publish(bus, *range(400))
    at_rest = process(bus, "at rest", 3 * KILLS - 6).position(TOPIC, 0).offset
    bus.close()
    for _ in range(KILLS):
        (tmp_path / "alive").unlink(missing_ok=True)
        pid = children.start(live(tmp_path))
        patience = time.monotonic() + 20
        while not (tmp_path / "alive").exists():
            assert time.monotonic() < patience, "the bus does not come up again"
            time.sleep(0.002)
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        children.kill(pid)
        assert children.end_of(pid) == -signal.SIGKILL
        bus = EmbeddedBus(tmp_path / FILE, Wall())
        rows = bus._connection.execute("SELECT bus_offset, headers FROM messages ORDER BY bus_offset").fetchall()
        offsets = [offset for offset, _ in rows]
        needed = min(at_rest, Journal(tmp_path / "care").position(TOPIC, 0).offset)
        assert offsets == list(range(bus.extent((TOPIC, 0)).first, offsets[-1] + 1))
        assert offsets[0] <= needed
        assert all(msgspec.json.decode(headers)["ce_id"] == f"pupil-1/{offset}" for offset, headers in rows)
        bus.close()
    assert offsets[0] == at_rest
