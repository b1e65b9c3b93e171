"""A member of a group on the embedded bus: which partitions are its own, and how far it is in each."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol

from services.chassis.bus.places import Extent, Places, begin
from services.chassis.bus.port import Delivery, TopicPartition
from services.chassis.errors import Fault


class Log(Protocol):
    """What a member asks of the bus, and tells it."""

    def read(self, place: TopicPartition, offset: int, limit: int) -> list[Delivery]:
        """Messages of one partition from an offset on."""

    def extent(self, place: TopicPartition) -> Extent:
        """What a partition holds."""

    def note_processed(self, group: str, positions: Mapping[TopicPartition, int]) -> None:
        """Remember how far a group is."""

    def notice_the_dead(self, group: str) -> None:
        """Give the partitions of members that went without leaving to the others."""

    def leave(self, member: EmbeddedSubscription) -> None:
        """Take a member out of its group."""


class EmbeddedSubscription:
    """One member of a group on the embedded bus; see `bus.port.Subscription`."""

    def __init__(self, bus: Log, group: str, topics: frozenset[str], places: Places) -> None:
        self._bus = bus
        self._places = places
        self._lock = threading.Lock()
        self._positions: dict[TopicPartition, int | None] = {}
        self._polls = 0
        self.group = group
        self.topics = topics

    def take_or_leave(self, place: TopicPartition, *, mine: bool) -> None:
        """Called by the bus when the group changes; where to go on is asked at the next poll."""
        with self._lock:
            if mine:
                self._positions.setdefault(place, None)
            else:
                self._positions.pop(place, None)

    def poll(self, limit: int) -> list[Delivery]:
        self._bus.notice_the_dead(self.group)
        places = self._begun()
        self._polls += 1
        first = self._polls % max(len(places), 1)  # another partition begins each time: a busy one does not starve the rest
        deliveries: list[Delivery] = []
        for place, position in places[first:] + places[:first]:
            if len(deliveries) >= limit:
                break
            batch = self._bus.read(place, position, limit - len(deliveries))
            with self._lock:
                if place in self._positions:
                    self._positions[place] = batch[-1].offset + 1 if batch else position
                    deliveries.extend(batch)
        return deliveries

    def _begun(self) -> list[tuple[TopicPartition, int]]:
        """The member's partitions, and where to go on in each; whoever had a new one may have died before it told."""
        with self._lock:
            places = list(self._positions.items())
        new = {place: self._bus.extent(place) for place, position in places if position is None}
        begun = begin(new, self._places)
        self._bus.note_processed(self.group, begun)
        return [(place, begun[place] if position is None else position) for place, position in places]

    def unread(self) -> Mapping[str, Fault]:
        return {}

    def rewind(self, topic: str, partition: int, offset: int) -> None:
        with self._lock:
            if (topic, partition) in self._positions:
                self._positions[topic, partition] = offset

    def processed(self, positions: Mapping[TopicPartition, int]) -> None:
        self._bus.note_processed(self.group, positions)

    def assigned(self) -> set[TopicPartition]:
        with self._lock:
            return set(self._positions)

    def close(self) -> None:
        self._bus.leave(self)
        with self._lock:
            self._positions.clear()
