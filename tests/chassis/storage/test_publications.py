"""What others were told is kept with the events and told again in their order, on each adapter of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis.bus.cloudevents import TYPE_PREFIX
from services.chassis.bus.layout import TopicFamily, TopicForm
from services.chassis.bus.port import Message
from services.chassis.publication import Published, publication_hash, signed_hash
from services.chassis.relay import Relay
from services.chassis.storage import publications
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.tables import PUBLICATIONS
from services.chassis.told_topics import ToldTopics
from tests.chassis.storage.adapters import ADAPTERS, TOPIC, Opened, appended, commit, event, place_of

FAMILY = TopicFamily("department.", 1, 90)
DESKS = ("department.health", "department.justice")


class Bus:
    """Takes everything, and remembers which topics it was asked to make first."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.made: list[TopicForm] = []
        self.life = "the first"

    def create_topics(self, forms: Iterable[TopicForm]) -> Mapping[str, str]:
        wanted = list(forms)
        self.made.extend(wanted)
        return {form.name: self.life for form in wanted}

    def publish(self, messages: Sequence[Message]) -> int:
        self.sent.extend(messages)
        return len(messages)

    def to(self, topic: str) -> list[tuple[str, bytes]]:
        return [(each.headers["ce_sequence"], each.value) for each in self.sent if each.topic == topic]


@pytest.fixture(params=ADAPTERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened = Opened(place_of(request.param, tmp_path, request))
    yield opened.store
    opened.store.close()


def tell(store: EventStore, version: int, *desks: str) -> None:
    """An event of which these are told, in one commit."""
    batch = appended(event("case-1", version))
    for desk in desks:
        told = Published(desk, "duty-1", "department.Step", 2, b"step %d" % version)
        batch.records.append((PUBLICATIONS, msgspec.structs.asdict(told.beside("case-1", version))))
        batch.outbox.append((desk, "case-1", version))
    commit(store, batch)


def drained(store: EventStore) -> Bus:
    bus = Bus()
    told = ToldTopics(store, bus, FAMILY, TOPIC)  # type: ignore[arg-type]  # only makes topics
    relay = Relay(store, bus, TOPIC, told)  # type: ignore[arg-type]  # a relay only publishes
    while relay.step():
        pass
    return bus


def test_each_is_sent_the_bytes_that_were_kept_on_a_topic_that_is_made_first(store: EventStore) -> None:
    tell(store, 1, *DESKS)
    tell(store, 2)
    tell(store, 3, DESKS[0])
    bus = drained(store)
    assert bus.made == [TopicForm(desk, 1, 90) for desk in DESKS]
    assert bus.to(DESKS[0]) == [("1", b"step 1"), ("3", b"step 3")]
    assert bus.to(DESKS[1]) == [("1", b"step 1")]
    assert [number for number, _ in bus.to(TOPIC)] == ["1", "2", "3"]
    assert {each.headers["ce_type"] for each in bus.sent if each.topic in DESKS} == {f"{TYPE_PREFIX}department.Step.v2"}


def test_told_again_it_is_everything_in_its_order_and_the_same_messages(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "ROWS_A_REQUEUE", 2)
    for version in (1, 2, 3):
        tell(store, version, *DESKS)
    first = [each for each in drained(store).sent if each.topic in DESKS]
    assert publications.requeue(store) == 6
    again = drained(store).sent
    assert again == first
    assert len({each.headers["ce_id"] for each in again}) == 6


def test_what_was_told_of_events_is_walked_by_event_between_two_positions(store: EventStore) -> None:
    tell(store, 1, *DESKS)
    tell(store, 2)
    reached, _ = store.positions()
    tell(store, 3, DESKS[1])
    rows = list(store.walk_told())
    assert [(row.version, row.topic, row.data) for row in rows] == [
        (1, DESKS[0], b"step 1"),
        (1, DESKS[1], b"step 1"),
        (3, DESKS[1], b"step 3"),
    ]
    assert list(store.walk_told(until=reached)) == rows[:2]
    assert list(store.walk_told(after=reached)) == rows[2:]
    assert {row.hash for row in rows} == {publication_hash(row) for row in rows}


def test_what_was_told_of_an_event_that_is_not_there_is_named(store: EventStore) -> None:
    tell(store, 1, DESKS[0])
    assert store.names_no_event() == []
    stray = Published(DESKS[0], "duty-1", "department.Step", 2, b"stray").beside("case-1", 2)
    commit(store, Batch(records=[(PUBLICATIONS, msgspec.structs.asdict(stray))]))
    assert store.names_no_event() == [("publications", "case-1", 2)]
    assert [row.data for row in store.walk_told()] == [b"step 1"]


def test_the_hash_covers_place_and_message_whole() -> None:
    row = Published(DESKS[0], "duty-1", "department.Step", 2, b"step 1").beside("case-1", 1)
    others = {"version": 2, "schema": 3, "data": b"step 2"}
    for name in ("topic", "stream_id", "subject", "type", *others):
        changed = msgspec.structs.replace(row, **{name: others.get(name, "other")})
        assert publication_hash(changed) != row.hash, name


def test_a_row_that_a_former_release_kept_without_a_hash_is_signed_by_its_bytes() -> None:
    row = Published(DESKS[0], "duty-1", "department.Step", 2, b"step 1").beside("case-1", 1)
    assert signed_hash(msgspec.structs.replace(row, hash_suite=None, hash=None)) == signed_hash(row) == row.hash


def test_nothing_that_was_told_can_be_changed_by_the_application(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    store = place_of("postgres", tmp_path, request).open()
    try:
        tell(store, 1, DESKS[0])
        for statement in ("UPDATE publications SET data = '\\x00'", "DELETE FROM publications"):
            with store.engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.exec_driver_sql(statement)
    finally:
        store.close()
