"""Epochs of the bus in a service's database, on each adapter of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.chassis.bus.port import Message
from services.chassis.relay import Relay
from services.chassis.storage import epochs, publications
from services.chassis.storage.epochs import Epoch, is_to_be_taken_up, latest, taken_up
from services.chassis.storage.port import EventStore
from tests.chassis.storage.adapters import ADAPTERS, AT, LATER, TOPIC, Opened, place_of
from tests.chassis.storage.test_publications import DESKS, Bus, tell


@pytest.fixture(params=ADAPTERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened = Opened(place_of(request.param, tmp_path, request))
    yield opened.store
    opened.store.close()


def begin(store: EventStore, at: str) -> Epoch:
    with store.engine.begin() as connection:
        epochs.begin(connection, at)
    epoch = latest(store.engine)
    assert epoch is not None
    return epoch


def test_in_the_first_epoch_there_is_none_and_nothing_to_be_taken_up(store: EventStore) -> None:
    assert latest(store.engine) is None
    assert not is_to_be_taken_up(store.engine)


def test_the_latest_is_the_one_that_began_last_whatever_the_clock_has_said(store: EventStore) -> None:
    assert begin(store, LATER) == Epoch(began_at=LATER, number=1, republished_at=None)
    assert begin(store, AT) == Epoch(began_at=AT, number=2, republished_at=None)


def test_one_that_began_while_another_was_taken_up_is_still_to_be_taken_up(store: EventStore) -> None:
    first = begin(store, AT)
    second = begin(store, LATER)
    taken_up(store, first, LATER)
    assert latest(store.engine) == second
    assert is_to_be_taken_up(store.engine)
    taken_up(store, second, LATER)
    assert latest(store.engine) == msgspec.structs.replace(second, republished_at=LATER)
    assert not is_to_be_taken_up(store.engine)


def test_what_others_are_told_names_the_epoch_in_which_it_is_sent_and_is_else_the_same_message(store: EventStore) -> None:
    def sent() -> Message:
        bus = Bus()
        Relay(store, bus, TOPIC).step()  # type: ignore[arg-type]  # a relay only makes topics and publishes
        [message] = [each for each in bus.sent if each.topic in DESKS]
        return message

    tell(store, 1, DESKS[0])
    first = sent()
    assert "ce_epoch" not in first.headers
    begin(store, AT)
    assert publications.requeue(store) == 1
    assert sent() == msgspec.structs.replace(first, headers={**first.headers, "ce_epoch": AT})
