"""The consumer: every event of the bus has one effect, in order per stream, and a poisonous one stops only its own key.

version ≤ last handled: a repeat, passed over · last + 1: handled · beyond: a gap, it waits parked until the missing one comes.
Effect, journal and position are one transaction, of several messages where none makes trouble, else one by one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import msgspec
import structlog

from services.chassis.bus.cloudevents import NotOurMessage, from_message
from services.chassis.bus.places import LostPlace, Position
from services.chassis.bus.port import Bus, Delivery, Subscription, TopicPartition
from services.chassis.envelope import Context, Envelope
from services.chassis.errors import NotFound, Refusal, RuleBroken
from services.chassis.reactions import OnRefusal
from services.chassis.republication import LogRepublished
from services.chassis.storage.port import Parked
from services.chassis.transient import TRANSIENT
from services.chassis.turn import TURN_SECONDS, Turn, Turns

log = structlog.get_logger()

MESSAGES_A_POLL = 200
GAP = "gap"
BEHIND = "behind-parked"
PASSING = (GAP, BEHIND)
"""Reasons that go away by themselves once what they wait for has come; any other waits for the operator."""


class ParkedElsewhere(NotFound):
    """There is no parked event at that position."""

    zh = "没有第 {position} 号搁置事件。"
    en = "There is no parked event number {position}."


class EarlierStillWaits(RuleBroken):
    """An event before this one, of the same stream, is missing or parked too."""

    zh = "第 {position} 号搁置事件之前的事件尚未到达或仍在搁置，请先处理前面的事件。"
    en = "An event before parked event number {position} is missing or parked itself; deal with that one first."


class Poison(Exception):
    """An event that cannot be handled; `reason` is a stable code, `detail` holds ids and types only."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        self.bug: Exception | None = None
        super().__init__(reason)


def poison_of(trouble: Exception, envelope: Envelope) -> Poison:
    """What is kept of an event's trouble; of an exception that no rule foresaw its type alone."""
    if isinstance(trouble, Poison):
        return trouble
    poison = Poison(type(trouble).__name__, f"{envelope.type} {envelope.event_id}")
    poison.bug = trouble
    return poison


def gap(envelope: Envelope, last: int) -> Poison:
    """An event before this one has not come yet."""
    return Poison(GAP, f"{envelope.stream_id} is at {last}, this is version {envelope.version}")


BEHIND_ANOTHER = Poison(BEHIND, "an earlier event of the same key waits")


def in_order(waiting: Iterable[Parked]) -> list[Parked]:
    """What waits on a key as it came, but of each stream by version: a missing event may be parked behind its followers."""
    came = list(waiting)
    by_version = sorted(came, key=lambda parked: parked.envelope.version, reverse=True)
    of_stream: dict[str, list[Parked]] = {}
    for parked in by_version:
        of_stream.setdefault(parked.envelope.stream_id, []).append(parked)
    return [of_stream[parked.envelope.stream_id].pop() for parked in came]


class Waiting:
    """What waits on one key, as a turn of several messages sees it: read once, and added to by the turn itself."""

    def __init__(self, parked: Iterable[Parked]) -> None:
        came = list(parked)
        self._places = {(one.envelope.stream_id, one.envelope.version) for one in came}
        first = in_order(came)[0] if came else None
        self._first = None if first is None else (first.envelope.stream_id, first.envelope.version, first.reason)

    def has(self, envelope: Envelope) -> bool:
        """Whether this event waits already."""
        return (envelope.stream_id, envelope.version) in self._places

    def why_not_now(self, envelope: Envelope, last: int) -> Poison | None:
        """Why an event after `last` of its stream cannot be handled now; nothing where it can."""
        if envelope.version > last + 1:
            return BEHIND_ANOTHER if (envelope.stream_id, envelope.version - 1) in self._places else gap(envelope, last)
        if self._first is None or (self._first[0], self._first[2]) == (envelope.stream_id, GAP):
            return None  # the key waits for nothing, or only for this event: those behind it follow
        return BEHIND_ANOTHER

    def add(self, envelope: Envelope, reason: str) -> None:
        """One more waits."""
        self._places.add((envelope.stream_id, envelope.version))
        first = self._first
        if first is None or (first[0] == envelope.stream_id and envelope.version < first[1]):
            self._first = (envelope.stream_id, envelope.version, reason)


def _log_parked(envelope: Envelope, poison: Poison) -> None:
    log.warning(
        "event_parked",
        event_id=envelope.event_id,
        type=envelope.type,
        reason=poison.reason,
        detail=poison.detail,
        exc_info=poison.bug,
    )


