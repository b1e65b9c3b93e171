"""State machines: store, bus, relay and consumer against models that fit a screen, in whatever order things happen.

`FUXUE_HYPOTHESIS=long` looks longer than CI does.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.places import Position
from services.chassis.bus.port import Bus, Delivery, Message, Subscription
from services.chassis.envelope import Envelope
from services.chassis.errors import BusUnavailable, Refusal, StoreBusy, VersionConflict
from services.chassis.parked import EarlierStillWaits
from services.chassis.relay import Relay
from services.chassis.storage.port import Batch, Received
from services.chassis.waiting import BEHIND, GAP
from tests.chassis.bus import adapters as buses
from tests.chassis.bus.adapters import Database, message, read_all
from tests.chassis.conftest import Town
from tests.chassis.deliveries import Roll, Trouble, diary, publish
from tests.chassis.storage.adapters import TOPIC, Opened, commit, event, sqlite_in
from tests.chassis.toy import House, care_model, in_directory
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.kafka import KafkaServer
from tests.topics import forms

TIMES = {"ci": 1, "long": 50}[os.environ.get("FUXUE_HYPOTHESIS", "ci")]


def looking(examples: int) -> settings:
    """How long a machine looks: cheap ones longer."""
    health = [HealthCheck.too_slow]
    return settings(max_examples=examples * TIMES, stateful_step_count=25, deadline=None, suppress_health_check=health)


class InADirectory(RuleBasedStateMachine):
    """A machine with a directory of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._place = ExitStack()
        self.directory = Path(self._place.enter_context(TemporaryDirectory()))

    def teardown(self) -> None:
        self._place.close()


# --- the store --------------------------------------------------------------------------------------------------------

STREAMS = st.sampled_from(["case-1", "case-2", "case-3"])


class StoreMachine(InADirectory):
    """Batches, good and bad, in any order; what is in the store is what the model says, also after a restart."""

    @initialize()
    def begin(self) -> None:
        self.opened = Opened(sqlite_in(self.directory))
        self.log: list[Envelope] = []
        self.outbox: list[str] = []
        self.received: list[Envelope] = []
        self.counter = 0
        self.offset = 0

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.store.close()
        super().teardown()

    def _next(self, streams: Sequence[str]) -> list[Envelope]:
        heads = {e.stream_id: e for e in self.log}
        events = []
        for stream_id in streams:
            head = heads.get(stream_id)
            heads[stream_id] = event(stream_id, head.version + 1 if head else 1, prev_hash=head.hash if head else "")
            events.append(heads[stream_id])
        return events

    def _batch(self, streams: Sequence[str]) -> Batch:
        events = self._next(streams)
        batch = Batch(events=events, outbox=[(TOPIC, e.stream_id, e.version) for e in events])
        for one in events:
            batch.expected.setdefault(one.stream_id, one.version - 1)
        batch.counters["number"] = (self.counter, self.counter + 1)
        batch.offsets["roll", 0] = Position(self.offset + 1, "life")
        batch.received.append(Received(envelope=event("pupil-1", len(self.received) + 1), topic="roll"))
        return batch

    @rule(streams=st.lists(STREAMS, max_size=4))
    def good_batch(self, streams: list[str]) -> None:
        batch = self._batch(streams)
        commit(self.opened.store, batch)
        self.log += batch.events
        self.outbox += [e.event_id for e in batch.events]
        self.received += [received.envelope for received in batch.received]
        self.counter += 1
        self.offset += 1

    @rule(streams=st.lists(STREAMS, max_size=4), fault=st.sampled_from(["stream", "counter", "received", "left", "raised"]))
    def bad_batch(self, streams: list[str], fault: str) -> None:
        batch = self._batch(streams)
        match fault:
            case "stream":
                batch.expected["case-9"] = 1
            case "counter":
                batch.counters["number"] = (self.counter + 1, self.counter + 2)
            case "received" if self.received:
                batch.received.append(Received(envelope=self.received[-1], topic="roll"))
            case "left":
                with self.opened.store.transaction() as transaction:
                    assert transaction.counter("number") == self.counter
                return
            case _:
                with pytest.raises(ZeroDivisionError), self.opened.store.transaction():
                    raise ZeroDivisionError
                return
        with pytest.raises(VersionConflict):
            commit(self.opened.store, batch)

    @rule(data=st.data())
    def acknowledge_some(self, data: st.DataObject) -> None:
        waiting = self.opened.store.outbox(100)
        done = data.draw(st.lists(st.sampled_from(waiting), unique_by=lambda row: row[0]) if waiting else st.just([]))
        self.opened.store.acknowledge([number for number, _, _ in done])
        gone = {e.event_id for _, _, e in done}
        self.outbox = [event_id for event_id in self.outbox if event_id not in gone]

    @rule()
    def restart(self) -> None:
        self.opened.reopen()

    @invariant()
    def it_holds_what_the_model_holds(self) -> None:
        store = self.opened.store
        assert list(store.walk_from(0)) == self.log
        assert list(store.walk()) == sorted(self.log, key=lambda e: (e.stream_id, e.version))
        assert [e.event_id for _, _, e in store.outbox(1000)] == self.outbox
        assert list(store.walk_received()) == self.received
        assert store.bus_position("roll", 0).offset == self.offset
        assert store.streams() == {e.stream_id: (e.version, e.hash) for e in self.log}
        with store.transaction() as transaction:
            assert transaction.counter("number") == self.counter
            assert transaction.received_version("pupil-1") == len(self.received)


