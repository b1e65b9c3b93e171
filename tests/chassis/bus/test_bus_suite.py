"""What every bus promises, proved on each adapter."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.chassis.bus.places import Position
from services.chassis.bus.port import Bus, Message, Subscription, TopicPartition
from services.chassis.errors import BusUnavailable, NoSuchTopic
from tests.chassis.bus.adapters import (
    ADAPTERS,
    PARTITIONS,
    TOPIC,
    Database,
    OpenBus,
    break_off,
    message,
    opener,
    read_all,
    read_some,
    told,
)
from tests.patience import eventually
from tests.topics import forms

FAR_FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
KEYS = [f"pupil-{number}" for number in range(8)]


@pytest.fixture(params=ADAPTERS)
def open_bus(request: pytest.FixtureRequest, tmp_path: Path) -> OpenBus:
    return opener(request.param, tmp_path, request)


@pytest.fixture
def bus(open_bus: OpenBus) -> Iterator[Bus]:
    bus = open_bus()
    bus.create_topics(forms({TOPIC: PARTITIONS, "care": 1}))
    yield bus
    bus.close()


def sent(bus: Bus, keys: list[str], count: int, first: int = 1) -> dict[str, list[str]]:
    """Publish `count` messages a key, keys mixed; answers what each key's readers must see."""
    mixed = [message(key, number) for number in range(first, first + count) for key in keys]
    assert bus.publish(mixed) == len(mixed)
    return {key: [f"{key}/{number}" for number in range(first, first + count)] for key in keys}


def test_a_message_arrives_as_it_was_sent(bus: Bus) -> None:
    odd = Message(topic=TOPIC, key="pupil-1", headers={"ce_id": "1", "ce_actor": "officer-1"}, value=bytes(range(256)))
    assert bus.publish([odd]) == 1
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=1)
    assert database.done == [odd]


def test_every_group_gets_every_message_in_the_order_of_its_key(bus: Bus) -> None:
    expected = sent(bus, KEYS, 20)
    for group in ("care", "aid"):
        database = Database()
        read_all(database, bus.subscribe(group, [TOPIC], database), count=160)
        assert database.numbers_by_key() == expected


def test_a_key_always_goes_to_the_same_partition(bus: Bus) -> None:
    sent(bus, KEYS, 3)
    subscription = bus.subscribe("care", [TOPIC], Database())
    places: dict[str, set[int]] = {}
    while deliveries := read_some(subscription):
        for delivery in deliveries:
            places.setdefault(delivery.message.key, set()).add(delivery.partition)
    assert set(places) == set(KEYS)
    assert all(len(partitions) == 1 for partitions in places.values())
    assert len(set.union(*places.values())) > 1


def test_a_reader_gets_only_the_topics_it_asked_for(bus: Bus) -> None:
    bus.publish([message("pupil-1", 1), message("pupil-1", 1, topic="care")])
    database = Database()
    read_all(database, bus.subscribe("aid", ["care"], database), count=1)
    assert [one.topic for one in database.done] == ["care"]


def come_to_rest(*members: Subscription) -> list[TopicPartition]:
    """Let the members of a group share what there is; answers what they have, all together."""

    def shared() -> list[TopicPartition]:
        read_all(Database(), *members, count=0)
        have = [place for member in members for place in member.assigned()]
        return have if len(have) >= PARTITIONS else []

    return sorted(eventually(shared))


def test_each_partition_belongs_to_one_member_of_a_group(bus: Bus) -> None:
    database = Database()
    members = [bus.subscribe("care", [TOPIC], database) for _ in range(4)]
    assert come_to_rest(*members) == [(TOPIC, n) for n in range(PARTITIONS)]
    read_all(database, *members)
    assert come_to_rest(*members) == [(TOPIC, n) for n in range(PARTITIONS)]


