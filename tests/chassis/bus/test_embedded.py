"""What only the embedded bus can suffer: a full disk in the middle of a publication."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.errors import BusUnavailable
from tests.chassis.bus.adapters import TOPIC, Database, message, read_all
from tests.topics import forms

NO_LIMIT = 2**31


def test_a_full_disk_is_told_and_leaves_no_half_publication(tmp_path: Path) -> None:
    bus = EmbeddedBus(tmp_path / "bus.sqlite")
    bus.create_topics(forms({TOPIC: 1}))
    bus.publish([message("pupil-1", 1)])
    pages = bus._connection.execute("PRAGMA page_count").fetchone()[0]
    bus._connection.execute(f"PRAGMA max_page_count={pages}")
    batch = [message("pupil-1", number) for number in range(2, 400)]
    with pytest.raises(BusUnavailable, match="full"):
        bus.publish(batch)
    bus._connection.execute(f"PRAGMA max_page_count={NO_LIMIT}")
    assert bus.publish(batch) == len(batch)
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database))
    assert database.numbers_by_key() == {"pupil-1": [f"pupil-1/{number}" for number in range(1, 400)]}
    bus.close()


def test_a_publication_that_breaks_off_leaves_the_bus_usable(tmp_path: Path) -> None:
    bus = EmbeddedBus(tmp_path / "bus.sqlite")
    bus.create_topics(forms({TOPIC: 1}))
    intruder = sqlite3.connect(tmp_path / "bus.sqlite", isolation_level=None)
    intruder.execute("INSERT INTO messages VALUES (?, 0, 0, 'k', '{}', x'', '')", (TOPIC,))
    intruder.close()
    with pytest.raises(BusUnavailable):
        bus.publish([message("pupil-1", 1)])
    bus.create_topics(forms({"care": 1}))
    assert bus.publish([message("pupil-1", 1, topic="care")]) == 1
    bus.close()