class KeptPlaces:
    """How far the service is on the bus, in its own database; see `bus.places.Places`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def position(self, topic: str, partition: int) -> Position:
        return self._turns.store.bus_position(topic, partition)

    def keep(self, positions: Mapping[TopicPartition, Position]) -> None:
        self._turns.run(lambda turn: turn.batch.offsets.update(positions))

    def lost(self, place: LostPlace) -> None:
        log.error("place_lost", loss=place.loss.value, topic=place.topic, partition=place.partition, what=place.sentence())
        self._turns.run(lambda turn: turn.lose(place))


class Consumer:
    """One member of the service's group on the bus."""

    def __init__(self, turns: Turns, bus: Bus) -> None:
        self._turns = turns
        self._model = turns.model
        self._types = turns.model.catalogue.types()
        self._looked_back = False
        self._unread: dict[str, str] = {}
        self._subscription: Subscription = bus.subscribe(turns.model.service, turns.model.listens_to, KeptPlaces(turns))

    def step(self) -> int:
        """Take what the bus has; answers how many messages are done.

        Raises what is transient after rewinding to the first message that is not done; call again later.
        """
        if not self._looked_back:  # a crash may have come between a missing event and those that waited for it
            self._let_go({parked.envelope.partition_key for parked in self._turns.store.parked()})
            self._looked_back = True
        deliveries = self._subscription.poll(MESSAGES_A_POLL)
        self._tell_unread()
        done = 0
        try:
            while done < len(deliveries):
                done += self._several(deliveries[done:])
        except BaseException:
            self._rewind(deliveries[done:])
            raise
        if deliveries:
            self._subscription.processed({(d.message.topic, d.partition): d.offset + 1 for d in deliveries})
        return done

    def close(self) -> None:
        """Leave the group."""
        self._subscription.close()

    def _tell_unread(self) -> None:
        """Tell which topics cannot be read, once for each reason, and when they can again."""
        unread = {topic: str(why) for topic, why in self._subscription.unread().items()}
        for topic, why in unread.items():
            if self._unread.get(topic) != why:
                log.error("topic_unread", topic=topic, what=why)
        for topic in self._unread.keys() - unread.keys():
            log.info("topic_read_again", topic=topic)
        self._unread = unread

    # --- parked events, for the operator --------------------------------------------------------------------------

    def replay(self, position: int) -> int:
        """Handle the key of a parked event from its first waiting event on; answers how many were handled.

        Stops at the first that still cannot be handled; that one stays, with its reason. Raises ParkedElsewhere.
        """
        return self._release(self.parked_at(position).envelope.partition_key)

    def discard(self, position: int) -> int:
        """Count a parked event as handled without effect, then go on with its key; answers how many are done with.

        Raises ParkedElsewhere, and EarlierStillWaits where an event before it, of its stream, has not been handled.
        """
        parked = self.parked_at(position)
        self._turns.run(partial(self._drop, parked=parked))
        return 1 + self._release(parked.envelope.partition_key)

    def parked_at(self, position: int) -> Parked:
        for parked in self._turns.store.parked():
            if parked.position == position:
                return parked
        raise ParkedElsewhere(position=position)

    def _drop(self, turn: Turn, parked: Parked) -> None:
        last = turn.last_received(parked.envelope.stream_id)
        if parked.envelope.version > last + 1:
            raise EarlierStillWaits(position=parked.position)
        turn.batch.unparked.append(parked.position)
        if parked.envelope.version == last + 1:
            turn.journal_discarded(parked.envelope, parked.topic)

    def _release(self, key: str) -> int:
        """Handle what waits on a key, in order, until the first that cannot be; what came meanwhile is handled too."""
        handled = 0
        while waiting := self._turns.store.parked(key):
            while waiting:
                first = in_order(waiting)[0]  # asked again each time: what is handled leaves its place to what came before others
                try:
                    self._turns.run(partial(self._take_back, parked=first))
                except TRANSIENT:
                    raise
                except Exception as trouble:  # noqa: BLE001  whatever the event's own trouble is, the event keeps waiting
                    self._stays(first, poison_of(trouble, first.envelope))
                    return handled
                waiting.remove(first)
                handled += 1
        return handled

    def _take_back(self, turn: Turn, parked: Parked) -> None:
        envelope = parked.envelope
        last = turn.last_received(envelope.stream_id)
        if envelope.version > last + 1:
            raise gap(envelope, last)
        turn.batch.unparked.append(parked.position)
        if envelope.version > last:
            self._effect(turn, envelope, parked.topic)

    def _stays(self, parked: Parked, poison: Poison) -> None:
        log.warning("still_parked", position=parked.position, reason=poison.reason, detail=poison.detail)
        again = msgspec.structs.replace(parked, reason=poison.reason, detail=poison.detail)
        if again != parked:
            self._turns.run(lambda turn: turn.batch.parked.append(again))

    # --- inside ---------------------------------------------------------------------------------------------------

    def _several(self, deliveries: Sequence[Delivery]) -> int:
        """Handle leading messages in one turn; where one makes trouble, each in its own turn."""
        taken: list[Delivery] = []
        waiting: dict[str, Waiting | None] = {}
        any_wait = False
        try:
            with self._turns.open() as turn:
                waiting = self._waiting(turn)
                until = time.monotonic() + TURN_SECONDS
                for delivery in deliveries:
                    taken.append(delivery)
                    self._one(turn, delivery, waiting)
                    if time.monotonic() > until:
                        break
                turn.commit()
            any_wait = bool(waiting)
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001  whose trouble it is shows when each has a turn of its own, and is kept there
            for delivery in taken:
                self._alone(delivery)
            any_wait = True
        if any_wait:
            self._let_go({delivery.message.key for delivery in taken})
        return len(taken)

    def _waiting(self, turn: Turn) -> dict[str, Waiting | None]:
        """The keys that wait; what waits on one is read when a message of it comes."""
        return dict.fromkeys(turn.parked_keys())

    def _one(self, turn: Turn, delivery: Delivery, waiting: dict[str, Waiting | None]) -> None:
        message = delivery.message
        turn.batch.offsets[message.topic, delivery.partition] = delivery.behind
        try:
            envelope = from_message(message)
        except NotOurMessage as foreign:
            log.warning(
                "message_ignored",
                topic=message.topic,
                partition=delivery.partition,
                offset=delivery.offset,
                why=str(foreign),
            )
            return
        last = turn.last_received(envelope.stream_id)
        if envelope.version <= last:
            return
        key = envelope.partition_key
        ahead = waiting.get(key) or Waiting(self._turns.store.parked(key) if key in waiting else ())
        if ahead.has(envelope):
            return
        poison = ahead.why_not_now(envelope, last)
        if poison is None:
            self._effect(turn, envelope, message.topic)
        else:
            turn.park(envelope, message.topic, poison.reason, poison.detail)
            ahead.add(envelope, poison.reason)
            _log_parked(envelope, poison)
        if poison is not None or key in waiting:
            waiting[key] = ahead

    def _alone(self, delivery: Delivery) -> None:
        try:
            self._turns.run(lambda turn: self._one(turn, delivery, self._waiting(turn)))
        except TRANSIENT:
            raise
        except Exception as trouble:  # noqa: BLE001  the trouble is kept with the event, where the operator sees it
            self._park(delivery, poison_of(trouble, from_message(delivery.message)))

    def _park(self, delivery: Delivery, poison: Poison) -> None:
        envelope = from_message(delivery.message)

        def park(turn: Turn) -> None:
            turn.batch.offsets[delivery.message.topic, delivery.partition] = delivery.behind
            turn.park(envelope, delivery.message.topic, poison.reason, poison.detail)

        self._turns.run(park)
        _log_parked(envelope, poison)

    def _let_go(self, keys: Iterable[str]) -> None:
        """Handle what waited on these keys for something that may have come."""
        for key in sorted(keys):
            ahead = in_order(self._turns.store.parked(key))
            if ahead and ahead[0].reason in PASSING:
                self._release(key)

    def _effect(self, turn: Turn, envelope: Envelope, topic: str) -> None:
        """Journal, project, react; raises Poison for a refusal that parks, and whatever a bug raises."""
        turn.journal(envelope, topic)
        known = self._types.get(envelope.type)
        if known is LogRepublished:
            turn.batch.said_again[topic] = envelope.recorded_at
        if known is not None and known not in self._model.heard:
            return
        event = self._model.catalogue.decode(envelope)
        if topic != self._model.topic:
            turn.project(event, envelope)
        context = Context(
            actor=f"service:{self._model.service}",
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            traceparent=envelope.traceparent,
            occurred_at=envelope.occurred,
        )
        for when in self._model.reactions_on.get(type(event), ()):
            for command in when.then(event, envelope, turn):
                try:
                    turn.execute(command, context)
                except Refusal as refusal:
                    self._refused(when.on_refusal(refusal), refusal, envelope, type(command).__name__)

    def _refused(self, what: OnRefusal, refusal: Refusal, envelope: Envelope, command: str) -> None:
        if what is OnRefusal.PARK:
            raise Poison(refusal.code(), f"{command} after {envelope.type} {envelope.event_id}") from refusal
        if what is OnRefusal.RECORD:
            log.info("command_refused", command=command, code=refusal.code(), event_id=envelope.event_id)

    def _rewind(self, deliveries: Sequence[Delivery]) -> None:
        seen: set[tuple[str, int]] = set()
        for delivery in deliveries:
            place = (delivery.message.topic, delivery.partition)
            if place not in seen:
                seen.add(place)
                self._subscription.rewind(*place, delivery.offset)