# --- the bus ----------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["pupil-1", "pupil-2", "pupil-3", "pupil-4"])


class BusMachine(InADirectory):
    """Members come, go and die, read and forget what they read; every key arrives whole and in order."""

    def __init__(self, open_bus: buses.OpenBus | None = None) -> None:
        super().__init__()
        self.open_bus = open_bus or partial(EmbeddedBus, self.directory / "bus.sqlite")

    @initialize()
    def begin(self) -> None:
        self.sent: dict[str, list[str]] = defaultdict(list)
        self.database = Database()
        self.members: list[Subscription] = []
        self._open()

    def _open(self) -> None:
        self.bus: Bus = self.open_bus()
        self.bus.create_topics(forms({buses.TOPIC: buses.PARTITIONS}))

    def teardown(self) -> None:
        if hasattr(self, "bus"):
            self.join()
            read_all(self.database, *self.members, count=sum(map(len, self.sent.values())))
            assert self.database.numbers_by_key() == dict(self.sent)
            self.bus.close()
        super().teardown()

    @rule(keys=st.lists(KEYS, min_size=1, max_size=8))
    def send(self, keys: list[str]) -> None:
        batch = []
        for key in keys:
            one = message(key, len(self.sent[key]) + 1)
            self.sent[key].append(one.headers["ce_id"])
            batch.append(one)
        assert self.bus.publish(batch) == len(batch)

    @rule()
    def join(self) -> None:
        self.members.append(self.bus.subscribe("care", [buses.TOPIC], self.database))

    def _one(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.members) - 1))

    @precondition(lambda self: self.members)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        self.members.pop(self._one(data)).close()

    @precondition(lambda self: self.members)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        buses.break_off(self.members.pop(self._one(data)))

    @precondition(lambda self: self.members)
    @rule(data=st.data(), limit=st.integers(1, 9))
    def read(self, data: st.DataObject, limit: int) -> None:
        """Read, do some of it, go back to the first that was not done."""
        member = self.members[self._one(data)]
        deliveries = member.poll(limit)
        done = data.draw(st.integers(0, len(deliveries)))
        self.database.take(deliveries[:done])
        self._rewind(member, deliveries[done:])
        member.processed(buses.told(deliveries[:done]))

    def _rewind(self, member: Subscription, deliveries: Sequence[Delivery]) -> None:
        seen = set()
        for delivery in deliveries:
            if delivery.partition not in seen:
                seen.add(delivery.partition)
                member.rewind(buses.TOPIC, delivery.partition, delivery.offset)

    @rule()
    def restart(self) -> None:
        self.members.clear()
        self.bus.close()
        self._open()

    @invariant()
    def nothing_overtakes_and_nothing_doubles(self) -> None:
        if hasattr(self, "database"):
            for key, numbers in self.database.numbers_by_key().items():
                assert numbers == self.sent[key][: len(numbers)]


# --- the relay --------------------------------------------------------------------------------------------------------


