"""What only Kafka suffers: brokers that go away, members in other processes, sends that fail in the middle, lost places."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.future import Future

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_producer import LARGEST_MESSAGE_BYTES, WAVE_BYTES
from services.chassis.bus.kafka_reader import KafkaSubscription
from services.chassis.bus.places import Loss, Position
from services.chassis.bus.port import Message, Subscription
from services.chassis.errors import BusUnavailable, Misconfigured, NoSuchTopic
from tests.chassis import children
from tests.chassis.bus.adapters import PARTITIONS, TOPIC, Database, message, read_all, read_some, told
from tests.kafka import KafkaServer
from tests.patience import eventually
from tests.topics import forms

KEYS = [f"pupil-{number}" for number in range(8)]
IMPATIENT = {"connect_seconds": 2.0, "request_seconds": 0.7, "delivery_seconds": 1.5, "close_seconds": 1.0}
"""For tests that wait until a broker that is away has been given up."""


@pytest.fixture
def bus(kafka: KafkaServer) -> Iterator[KafkaBus]:
    bus = KafkaBus(kafka.settings(**IMPATIENT))
    bus.create_topics(forms({TOPIC: PARTITIONS, "care": 1}))
    yield bus
    bus.close()


def numbered(first: int, last: int, keys: list[str] = KEYS) -> list[Message]:
    return [message(key, number) for number in range(first, last + 1) for key in keys]


def in_order(database: Database) -> dict[str, list[str]]:
    """What each key's reader heard, each message where it came first: a send whose answer was lost is repeated."""
    return {key: list(dict.fromkeys(numbers)) for key, numbers in database.numbers_by_key().items()}


def expected(last: int, keys: list[str] = KEYS) -> dict[str, list[str]]:
    return {key: [f"{key}/{number}" for number in range(1, last + 1)] for key in keys}


def heard(database: Database, last: int, keys: list[str] = KEYS) -> bool:
    return sum(map(len, in_order(database).values())) >= last * len(keys)


def read_until(database: Database, member: Subscription, last: int) -> None:
    """Let a member read until everything up to a number has come at least once."""

    def once() -> bool:
        database.take(member.poll(100))
        return heard(database, last)

    eventually(once)


# --- nothing connects before it is used ---------------------------------------------------------------------------------


def test_nothing_connects_before_it_is_used(kafka: KafkaServer) -> None:
    before = threading.active_count()
    bus = KafkaBus(kafka.settings(servers=("nowhere.invalid:9092",)))
    member = bus.subscribe("care", [TOPIC], Database())
    assert member.assigned() == set()
    bus.close()
    assert threading.active_count() == before


def test_a_bus_opened_before_a_fork_works_in_the_child(kafka: KafkaServer, tmp_path: Path) -> None:
    bus = KafkaBus(kafka.settings())

    def act() -> None:
        bus.create_topics(forms({TOPIC: 1}))
        (tmp_path / "sent").write_text(str(bus.publish([message("pupil-1", 1)])))
        bus.close()

    assert children.end_of(children.start(act)) == 0
    assert (tmp_path / "sent").read_text() == "1"


# --- sending ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "murmur2"), [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536)])
def test_the_partition_is_the_one_that_other_clients_of_kafka_choose(bus: KafkaBus, key: str, murmur2: int) -> None:
    """The hashes are those of the Java client's own tests."""
    bus.publish([message(key, 1)])
    assert [each.partition for each in read_some(bus.subscribe("care", [TOPIC], Database()))] == [
        (murmur2 & 0x7FFFFFFF) % PARTITIONS
    ]