def test_joining_and_leaving_lose_and_double_nothing(bus: Bus) -> None:
    database = Database()
    expected = sent(bus, KEYS, 10)
    first = bus.subscribe("care", [TOPIC], database)
    database.take(read_some(first, 11))
    second = bus.subscribe("care", [TOPIC], database)
    database.take(read_some(second, 11))
    database.take(read_some(first, 11))
    for key, numbers in sent(bus, KEYS, 10, first=11).items():
        expected[key] += numbers
    database.take(read_some(second, 5))
    first.close()
    read_all(database, second, count=160)
    assert database.numbers_by_key() == expected
    assert read_some(first) == []
    assert second.assigned() == {(TOPIC, n) for n in range(PARTITIONS)}


def test_a_member_that_dies_without_leaving_leaves_its_messages_to_the_others(bus: Bus) -> None:
    database = Database()
    survivor, victim = (bus.subscribe("care", [TOPIC], database) for _ in range(2))
    while not victim.assigned():
        come_to_rest(survivor, victim)
    expected = sent(bus, KEYS, 10)
    assert read_some(victim, 9)  # read, but dead before anything came of it
    break_off(victim)
    del victim
    read_all(database, survivor, count=80)
    assert database.numbers_by_key() == expected


def test_a_rewound_partition_is_delivered_again_from_there(bus: Bus) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 11)])
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    deliveries = read_some(subscription)
    assert len(deliveries) == 10
    subscription.rewind(TOPIC, deliveries[0].partition, deliveries[4].offset)
    assert read_some(subscription) == deliveries[4:]
    assert read_some(subscription) == []


def test_a_rewind_of_what_belongs_to_another_is_left_alone(bus: Bus) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 4)])
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    subscription.rewind("care", 0, 0)
    read_all(database, subscription, count=3)
    assert database.numbers_by_key() == {"pupil-1": ["pupil-1/1", "pupil-1/2", "pupil-1/3"]}


def test_a_reader_goes_on_where_its_own_database_says(bus: Bus) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    other = bus.subscribe("other", [TOPIC], Database())
    (partition,) = {delivery.partition for delivery in read_some(other)}
    database = Database(positions={(TOPIC, partition): Position(3)})
    subscription = bus.subscribe("care", [TOPIC], database)
    assert [delivery.offset for delivery in read_some(subscription)] == [3, 4]


def test_what_was_acknowledged_is_there_after_the_process(open_bus: OpenBus) -> None:
    bus = open_bus()
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    expected = sent(bus, KEYS, 5)
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    read = read_some(subscription, 13)
    database.take(read)
    subscription.processed(told(read))
    bus.close()

    bus = open_bus()
    bus.create_topics(forms({TOPIC: PARTITIONS + 4}))
    again = bus.subscribe("care", [TOPIC], database)
    assert bus.lag("care") == 40 - 13
    for key, numbers in sent(bus, KEYS, 5, first=6).items():
        expected[key] += numbers
    read_all(database, again, count=80)
    assert database.numbers_by_key() == expected
    assert bus.lag("care") == 0
    bus.close()


def test_lag_is_what_the_group_has_not_said_to_have_processed(bus: Bus) -> None:
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    assert bus.lag("care") == 0
    sent(bus, KEYS, 2)
    assert bus.lag("care") == 16
    deliveries = read_some(subscription, 10)
    assert bus.lag("care") == 16
    subscription.processed(told(deliveries))
    assert bus.lag("care") == 16 - len(deliveries)


def test_who_died_before_telling_how_far_it_was_leaves_no_lag_behind(bus: Bus) -> None:
    sent(bus, KEYS, 2)
    database = Database()
    victim = bus.subscribe("care", [TOPIC], database)
    while len(database.done) < 16:
        database.take(read_some(victim))
    break_off(victim)
    del victim
    again = bus.subscribe("care", [TOPIC], database)
    assert read_some(again) == []
    assert bus.lag("care") == 0


def test_a_failed_send_acknowledges_nothing_that_is_not_there(bus: Bus) -> None:
    with pytest.raises(BusUnavailable):
        bus.publish([message("pupil-1", 1), message("pupil-1", 2, topic="nowhere")])
    assert bus.publish([message("pupil-1", 1), message("pupil-1", 2)]) == 2
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=2)
    in_order = list(dict.fromkeys(one.headers["ce_id"] for one in database.done))
    assert in_order == ["pupil-1/1", "pupil-1/2"]