class FlakyBus:
    """A bus whose sends fail as it is told: `limit` of a batch are taken, of which `told` are acknowledged."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.limit, self.told = 1_000, 1_000

    def publish(self, messages: Sequence[Message]) -> int:
        """See `Bus.publish`."""
        taken = messages[: self.limit]
        self._bus.publish(taken)
        if not min(self.limit, self.told):
            raise BusUnavailable("no answer")
        return min(len(taken), self.told)


class RelayMachine(InADirectory):
    """Commands, failed and half-failed sends, restarts: care hears each child's story once and in order."""

    @initialize()
    def begin(self) -> None:
        self.town = Town(in_directory(self.directory))
        self._build()

    def _build(self) -> None:
        self.house = self.town.rebuild_house(care_model(extra_reactions=Trouble().reactions()))
        self.flaky = FlakyBus(self.house.bus)
        self.relay = Relay(self.house.roll.store, self.flaky, "roll")  # type: ignore[arg-type]  # a relay only publishes

    @rule(child=st.integers(1, 3), missing=st.booleans())
    def something_happens(self, child: int, missing: bool) -> None:
        pupil_id = f"p{child}"
        self.house.tell(EnrolPupil(pupil_id=pupil_id))
        try:
            self.house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY) if missing else EndAbsence(pupil_id=pupil_id))
        except Refusal:
            return

    @rule(limit=st.integers(0, 5), told=st.integers(0, 5))
    def relay_badly(self, limit: int, told: int) -> None:
        self.flaky.limit, self.flaky.told = limit, told
        try:
            self.relay.step()
        except BusUnavailable:
            return

    @rule()
    def consume(self) -> None:
        self.house.care_crew.consumer.step()

    @rule()
    def restart(self) -> None:
        self._build()

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.settle()
            self.every_story_is_told_once_and_in_order(whole=True)
            assert self.house.care.store.parked() == []
            self.house.close()
        super().teardown()

    @invariant()
    def every_story_is_told_once_and_in_order(self, *, whole: bool = False) -> None:
        if not hasattr(self, "house"):
            return
        for child in ("p1", "p2", "p3"):
            happened = [e.event_id for e in self.house.roll.store.walk([f"pupil-{child}"]) if "Fell" not in e.type]
            told = diary(self.house, child)
            assert told == (happened if whole else happened[: len(told)])


# --- the consumer -----------------------------------------------------------------------------------------------------


