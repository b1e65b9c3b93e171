"""The consumer: every event of the bus has one effect, in order per stream, and a poisonous one stops only its own key.

version ≤ last handled: a repeat, passed over · last + 1: handled · beyond: a gap, it waits parked until the missing one comes.
Effect, journal and position are one transaction, of several messages where none makes trouble, else one by one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import structlog

from services.chassis.bus.cloudevents import NotOurMessage, from_message
from services.chassis.bus.port import Bus, Delivery, Subscription
from services.chassis.envelope import Envelope
from services.chassis.handling import Handling
from services.chassis.kept_places import KeptPlaces
from services.chassis.parked import ParkedEvents
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn
from services.chassis.turns import TURN_SECONDS, Turns
from services.chassis.waiting import Poison, Waiting, poison_of

log = structlog.get_logger()

MESSAGES_A_POLL = 200


class Consumer:
    """One member of the service's group on the bus."""

    def __init__(self, turns: Turns, handling: Handling, parked: ParkedEvents, bus: Bus) -> None:
        self._turns = turns
        self._handling = handling
        self._parked = parked
        self._looked_back = False
        self._unread: dict[str, str] = {}
        model = turns.model
        self._subscription: Subscription = bus.subscribe(model.service, model.listens_to, KeptPlaces(turns))

    def step(self) -> int:
        """Take what the bus has; answers how many messages are done.

        Raises what is transient after rewinding to the first message that is not done; call again later.
        """
        if not self._looked_back:  # a crash may have come between a missing event and those that waited for it
            self._parked.let_go({parked.envelope.partition_key for parked in self._turns.store.parked()})
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

    # --- inside ---------------------------------------------------------------------------------------------------

    def _tell_unread(self) -> None:
        """Tell which topics cannot be read, once for each reason, and when they can again."""
        unread = {topic: str(why) for topic, why in self._subscription.unread().items()}
        for topic, why in unread.items():
            if self._unread.get(topic) != why:
                log.error("topic_unread", topic=topic, what=why)
        for topic in self._unread.keys() - unread.keys():
            log.info("topic_read_again", topic=topic)
        self._unread = unread

    def _several(self, deliveries: Sequence[Delivery]) -> int:
        """Handle leading messages in one turn; where one makes trouble, each in its own turn."""
        taken: list[Delivery] = []
        waiting: dict[str, Waiting | None] = {}
        any_wait = False
        try:
            with self._turns.open() as turn:
                waiting = _keys_that_wait(turn)
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
            self._parked.let_go({delivery.message.key for delivery in taken})
        return len(taken)

    def _one(self, turn: Turn, delivery: Delivery, waiting: dict[str, Waiting | None]) -> None:
        message = delivery.message
        turn.journal.reach(message.topic, delivery.partition, delivery.behind)
        try:
            envelope = self._of_this_county(from_message(message))
        except NotOurMessage as foreign:
            where = {"topic": message.topic, "partition": delivery.partition, "offset": delivery.offset}
            turn.say(partial(log.warning, "message_ignored", **where, why=str(foreign)))
            return
        last = turn.journal.last_version(envelope.stream_id)
        if envelope.version <= last:
            return
        key = envelope.partition_key
        ahead = waiting.get(key) or Waiting(self._turns.store.parked(key) if key in waiting else ())
        if ahead.has(envelope):
            return
        poison = ahead.why_not_now(envelope, last)
        if poison is None:
            self._handling.take(turn, envelope, message.topic)
        else:
            _park(turn, envelope, message.topic, poison)
            ahead.add(envelope, poison.reason)
        if poison is not None or key in waiting:
            waiting[key] = ahead

    def _of_this_county(self, envelope: Envelope) -> Envelope:
        """The event; raises NotOurMessage for one of another county, which only a deployment on the same broker can have sent."""
        if envelope.county != self._turns.county.code:
            raise NotOurMessage(
                f"事件 {envelope.event_id} 属于县 {envelope.county}：两套部署共用了 Kafka，请各设自己的 FUXUE_KAFKA_PREFIX。\n"
                f"event {envelope.event_id} is of county {envelope.county}:"
                " two deployments share the broker, give each a FUXUE_KAFKA_PREFIX of its own."
            )
        return envelope

    def _alone(self, delivery: Delivery) -> None:
        try:
            self._turns.run(lambda turn: self._one(turn, delivery, _keys_that_wait(turn)))
        except TRANSIENT:
            raise
        except Exception as trouble:  # noqa: BLE001  the trouble is kept with the event, where the operator sees it
            self._turns.run(partial(_put_aside, delivery=delivery, trouble=trouble))

    def _rewind(self, deliveries: Sequence[Delivery]) -> None:
        seen: set[tuple[str, int]] = set()
        for delivery in deliveries:
            place = (delivery.message.topic, delivery.partition)
            if place not in seen:
                seen.add(place)
                self._subscription.rewind(*place, delivery.offset)


def _keys_that_wait(turn: Turn) -> dict[str, Waiting | None]:
    """What waits on one is read when a message of it comes."""
    return dict.fromkeys(turn.journal.parked_keys())


def _put_aside(turn: Turn, delivery: Delivery, trouble: Exception) -> None:
    envelope, topic = from_message(delivery.message), delivery.message.topic
    turn.journal.reach(topic, delivery.partition, delivery.behind)
    _park(turn, envelope, topic, poison_of(trouble, envelope))


def _park(turn: Turn, envelope: Envelope, topic: str, poison: Poison) -> None:
    turn.journal.park(envelope, topic, poison.reason, poison.detail)
    which = {"event_id": envelope.event_id, "type": envelope.type}
    turn.say(partial(log.warning, "event_parked", **which, reason=poison.reason, detail=poison.detail, exc_info=poison.bug))