def test_a_topic_that_is_not_there_is_named_by_its_name_in_the_house_and_taken_once_it_is_made(bus: Bus) -> None:
    for _ in range(2):
        with pytest.raises(NoSuchTopic) as missing:
            bus.publish([message("pupil-1", 1, topic="aid")])
        assert missing.value.topic == "aid"
    bus.create_topics(forms({"aid": 1}))
    assert bus.publish([message("pupil-1", 1, topic="aid")]) == 1


def test_a_topic_has_one_life_as_long_as_it_is_there(open_bus: OpenBus) -> None:
    bus = open_bus()
    lives = bus.create_topics(forms({TOPIC: PARTITIONS, "care": 1}))
    assert list(lives) == [TOPIC, "care"]
    assert all(lives.values())
    assert len(set(lives.values())) == 2
    assert bus.create_topics(forms({TOPIC: PARTITIONS})) == {TOPIC: lives[TOPIC]}
    bus.close()
    bus = open_bus()
    assert bus.create_topics(forms({"care": 1})) == {"care": lives["care"]}
    bus.close()


def test_publishing_nothing_is_done_at_once(bus: Bus) -> None:
    assert bus.publish([]) == 0


def test_a_busy_partition_does_not_starve_the_others(bus: Bus) -> None:
    bus.publish([message(KEYS[0], number) for number in range(1, 200)])
    sent(bus, KEYS[1:], 1)
    other = bus.subscribe("other", [TOPIC], Database())
    everything = read_some(other)
    busy = {d.partition for d in everything if d.message.key == KEYS[0]}
    elsewhere = {d.message.key for d in everything if d.partition not in busy}
    assert elsewhere
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    for _ in range(2 * PARTITIONS):
        database.take(read_some(subscription, 10))
    assert elsewhere <= set(database.numbers_by_key())


def test_a_publication_wakes_who_asked_or_is_heard_by_who_polls(bus: Bus) -> None:
    woken = threading.Event()
    bus.on_published(woken.set)
    database = Database()
    subscription = bus.subscribe("care", [TOPIC], database)
    read_all(database, subscription)
    bus.publish([message("pupil-1", 1)])
    assert woken.wait(5) if bus.look_again_seconds else read_some(subscription)


def test_writers_and_readers_in_threads_keep_every_key_in_order(bus: Bus) -> None:
    database = Database()
    members = [bus.subscribe("care", [TOPIC], database) for _ in range(2)]

    def write(key: str) -> None:
        chance = random.Random(key)
        number = 1
        while number <= 40:
            many = min(chance.randint(1, 7), 41 - number)
            bus.publish([message(key, n) for n in range(number, number + many)])
            number += many

    writers = [threading.Thread(target=write, args=(key,)) for key in KEYS[:3]]
    for writer in writers:
        writer.start()
    read_all(database, *members, count=120)
    for writer in writers:
        writer.join()
    assert database.numbers_by_key() == {key: [f"{key}/{n}" for n in range(1, 41)] for key in KEYS[:3]}


def test_forgetting_takes_nothing_from_a_group_that_has_not_processed_it(open_bus: OpenBus) -> None:
    bus = open_bus()
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    slow, quick = Database(), Database()
    at_rest = bus.subscribe("aid", [TOPIC], slow)
    expected = sent(bus, KEYS, 10)
    some = read_some(at_rest, 13)
    slow.take(some)
    at_rest.processed(told(some))
    at_rest.close()
    bus.close()

    bus = open_bus()  # a process in which the slow group is not at work
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    care = bus.subscribe("care", [TOPIC], quick)
    read_all(quick, care, count=80)
    while bus.forget(TOPIC, FAR_FUTURE, 7):
        pass
    for key, numbers in sent(bus, KEYS, 10, first=11).items():
        expected[key] += numbers
    read_all(quick, care, count=160)
    read_all(slow, bus.subscribe("aid", [TOPIC], slow), count=160)
    assert quick.numbers_by_key() == slow.numbers_by_key() == expected
    bus.close()
