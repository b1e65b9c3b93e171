"""The consumer: every event of the bus has one effect, in order per stream, and a poisonous one stops only its own key.

version ≤ last handled: a repeat, passed over · last + 1: handled · beyond: a gap, it waits parked until the missing one comes.
Effect, journal and position are one transaction, of several messages where none makes trouble, else one by one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from functools import partial

import sqlalchemy as sa
import structlog

from services.chassis.bus.cloudevents import NotOurMessage, from_message
from services.chassis.bus.port import Bus, Delivery, Subscription
from services.chassis.envelope import Context, Envelope
from services.chassis.errors import BusUnavailable, NotFound, Refusal, VersionConflict
from services.chassis.reactions import OnRefusal
from services.chassis.storage.port import Parked
from services.chassis.turn import Turn, Turns

log = structlog.get_logger()

MESSAGES_A_POLL = 200
TURN_SECONDS = 0.02
"""How long one turn of several messages may hold the writer's place; a request waits no longer than that."""

TRANSIENT = (VersionConflict, BusUnavailable, sqlite3.OperationalError, sa.exc.OperationalError, OSError)
"""What passes by itself: the message is taken again later. Everything else is the message's own trouble and parks its key."""

GAP = "gap"


class ParkedElsewhere(NotFound):
    """There is no parked event at that position."""

    zh = "没有第 {position} 号搁置事件。"
    en = "There is no parked event number {position}."


class Poison(Exception):
    """An event that cannot be handled; `reason` is a stable code, `detail` holds ids and types only."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(reason)


class Consumer:
    """One member of the service's group on the bus."""

    def __init__(self, turns: Turns, bus: Bus) -> None:
        self._turns = turns
        self._model = turns.model
        self._subscription: Subscription = bus.subscribe(
            turns.model.service, turns.model.listens_to, turns.store.offset
        )  # fmt: skip

    def step(self) -> int:
        """Take what the bus has; answers how many messages are done.

        Raises what is transient after rewinding to the first message that is not done; call again later.
        """
        deliveries = self._subscription.poll(MESSAGES_A_POLL)
        done = 0
        try:
            while done < len(deliveries):
                done += self._several(deliveries[done:])
        except TRANSIENT:
            self._rewind(deliveries[done:])
            raise
        if deliveries:
            self._subscription.processed({(d.message.topic, d.partition): d.offset + 1 for d in deliveries})
        return done

    def close(self) -> None:
        """Leave the group."""
        self._subscription.close()

    # --- parked events, for the operator --------------------------------------------------------------------------

    def replay(self, position: int) -> int:
        """Handle a parked event and what waits behind it on its key; answers how many were handled.

        Stops, and parks again, at the first that still cannot be handled. Raises ParkedElsewhere.
        """
        return self._release(self._parked_at(position), handle_first=True)

    def discard(self, position: int) -> int:
        """Count a parked event as handled without effect, then go on with what waits behind it on its key."""
        return self._release(self._parked_at(position), handle_first=False)

    def _parked_at(self, position: int) -> Parked:
        for parked in self._turns.store.parked():
            if parked.position == position:
                return parked
        raise ParkedElsewhere(position=position)

    def _release(self, first: Parked, *, handle_first: bool) -> int:
        key = first.envelope.partition_key
        waiting = [parked for parked in self._turns.store.parked() if parked.envelope.partition_key == key]
        handled = 0
        for parked in waiting:
            discard = parked.position == first.position and not handle_first
            try:
                self._turns.run(partial(self._take_back, parked=parked, discard=discard))
            except Poison as poison:
                log.warning("still_parked", position=parked.position, reason=poison.reason, detail=poison.detail)
                break
            handled += 1
        return handled

    def _take_back(self, turn: Turn, parked: Parked, *, discard: bool) -> None:
        envelope = parked.envelope
        last = turn.last_received(envelope.stream_id)
        if envelope.version > last + 1:
            raise Poison(GAP, f"{envelope.stream_id} is at {last}, this is version {envelope.version}")
        turn.batch.unparked.append(parked.position)
        if envelope.version <= last:
            return
        if discard:
            turn.journal(envelope, parked.topic)
        else:
            self._effect(turn, envelope, parked.topic)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _several(self, deliveries: Sequence[Delivery]) -> int:
        """Handle leading messages in one turn; where one is poisonous, each in its own turn."""
        taken: list[Delivery] = []
        try:
            with self._turns.open() as turn:
                waiting = turn.parked_keys()
                until = time.monotonic() + TURN_SECONDS
                for delivery in deliveries:
                    taken.append(delivery)
                    self._one(turn, delivery, waiting)
                    if time.monotonic() > until:
                        break
                turn.commit()
        except Poison:
            for delivery in taken:
                self._turns.run(partial(self._one_or_park, delivery=delivery))
        self._after(taken)
        return len(taken)

    def _one(self, turn: Turn, delivery: Delivery, waiting: set[str]) -> None:
        message = delivery.message
        turn.batch.offsets[message.topic, delivery.partition] = delivery.offset + 1
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
        if envelope.version > last + 1:
            raise Poison(GAP, f"{envelope.stream_id} is at {last}, this is version {envelope.version}")
        if envelope.partition_key in waiting and not self._fills_gap(envelope):
            raise Poison("behind-parked", "an earlier event of the same key waits")
        self._effect(turn, envelope, message.topic)

    def _one_or_park(self, turn: Turn, delivery: Delivery) -> None:
        try:
            self._one(turn, delivery, turn.parked_keys())
        except Poison as poison:
            turn.start_again()
            turn.batch.offsets[delivery.message.topic, delivery.partition] = delivery.offset + 1
            envelope = from_message(delivery.message)
            turn.park(envelope, delivery.message.topic, poison.reason, poison.detail)
            log.warning(
                "event_parked",
                event_id=envelope.event_id,
                type=envelope.type,
                reason=poison.reason,
                detail=poison.detail,
            )

    def _fills_gap(self, envelope: Envelope) -> bool:
        """Whether the key waits only for this event: then it may pass, and those behind it follow."""
        ahead = [p for p in self._turns.store.parked() if p.envelope.partition_key == envelope.partition_key]
        return bool(ahead) and ahead[0].reason == GAP and ahead[0].envelope.stream_id == envelope.stream_id

    def _after(self, taken: Sequence[Delivery]) -> None:
        """Let go on what waited for one of the messages just handled."""
        keys = {delivery.message.key for delivery in taken}
        for parked in self._first_of_each_key():
            if parked.reason == GAP and parked.envelope.partition_key in keys:
                self._release(parked, handle_first=True)

    def _first_of_each_key(self) -> Iterator[Parked]:
        seen: set[str] = set()
        for parked in self._turns.store.parked():
            if parked.envelope.partition_key not in seen:
                seen.add(parked.envelope.partition_key)
                yield parked

    def _effect(self, turn: Turn, envelope: Envelope, topic: str) -> None:
        """Journal, project, react; raises Poison for what this service cannot do with the event."""
        try:
            turn.journal(envelope, topic)
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
        except (Poison, *TRANSIENT):
            raise
        except Exception as trouble:
            log.exception("event_not_handled", event_id=envelope.event_id, type=envelope.type)
            raise Poison(type(trouble).__name__, f"{envelope.type} {envelope.event_id}") from trouble

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