class Model:
    """How a consumer should behave, one event at a time, without a store, a bus or a batch."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self.last: dict[str, int] = defaultdict(int)
        self.waiting: dict[str, list[Envelope]] = defaultdict(list)
        self.blocked: set[str] = set()
        self.diary: dict[str, list[str]] = defaultdict(list)

    def _can(self, event: Envelope) -> bool:
        return event.event_id not in self.trouble.bugs | self.trouble.refused

    def _is_next(self, event: Envelope) -> bool:
        return event.version == self.last[event.stream_id] + 1

    def _handle(self, event: Envelope) -> None:
        self.last[event.stream_id] = event.version
        self.diary[event.partition_key].append(event.event_id)

    def in_order(self, key: str) -> list[Envelope]:
        """As it came, but each stream by version."""
        came = self.waiting[key]
        streams = {
            e.stream_id: iter(sorted((o for o in came if o.stream_id == e.stream_id), key=lambda o: o.version)) for e in came
        }
        return [next(streams[e.stream_id]) for e in came]

    def deliver(self, event: Envelope) -> None:
        key = event.partition_key
        if event.version <= self.last[event.stream_id] or event in self.waiting[key]:
            return
        ahead = self.in_order(key)
        passes = not ahead or (not self._is_next(ahead[0]) and ahead[0].stream_id == event.stream_id)
        if self._is_next(event) and passes and self._can(event):
            self._handle(event)
        else:
            self.waiting[key].append(event)
            if self._is_next(event) and passes:
                self.blocked.add(event.event_id)
        self.let_go(key)

    def let_go(self, key: str) -> None:
        """What waits for nothing any more follows; what ran into trouble before waits for the operator."""
        ahead = self.in_order(key)
        if ahead and ahead[0].event_id not in self.blocked:
            self.release(key)

    def release(self, key: str) -> None:
        while ahead := self.in_order(key):
            first = ahead[0]
            if not self._is_next(first):
                self.blocked.discard(first.event_id)
                return
            if not self._can(first):
                self.blocked.add(first.event_id)
                return
            self.waiting[key].remove(first)
            self.blocked.discard(first.event_id)
            self._handle(first)

    def discard(self, event: Envelope) -> None:
        self.waiting[event.partition_key].remove(event)
        self.blocked.discard(event.event_id)
        self.last[event.stream_id] = event.version
        self.release(event.partition_key)


MANY_EVENTS = 30
"""So many are in the air that repeats, gaps and trouble meet."""


class ConsumerMachine(InADirectory):
    """Repeats, gaps, any order across streams and keys, trouble that comes and goes, an operator, restarts."""

    @initialize()
    def begin(self) -> None:
        self.town = Town(in_directory(self.directory))
        self.trouble = Trouble()
        self.model = Model(self.trouble)
        self.roll = Roll()
        self.made: list[Envelope] = []
        for child in "abc":
            self.a_child_lives(child)
        self._build()

    def _build(self) -> None:
        self.house: House = self.town.rebuild_house(care_model(extra_reactions=self.trouble.reactions()))

    @rule(child=st.sampled_from("abc"))
    def a_child_lives(self, child: str) -> None:
        """Two of the children share a key, so that streams must wait for each other."""
        if len(self.made) < MANY_EVENTS:
            self.made += self.roll.life(child, key="twins" if child in "ab" else child)

    def _to_come(self) -> list[Envelope]:
        """The next events of each stream, those of different streams side by side."""
        ahead = [e for e in self.made if e.version > self.model.last[e.stream_id]]
        return sorted(ahead, key=lambda e: (e.version - self.model.last[e.stream_id], e.stream_id)) or self.made

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def arrives(self, data: st.DataObject) -> None:
        """Any events in any order; mostly the next ones."""
        ahead = self._to_come()
        some = st.lists(st.sampled_from(ahead[:6]) | st.sampled_from(self.made), min_size=1, max_size=3)
        chosen = data.draw(some | st.integers(1, 6).map(lambda count: ahead[:count]), label="events")
        publish(self.house, *chosen)
        self._consume()
        for one in chosen:
            self.model.deliver(one)

    def _consume(self) -> None:
        while True:
            try:
                if not self.house.care_crew.consumer.step():
                    return
            except StoreBusy:
                continue

    @precondition(lambda self: self.made)
    @rule(data=st.data(), kind=st.sampled_from(["bugs", "refused"]))
    def trouble_comes(self, data: st.DataObject, kind: str) -> None:
        getattr(self.trouble, kind).add(data.draw(st.sampled_from(self._to_come()[:4])).event_id)

    @precondition(lambda self: self.made)
    @rule(data=st.data(), times=st.integers(1, 3))
    def trouble_that_passes(self, data: st.DataObject, times: int) -> None:
        self.trouble.passing[data.draw(st.sampled_from(self._to_come()[:4])).event_id] = times

    @rule()
    def trouble_is_mended(self) -> None:
        self.trouble.bugs.clear()
        self.trouble.refused.clear()

    @rule(data=st.data(), replays=st.booleans())
    def operator(self, data: st.DataObject, replays: bool) -> None:
        parked = self.house.care.store.parked()
        if not parked:
            return
        chosen = data.draw(st.sampled_from(parked), label="parked")
        self.trouble.passing.clear()
        if replays:
            self.house.care.parked.replay(chosen.position)
            self.model.release(chosen.envelope.partition_key)
        elif chosen.envelope.version > self.model.last[chosen.envelope.stream_id] + 1:
            with pytest.raises(EarlierStillWaits):
                self.house.care.parked.discard(chosen.position)
        else:
            self.house.care.parked.discard(chosen.position)
            self.model.discard(chosen.envelope)

    @rule()
    def restart(self) -> None:
        self._build()
        self._consume()
        for key in list(self.model.waiting):
            self.model.let_go(key)

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.trouble_is_mended()
            self.trouble.passing.clear()
            publish(self.house, *self.made)
            self._consume()
            for parked in self.house.care.store.parked():
                if parked.position in {waiting.position for waiting in self.house.care.store.parked()}:
                    self.house.care.parked.replay(parked.position)
            assert self.house.care.store.parked() == []
            with self.house.care.store.transaction() as transaction:
                for stream_id, head in self.roll.heads.items():
                    assert transaction.received_version(stream_id) == head.version
            for key in {e.partition_key for e in self.made}:
                heard = diary(self.house, key)
                assert len(heard) == len(set(heard))
            self.house.close()
        super().teardown()

    @invariant()
    def it_did_what_the_model_did(self) -> None:
        if not hasattr(self, "house"):
            return
        parked = self.house.care.store.parked()
        waiting: dict[str, set[str]] = defaultdict(set)
        for each in parked:
            waiting[each.envelope.partition_key].add(each.envelope.event_id)
        assert dict(waiting) == {key: {e.event_id for e in events} for key, events in self.model.waiting.items() if events}
        for key in {e.partition_key for e in self.made}:
            assert diary(self.house, key) == self.model.diary[key]
        for each in parked:
            is_blocked = each.envelope.event_id in self.model.blocked
            assert (each.reason not in (GAP, BEHIND)) == is_blocked


def test_members_of_a_broker_come_go_and_die(kafka: KafkaServer) -> None:
    def machine() -> BusMachine:
        return BusMachine(partial(KafkaBus, kafka.settings()))

    run_state_machine_as_test(machine, settings=looking(3))  # type: ignore[no-untyped-call]  # hypothesis leaves it so


TestStore: Any = StoreMachine.TestCase
TestBus: Any = BusMachine.TestCase
TestRelay: Any = RelayMachine.TestCase
TestConsumer: Any = ConsumerMachine.TestCase
TestStore.settings = looking(40)
TestBus.settings = looking(80)
TestRelay.settings = looking(15)
TestConsumer.settings = looking(20)
