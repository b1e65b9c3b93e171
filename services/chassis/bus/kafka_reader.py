"""Reading from Kafka as a member of a group: positions are the reader's own, what the broker is told only shows lag."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping

import structlog
from kafka import errors  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_clients import missing_right
from services.chassis.bus.kafka_membership import Membership, TopicMadeAnew
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_trouble import GAVE_NOTHING, sentence
from services.chassis.bus.places import Places
from services.chassis.bus.port import Delivery, TopicPartition
from services.chassis.errors import BusUnavailable, Fault

log = structlog.get_logger()


class KafkaSubscription:
    """See `bus.port.Subscription`. It joins with the first poll, and anew after whatever broke a stay in the group."""

    def __init__(self, settings: KafkaSettings, group: str, topics: Iterable[str], places: Places) -> None:
        self._settings = settings
        self._places = places
        self._membership: Membership | None = None
        self._told: dict[TopicPartition, int] = {}
        self._untold: dict[TopicPartition, int] = {}
        self._tell_at = 0.0
        self._closed = threading.Event()
        self._at_it = threading.Lock()
        self.group = group
        self.topics = frozenset(topics)

    def poll(self, limit: int) -> list[Delivery]:
        if self._closed.is_set():
            return []
        if not self.topics:
            self._closed.wait(self._settings.poll_seconds)
            return []
        with self._at_it:
            try:
                self._read(limit)
            except TopicMadeAnew:
                self._leave()
            except errors.KafkaError as trouble:
                self._fail(trouble)
            if self._closed.is_set():  # meanwhile, and without waiting for this
                self._leave()
                return []
            deliveries = self._membership.shares.deal(limit) if self._membership else []
            if not deliveries and len(unread := self.unread()) == len(self.topics):
                raise next(iter(unread.values()))
            return deliveries

    def _read(self, limit: int) -> None:
        """Have records at hand: of new partitions from where the database says, of others from where they were left."""
        member = self._membership
        if member is None:
            member = self._membership = Membership(self._settings, self.group, self.topics, self._places)
        self._note(member.place())
        waiting = member.shares.waiting()
        if waiting < limit:
            member.fetch(0 if waiting else self._settings.poll_seconds)
            self._note(member.place())
        self._tell(member)

    def unread(self) -> Mapping[str, Fault]:
        return self._membership.unread() if self._membership else {}

    def rewind(self, topic: str, partition: int, offset: int) -> None:
        with self._at_it:
            if self._membership is not None:
                self._membership.rewind((topic, partition), offset)

    def processed(self, positions: Mapping[TopicPartition, int]) -> None:
        with self._at_it:
            self._note(positions)
            if self._membership is not None:
                self._tell(self._membership)

    def told(self) -> Mapping[TopicPartition, int]:
        """How far this member has said to be in the partitions that are its own."""
        mine = self.assigned()
        return {place: offset for place, offset in dict(self._told).items() if place in mine}

    def assigned(self) -> set[TopicPartition]:
        return set(self._membership.shares.all()) if self._membership else set()

    @property
    def closed(self) -> bool:
        """Whether it has left for good."""
        return self._closed.is_set()

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        if not self._at_it.acquire(timeout=self._settings.close_seconds):
            log.warning("left_without_a_word", group=self.group)  # its thread waits for a broker; the group will miss it
            return
        try:
            if self._membership is not None:
                try:
                    self._membership.tell(self._untold, wait=True)
                except errors.KafkaError as trouble:  # whoever is given the partitions tells it
                    log.info("lag_not_told", group=self.group, trouble=type(trouble).__name__)
                self._leave()
        finally:
            self._at_it.release()

    def _note(self, positions: Mapping[TopicPartition, int]) -> None:
        self._told.update(positions)
        self._untold.update(positions)

    def _tell(self, member: Membership) -> None:
        """Tell the broker now and then how far this member is."""
        if self._untold and time.monotonic() >= self._tell_at:
            member.tell(self._untold)
            self._untold.clear()
            self._tell_at = time.monotonic() + self._settings.tell_seconds

    def _leave(self) -> None:
        member, self._membership = self._membership, None
        self._untold.clear()
        if member is not None:
            member.leave()

    def _fail(self, trouble: Exception) -> None:
        """Raise what an error of the client means; after one that does not pass by itself the next poll joins anew."""
        if isinstance(trouble, errors.GroupAuthorizationFailedError):
            self._leave()
            raise missing_right(self._settings, "READ", "GROUP", self._settings.named(self.group)) from trouble
        if not isinstance(trouble, errors.RetriableError):
            self._leave()
        raise BusUnavailable(sentence(GAVE_NOTHING, where=self._settings.where, kind=type(trouble).__name__)) from trouble