def test_what_does_not_fit_into_one_batch_goes_out_in_order_all_the_same(bus: KafkaBus) -> None:
    size = WAVE_BYTES // 10
    large = [msgspec.structs.replace(message("pupil-1", n), value=n.to_bytes(2, "big") * (size // 2)) for n in range(1, 36)]
    assert bus.publish(large) == 35
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=35)
    assert [one.value for one in database.done] == [one.value for one in large]


def test_a_message_that_the_bus_cannot_take_holds_up_none_before_it_and_is_told(bus: KafkaBus) -> None:
    huge = msgspec.structs.replace(message("pupil-1", 2), value=bytes(LARGEST_MESSAGE_BYTES))
    assert bus.publish([message("pupil-1", 1), huge, message("pupil-1", 3)]) == 1
    with pytest.raises(Misconfigured, match=rf"{TOPIC}.*larger"):
        bus.publish([huge, message("pupil-1", 3)])
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=1)
    assert database.numbers_by_key() == expected(1, ["pupil-1"])


def test_a_topic_that_is_not_there_is_named(bus: KafkaBus) -> None:
    with pytest.raises(NoSuchTopic, match=r"no topic test-.*\.nowhere on Kafka"):
        bus.publish([message("pupil-1", 1, "nowhere")])
    member = bus.subscribe("care", ["nowhere"], Database())
    with pytest.raises(BusUnavailable, match=r"no topic test-.*\.nowhere .*bootstrap"):
        member.poll(1)


def test_topics_are_made_as_the_settings_say(kafka: KafkaServer) -> None:
    settings = kafka.settings()
    bus = KafkaBus(settings)
    bus.create_topics(forms({TOPIC: 5}, kept_days=3))
    bus.create_topics(forms({TOPIC: 2}))  # is there already, and stays
    with kafka.admin() as admin:
        name = settings.named(TOPIC)
        assert len(admin.describe_topics([name])[0]["partitions"]) == 5
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])["topic"][name]
    assert configs["retention.ms"]["value"] == str(3 * 24 * 3_600 * 1_000)
    assert configs["flush.messages"]["value"] == "1"
    bus.close()


# --- a broker that goes away --------------------------------------------------------------------------------------------


def publish_all(bus: KafkaBus, messages: list[Message]) -> None:
    """As a relay does: again from the first that is not acknowledged, until all are."""
    while messages:
        try:
            messages = messages[bus.publish(messages) :]
        except BusUnavailable:
            continue


def test_a_broker_that_does_not_answer_is_told_in_time_and_nothing_is_lost_when_it_does(kafka: KafkaServer, bus: KafkaBus) -> None:
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    publish_all(bus, numbered(1, 5))
    read_until(database, member, 5)
    with kafka.away():
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(BusUnavailable):
                bus.publish(numbered(6, 10))
            assert time.monotonic() - begun < 10
        for _ in range(10):
            assert member.poll(100) == []
    publish_all(bus, numbered(6, 10))
    read_until(database, member, 10)
    assert in_order(database) == expected(10)
    assert database.losses == []


def test_a_broker_that_restarts_has_kept_everything_and_everybody_goes_on(kafka: KafkaServer, bus: KafkaBus) -> None:
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    publish_all(bus, numbered(1, 5))
    read_until(database, member, 3)
    with kafka.stopped(), pytest.raises(BusUnavailable):
        bus.publish(numbered(6, 10))
    publish_all(bus, numbered(6, 10))
    read_until(database, member, 10)
    assert in_order(database) == expected(10)
    assert database.losses == []


def test_a_broker_that_crashes_while_it_is_written_to_has_kept_what_it_acknowledged(kafka: KafkaServer, bus: KafkaBus) -> None:
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    writer = threading.Thread(target=lambda: [publish_all(bus, numbered(n, n)) for n in range(1, 151)])
    writer.start()
    read_until(database, member, 20)
    kafka.crash()
    writer.join()
    read_until(database, member, 150)
    assert in_order(database) == expected(150)
    assert database.losses == []


def test_leaving_takes_seconds_even_when_the_broker_does_not_answer(kafka: KafkaServer) -> None:
    bus = KafkaBus(kafka.settings(**IMPATIENT))
    bus.create_topics(forms({TOPIC: 1}))
    bus.publish([message("pupil-1", 1)])
    read_some(bus.subscribe("care", [TOPIC], Database()))
    with kafka.away():
        begun = time.monotonic()
        bus.close()
        assert time.monotonic() - begun < 8


def test_closing_takes_seconds_even_while_other_threads_wait_for_a_broker_that_does_not_answer(kafka: KafkaServer) -> None:
    bus = KafkaBus(kafka.settings(request_seconds=20.0, delivery_seconds=60.0, connect_seconds=20.0, close_seconds=1.0))
    bus.create_topics(forms({TOPIC: 1}))
    bus.publish([message("pupil-1", 1)])
    member = bus.subscribe("care", [TOPIC], Database())
    read_some(member)
    late = bus.subscribe("aid", [TOPIC], Database())
    raised: list[BaseException] = []

    def fails(act: Callable[[], object]) -> None:
        try:
            act()
        except BusUnavailable as trouble:
            raised.append(trouble)

    with kafka.away():
        waiting = [
            threading.Thread(target=fails, args=(act,), daemon=True)
            for act in (lambda: bus.publish([message("pupil-1", 2)]), lambda: late.poll(1))
        ]
        for thread in waiting:
            thread.start()
        eventually(lambda: bus._sender._lock.locked() and late._at_it.locked())
        begun = time.monotonic()
        bus.close()
        assert time.monotonic() - begun < 8
        waiting[0].join(10)
        assert not waiting[0].is_alive()
        assert len(raised) >= 1
    waiting[1].join(30)
    assert late.poll(1) == []


