"""Parked events: what waits because it could not be handled, replayed or discarded by an operator, or let go by what has come."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec
import structlog

from services.chassis.errors import NotFound, RuleBroken
from services.chassis.handling import Handling
from services.chassis.storage.port import Parked
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.chassis.waiting import PASSING, Poison, gap, in_order, poison_of

log = structlog.get_logger()


class ParkedElsewhere(NotFound):
    """There is no parked event at that position."""

    zh = "没有第 {position} 号搁置事件。"
    en = "There is no parked event number {position}."


class EarlierStillWaits(RuleBroken):
    """An event before this one, of the same stream, is missing or parked too."""

    zh = "第 {position} 号搁置事件之前的事件尚未到达或仍在搁置，请先处理前面的事件。"
    en = "An event before parked event number {position} is missing or parked itself; deal with that one first."


class ParkedEvents:
    """What waits in one service; any of its processes may act on it."""

    def __init__(self, turns: Turns, handling: Handling) -> None:
        self._turns = turns
        self._handling = handling

    def replay(self, position: int) -> int:
        """Handle the key of a parked event from its first waiting event on; answers how many were handled.

        Stops at the first that still cannot be handled; that one stays, with its reason. Raises ParkedElsewhere.
        """
        return self._release(self.at(position).envelope.partition_key)

    def discard(self, position: int) -> int:
        """Count a parked event as handled without effect, then go on with its key; answers how many are done with.

        Raises ParkedElsewhere, and EarlierStillWaits where an event before it, of its stream, has not been handled.
        """
        parked = self.at(position)
        self._turns.run(partial(self._drop, parked=parked))
        return 1 + self._release(parked.envelope.partition_key)

    def at(self, position: int) -> Parked:
        """The event that waits there; raises ParkedElsewhere."""
        for parked in self._turns.store.parked():
            if parked.position == position:
                return parked
        raise ParkedElsewhere(position=position)

    def _drop(self, turn: Turn, parked: Parked) -> None:
        last = turn.journal.last_version(parked.envelope.stream_id)
        if parked.envelope.version > last + 1:
            raise EarlierStillWaits(position=parked.position)
        turn.journal.let_go(parked)
        if parked.envelope.version == last + 1:
            turn.journal.discard(parked.envelope, parked.topic)

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
        last = turn.journal.last_version(envelope.stream_id)
        if envelope.version > last + 1:
            raise gap(envelope, last)
        turn.journal.let_go(parked)
        if envelope.version > last:
            self._handling.take(turn, envelope, parked.topic)

    def _stays(self, parked: Parked, poison: Poison) -> None:
        log.warning("still_parked", position=parked.position, reason=poison.reason, detail=poison.detail)
        again = msgspec.structs.replace(parked, reason=poison.reason, detail=poison.detail)
        if again != parked:
            self._turns.run(lambda turn: turn.journal.stays(again))

    def let_go(self, keys: Iterable[str]) -> None:
        """Handle what waited on these keys for something that may have come."""
        for key in sorted(keys):
            ahead = in_order(self._turns.store.parked(key))
            if ahead and ahead[0].reason in PASSING:
                self._release(key)
