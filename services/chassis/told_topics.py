"""The topics on which others outside are told: made where they are missing, and held against the life in which they were seen.

Who reads there is not of the house, so nobody else tells when such a topic has lost what it held: it was deleted, or the broker's
disk replaced. The service keeps the id of each one's life where it keeps its places as a reader, and one made anew is a lost place
(`bus.places`): an alarm until everything that was ever told is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import structlog

from services.chassis.bus.layout import TopicFamily
from services.chassis.bus.places import Loss, LostPlace, Position
from services.chassis.bus.port import Bus
from services.chassis.clock import wall_now
from services.chassis.emptied_topics import emptied
from services.chassis.envelope import stamp
from services.chassis.storage.port import Batch, EventStore, Lost

log = structlog.get_logger()

LOOK_SECONDS = 60.0
"""How long a topic that was emptied may stay unnoticed while nothing new is told there."""

WHOLE = 0
"""The partition under whose number a topic's life is kept: all have one life."""


class ToldTopics:
    """Those of one service, as its relay knows them; `service` is whose log is sent again to fill them."""

    def __init__(
        self, store: EventStore, bus: Bus, family: TopicFamily, service: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._bus = bus
        self._family = family
        self._service = service
        self._monotonic = monotonic
        self._look_at = float("-inf")
        self._known: set[str] = set()

    def kept_days(self) -> dict[str, int]:
        """For how long each of them keeps its messages."""
        return dict.fromkeys(self._known, self._family.kept_days)

    def ready(self, topics: Collection[str]) -> None:
        """Make those that are not known to be there. Raises BusUnavailable, BusForbidden."""
        if new := set(topics) - self._known:
            self._see(new)

    def look(self) -> None:
        """See now and then whether all on which anything was told are what they were. Raises BusUnavailable, BusForbidden."""
        if self._monotonic() >= self._look_at:
            self.see()

    def see(self) -> None:
        """See at once whether they are what they were. Raises BusUnavailable, BusForbidden."""
        self._look_at = self._monotonic() + LOOK_SECONDS
        self._see({topic for topic, _ in self._store.bus_positions() if topic.startswith(self._family.prefix)} | self._known)

    def forget(self, topic: str) -> bool:
        """It is not there: it is made before it is next needed. Answers whether it is one of these."""
        self._known.discard(topic)
        return topic.startswith(self._family.prefix)

    def _see(self, topics: Collection[str]) -> None:
        if not topics:
            return
        lives = self._bus.create_topics([self._family.form(topic) for topic in sorted(topics)])
        batch = Batch()
        for topic, topic_id in lives.items():
            was, now = self._store.bus_position(topic, WHOLE), Position(topic_id=topic_id)
            if was != now:
                batch.offsets[topic, WHOLE] = now
            if was.topic_id not in {"", topic_id}:
                batch.lost.append(self._lost(topic, was, now))
        if not batch.empty():
            with self._store.transaction() as transaction:
                transaction.commit(batch)
        self._known |= lives.keys()

    def _lost(self, topic: str, was: Position, now: Position) -> Lost:
        place = LostPlace(topic=topic, partition=WHOLE, loss=Loss.RECREATED, was=was, now=now)
        log.error("told_topic_emptied", topic=topic, what=emptied(topic, self._service))
        return Lost(place=place, found_at=stamp(wall_now()))