def test_an_address_where_nobody_listens_is_named(kafka: KafkaServer) -> None:
    bus = KafkaBus(kafka.settings(servers=("127.0.0.1:1",), connect_seconds=0.3))
    with pytest.raises(BusUnavailable, match=r"127\.0\.0\.1:1 does not answer"):
        bus.publish([message("pupil-1", 1)])
    with pytest.raises(BusUnavailable, match=r"127\.0\.0\.1:1 does not answer"):
        bus.subscribe("care", [TOPIC], Database()).poll(1)
    before = threading.active_count()
    for _ in range(3):
        with pytest.raises(BusUnavailable):
            bus.lag("care")
    assert threading.active_count() == before
    bus.close()


def test_a_lag_that_one_broker_did_not_tell_is_asked_of_another(kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = KafkaBus(kafka.settings())
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    bus.publish([message("pupil-1", 1)])
    read_some(bus.subscribe("care", [TOPIC], Database()))
    assert bus.lag("care") == 1

    def ask_who_is_gone(_groups: object) -> None:
        raise errors.KafkaConnectionError  # as from a coordinator that the client remembers

    monkeypatch.setattr(bus._admin, "list_group_offsets", ask_who_is_gone)
    with pytest.raises(BusUnavailable, match="did not tell the lag: KafkaConnectionError"):
        bus.lag("care")
    assert bus.lag("care") == 1
    bus.close()


# --- members ------------------------------------------------------------------------------------------------------------


def test_a_killed_process_leaves_its_partitions_to_the_others(kafka: KafkaServer, tmp_path: Path) -> None:
    settings = kafka.settings()
    bus = KafkaBus(settings)
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    publish_all(bus, numbered(1, 5))

    def read_and_hold() -> None:
        member = KafkaBus(settings).subscribe("care", [TOPIC], Database())
        assert len(read_some(member)) > 0
        (tmp_path / "read").touch()
        while True:
            member.poll(1)

    pid = children.start(read_and_hold)
    eventually((tmp_path / "read").exists)
    children.kill(pid)
    assert children.end_of(pid) == -signal.SIGKILL
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=40)
    assert database.numbers_by_key() == expected(5)
    bus.close()


def test_members_that_come_and_go_while_others_read_and_write_lose_and_double_nothing(kafka: KafkaServer) -> None:
    bus = KafkaBus(kafka.settings())
    bus.create_topics(forms({TOPIC: 6}))
    database, lock = Database(), threading.Lock()
    last, done = 120, threading.Event()

    def read(life_seconds: float) -> None:
        while not done.is_set():
            member = bus.subscribe("care", [TOPIC], database)
            until = time.monotonic() + life_seconds
            while time.monotonic() < until and not done.is_set():
                try:
                    deliveries = member.poll(20)
                except BusUnavailable:  # a busy broker has not told a new member its topics yet: asked again, as by a consumer
                    continue
                with lock:
                    database.take(deliveries)
                    if heard(database, last):
                        done.set()
                member.processed(told(deliveries))
            member.close()

    readers = [threading.Thread(target=read, args=(seconds,)) for seconds in (60.0, 1.1, 1.7)]
    for reader in readers:
        reader.start()
    chance = random.Random(20_260_908)
    number = 1
    while number <= last:
        until = min(number + chance.randint(1, 6), last + 1)
        publish_all(bus, numbered(number, until - 1))
        number = until
        time.sleep(0.02)
    assert done.wait(60)
    for reader in readers:
        reader.join()
    assert database.numbers_by_key() == expected(last)
    assert database.losses == []
    bus.close()


def test_who_leaves_tells_how_far_it_was(kafka: KafkaServer) -> None:
    settings = kafka.settings(tell_seconds=600.0)
    bus = KafkaBus(settings)
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    publish_all(bus, numbered(1, 5))
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=40)
    bus.close()
    again = KafkaBus(settings)
    assert again.lag("care") == 0
    again.close()


# --- places that the broker has no more ---------------------------------------------------------------------------------


def make_anew(kafka: KafkaServer, bus: KafkaBus, topic: str, partitions: int) -> None:
    """What an operator does by mistake, or a broker that has lost its disk."""
    with kafka.admin() as admin:
        name = bus._settings.named(topic)
        admin.delete_topics([name])
        eventually(lambda: admin.describe_topics([name])[0]["error_code"])
    eventually(lambda: bus.create_topics(forms({topic: partitions})))


def test_a_topic_made_anew_under_a_reader_is_told_and_read_from_its_beginning_while_others_flow(
    kafka: KafkaServer, bus: KafkaBus
) -> None:
    database = Database()
    member = bus.subscribe("aid", [TOPIC, "care"], database)
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    bus.publish([message("pupil-2", 1, "care")])
    read_all(database, member, count=6)
    make_anew(kafka, bus, TOPIC, PARTITIONS)
    bus.publish([message("pupil-1", number) for number in range(8, 20)])  # more than were read: no offset is out of range
    bus.publish([message("pupil-2", 2, "care")])
    read_all(database, member, count=6 + 13)
    assert database.numbers_by_key()["pupil-1"][5:] == [f"pupil-1/{number}" for number in range(8, 20)]
    assert database.numbers_by_key()["pupil-2"] == ["pupil-2/1", "pupil-2/2"]
    (place,) = [place for place in database.losses if place.was.offset]
    assert (place.topic, place.loss, place.was.offset, place.now.offset) == (TOPIC, Loss.RECREATED, 5, 0)
    assert f"topic {TOPIC}, partition {place.partition}, read up to 5" in place.sentence()
    assert f"fuxue republish {TOPIC}" in place.sentence()


def test_what_comes_just_before_the_next_question_waits_neither_for_that_one_nor_for_another_brokers(
    kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = KafkaBus(kafka.settings(session_seconds=180.0, heartbeat_seconds=60.0))
    bus.create_topics(forms({TOPIC: PARTITIONS}))
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    bus.publish([message("pupil-1", 1)])
    read_all(database, member, count=1)
    assert isinstance(member, KafkaSubscription)
    assert member._membership is not None
    member._settings = msgspec.structs.replace(member._settings, poll_seconds=60.0)
    fetcher = member._membership._consumer._fetcher
    asked: list[set[TopicPartition]] = []
    ask, given_out = fetcher._create_fetch_requests, fetcher.fetched_records

    def noted() -> dict[int, tuple[object, dict[TopicPartition, int]]]:
        made: dict[int, tuple[object, dict[TopicPartition, int]]] = ask()
        asked.extend(set(offsets) for _, offsets in made.values())
        return made

    def just_before(*args: object, **options: object) -> object:
        nothing = given_out(*args, **options)
        fetcher.fetched_records = given_out
        bus.publish([message("pupil-1", 2)])
        eventually(lambda: fetcher._completed_fetches)
        return nothing

    fetcher.send_fetches()
    fetcher._fetch_futures.append(Future())  # another broker has nothing to say
    monkeypatch.setattr(fetcher, "_create_fetch_requests", noted)
    monkeypatch.setattr(fetcher, "fetched_records", just_before)
    begun = time.monotonic()
    database.take(member.poll(100))
    bus.publish([message("pupil-1", 3)])
    database.take(member.poll(100))
    assert time.monotonic() - begun < 25, "less than a poll may wait for what another broker says"
    assert database.numbers_by_key()["pupil-1"] == ["pupil-1/1", "pupil-1/2", "pupil-1/3"]
    assert {len(partitions) for partitions in asked} == {PARTITIONS}, "no partition was left out"
    bus.close()


def test_a_topic_made_anew_in_a_pause_of_its_reader_is_not_taken_for_the_old_one(kafka: KafkaServer) -> None:
    settings = kafka.settings(check_seconds=600.0)
    bus = KafkaBus(settings)
    bus.create_topics(forms({TOPIC: 1}))
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    read_all(database, member, count=5)
    assert member._membership is not None
    asked_until = member._membership._asked_until
    eventually(lambda: time.monotonic() > asked_until + settings.fetch_seconds)  # no question is left with the broker
    make_anew(kafka, bus, TOPIC, 1)
    bus.publish([message("pupil-1", number) for number in range(8, 20)])
    read_all(database, member, count=17)
    assert database.numbers_by_key()["pupil-1"][5:] == [f"pupil-1/{number}" for number in range(8, 20)]
    assert [(place.loss, place.was.offset) for place in database.losses] == [(Loss.RECREATED, 5)]
    bus.close()


def test_a_topic_made_anew_with_less_in_it_is_not_taken_for_one_cut_short(kafka: KafkaServer) -> None:
    bus = KafkaBus(kafka.settings(check_seconds=600.0))
    bus.create_topics(forms({TOPIC: 1}))
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    read_all(database, member, count=5)
    make_anew(kafka, bus, TOPIC, 1)
    bus.publish([message("pupil-1", 8)])
    read_all(database, member, count=6)
    assert database.numbers_by_key()["pupil-1"][5:] == ["pupil-1/8"]
    assert [(place.loss, place.was.offset) for place in database.losses] == [(Loss.RECREATED, 5)]
    bus.close()


def test_a_topic_made_anew_while_nobody_read_is_told_as_well(kafka: KafkaServer, bus: KafkaBus) -> None:
    database = Database()
    first = bus.subscribe("aid", [TOPIC], database)
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    read_all(database, first, count=5)
    first.close()
    make_anew(kafka, bus, TOPIC, PARTITIONS)
    bus.publish([message("pupil-1", number) for number in range(8, 20)])
    read_all(database, bus.subscribe("aid", [TOPIC], database), count=17)
    assert sorted((place.loss, place.was.offset) for place in database.losses) == [
        (Loss.RECREATED, 0),  # of the others nobody knows whether they held something when they went
        (Loss.RECREATED, 0),
        (Loss.RECREATED, 5),
    ]


def test_a_place_behind_the_end_of_its_partition_is_told_and_the_partition_read_from_its_beginning(bus: KafkaBus) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    (partition,) = {each.partition for each in read_some(bus.subscribe("other", [TOPIC], Database()))}
    database = Database(positions={(TOPIC, partition): Position(500)})
    read_all(database, bus.subscribe("care", [TOPIC], database), count=5)
    assert database.numbers_by_key() == expected(5, ["pupil-1"])
    assert [(place.loss, place.was.offset, place.now.offset) for place in database.losses] == [(Loss.CUT_SHORT, 500, 0)]


def test_an_end_that_the_broker_says_it_has_lost_is_told(bus: KafkaBus, monkeypatch: pytest.MonkeyPatch) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    read_all(database, member, count=5)
    ((_, partition),) = {place for place, position in database.positions.items() if position.offset}
    assert member._membership is not None
    right, truncated = member._membership._consumer.poll, TopicPartition(bus._settings.named(TOPIC), partition)

    def cut_short(**_asked: object) -> None:
        monkeypatch.setattr(member._membership._consumer, "poll", right)
        raise errors.LogTruncationError({truncated: None})

    monkeypatch.setattr(member._membership._consumer, "poll", cut_short)
    read_all(database, member, count=10)
    assert [(place.loss, place.was.offset, place.now.offset) for place in database.losses] == [(Loss.CUT_SHORT, 5, 0)]
    assert database.numbers_by_key() == {"pupil-1": 2 * expected(5, ["pupil-1"])["pupil-1"]}


def test_messages_that_the_broker_has_forgotten_before_they_were_read_are_told(kafka: KafkaServer, bus: KafkaBus) -> None:
    bus.publish([message("pupil-1", number) for number in range(1, 6)])
    (partition,) = {each.partition for each in read_some(bus.subscribe("other", [TOPIC], Database()))}
    database = Database()
    member = bus.subscribe("care", [TOPIC], database)
    database.take(read_some(member, 1))
    with kafka.admin() as admin:
        admin.delete_records({TopicPartition(bus._settings.named(TOPIC), partition): 4})
    member.close()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=2)
    assert database.numbers_by_key() == {"pupil-1": ["pupil-1/1", "pupil-1/5"]}
    assert [(place.loss, place.was.offset, place.now.offset) for place in database.losses] == [(Loss.FORGOTTEN, 1, 4)]


def test_a_foreign_message_is_delivered_as_it_is(kafka: KafkaServer, bus: KafkaBus) -> None:
    """Whether it is an event the consumer finds out; the reader must not stop at it."""
    producer = KafkaProducer(**kafka.settings().client())
    producer.send(bus._settings.named(TOPIC), key=None, value=b"\xff", headers=[("x", b"\xff")]).get(5)
    producer.close()
    (delivery,) = read_some(bus.subscribe("care", [TOPIC], Database()))
    assert (delivery.message.key, delivery.message.value) == ("", b"\xff")


def test_the_settings_show_no_password_and_refuse_what_cannot_work(kafka: KafkaServer) -> None:
    settings = kafka.settings(password="very-secret")
    assert "very-secret" not in f"{settings!r} {settings}"
    for wrong in ({"servers": ()}, {"user": ""}, {"delivery_seconds": 1.0}):
        with pytest.raises(Misconfigured):
            kafka.settings(**wrong)
    assert os.environ.get("KAFKA_PASSWORD") is None
