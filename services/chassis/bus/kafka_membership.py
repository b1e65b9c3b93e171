"""One stay in a group on Kafka: a consumer, the partitions that are its own, and what stands in its way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from kafka import (  # type: ignore[import-untyped]  # kafka-python has no types
    KafkaConsumer,
    OffsetAndMetadata,
    TopicPartition,
    errors,
)
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor  # type: ignore[import-untyped]  # the same

from services.chassis.bus.kafka_clients import connected, missing_right, nothing_to_read, topics_told
from services.chassis.bus.kafka_questions import Questions
from services.chassis.bus.kafka_settings import KafkaSettings, milliseconds
from services.chassis.bus.kafka_shares import Shares
from services.chassis.bus.kafka_trouble import TOPICS_NOT_TOLD, sentence
from services.chassis.bus.places import Extent, Places, begin
from services.chassis.bus.port import TopicPartition as Place
from services.chassis.errors import BusUnavailable, Fault

RECORDS_A_FETCH = 500
"""How many records are taken from the client at once; what a poll does not deliver of them is kept for the next."""

FETCH_BYTES = 8 << 20
"""How much of all partitions the client fetches ahead."""

PAUSE_SECONDS = 0.05
"""For how long between two polls no question may be with the broker, unnoticed: in less no topic goes and comes again."""


class TopicMadeAnew(Exception):
    """A topic has another id than the one that is being read: what was fetched may be of its former life."""


class Membership:
    """A member from joining to leaving; one thread at a time. Raises the client's errors where nothing else is said."""

    def __init__(self, settings: KafkaSettings, group: str, topics: Iterable[str], places: Places) -> None:
        """Join; raises BusUnavailable."""
        self._settings = settings
        self._places = places
        self._topics = sorted(topics)
        self._refused: dict[str, float] = {}
        self._consumer, self._cluster = connected(
            KafkaConsumer,
            settings,
            group_id=settings.named(group),
            enable_auto_commit=False,
            auto_offset_reset="none",
            allow_auto_create_topics=False,
            partition_assignment_strategy=[CooperativeStickyAssignor],
            session_timeout_ms=milliseconds(settings.session_seconds),
            heartbeat_interval_ms=milliseconds(settings.heartbeat_seconds),
            fetch_max_bytes=FETCH_BYTES,
            fetch_max_wait_ms=milliseconds(settings.fetch_seconds),
            metrics_enabled=False,
        )
        self._questions = Questions(self._consumer)
        self.shares = Shares(self._consumer, self._place_of)
        self._consumer.subscribe([settings.named(topic) for topic in self._topics], listener=self.shares)
        self._asked_until, self._in_doubt = time.monotonic(), False
        if not topics_told(self._cluster, settings.connect_seconds):  # know the topics before the first word about them
            self.leave()
            raise BusUnavailable(sentence(TOPICS_NOT_TOLD, where=settings.where))

    def unread(self) -> Mapping[str, Fault]:
        """See `bus.port.Subscription`; costs no question to the broker, the client renews what it knows."""
        found: dict[str, Fault] = {}
        for topic in self._topics:
            name = self._settings.named(topic)
            if name in self._cluster.unauthorized_topics or topic in self._refused:
                found[topic] = missing_right(self._settings, "READ", "TOPIC", name)
            elif self._cluster.partitions_for_topic(name) is None:
                found[topic] = nothing_to_read(name)
        return found

    def place(self) -> Mapping[Place, int]:
        """Find where to go on in the partitions that are new here, and let them flow; answers where they begin."""
        now = time.monotonic()
        new = {
            place: share
            for place, share in self.shares.all().items()
            if not share.topic_id and self._refused.get(place[0], now) <= now
        }
        if not new or not self._of_a_known_life():
            return {}
        ids = {topic: self._topic_id(topic) for topic, _ in new}
        if "" in ids.values():
            self._cluster.request_update()  # the group knows a topic that this member has not heard of yet
        ready = {place: self._on_broker(place) for place in new if ids[place[0]]}
        if not ready:
            return {}
        timeout = milliseconds(self._settings.request_seconds)
        try:
            first = self._consumer.beginning_offsets(list(ready.values()), timeout_ms=timeout)
            end = self._consumer.end_offsets(list(ready.values()), timeout_ms=timeout)
        except errors.TopicAuthorizationFailedError as refused:
            self._refuse(refused.args[0])
            return {}
        extents = {place: Extent(ids[place[0]], first[partition], end[partition]) for place, partition in ready.items()}
        begun = begin(extents, self._places, [place for place in ready if new[place].cut_short])
        for place, partition in ready.items():
            self._consumer.seek(partition, begun[place])
            self._consumer.resume(partition)
            new[place].topic_id = extents[place].topic_id
        return begun

    def fetch(self, seconds: float) -> None:
        """Take what the client has, or wait for something; raises TopicMadeAnew."""
        self._in_doubt |= time.monotonic() - self._asked_until > PAUSE_SECONDS
        try:
            fetched = self._consumer.poll(timeout_ms=milliseconds(seconds), max_records=RECORDS_A_FETCH)
        except errors.OffsetOutOfRangeError as lost:
            self._unplace(lost.args[0])
            self._in_doubt = True
            return
        except errors.LogTruncationError as lost:
            self._unplace(lost.divergent_offsets, cut_short=True)
            return
        except errors.TopicAuthorizationFailedError as refused:
            self._refuse(refused.args[0])
            return
        finally:
            if not self._questions.held_back:
                self._asked_until = time.monotonic()
        self._forgive()
        if fetched and not self._of_a_known_life():
            self._unplace(fetched)
            return
        shares = self.shares.all()
        if any(share.topic_id and self._topic_id(place[0]) not in {"", share.topic_id} for place, share in shares.items()):
            raise TopicMadeAnew
        for partition, records in fetched.items():
            share = shares.get(self._place_of(partition))
            if share is not None and share.topic_id:
                share.records.extend(records)

    def _of_a_known_life(self) -> bool:
        """Whether what is known of the topics is at least as new as what was fetched just now.

        Kafka is asked for records by a topic's name, so one made anew is read on where the old one was left. While a question
        stays with the broker, as it does during a poll, it is answered with an error when the topic goes: then the client needs an
        update. In a pause of this reader nobody notices, so it asks by itself.
        """
        if self._in_doubt or self._cluster.need_update:
            self._in_doubt = not topics_told(self._cluster, self._settings.request_seconds)
        return not self._in_doubt

    def rewind(self, place: Place, offset: int) -> None:
        """See `bus.port.Subscription`; a partition that has yet to be placed goes on where its database says."""
        share = self.shares.get(place)
        if share is not None and share.topic_id:
            share.records.clear()
            self._consumer.seek(self._on_broker(place), offset)

    def tell(self, positions: Mapping[Place, int], *, wait: bool = False) -> None:
        """Commit positions of partitions that are this member's: they are only shown."""
        mine = self.shares.all()
        offsets = {self._on_broker(place): OffsetAndMetadata(at, "", -1) for place, at in positions.items() if place in mine}
        if offsets and wait:
            self._consumer.commit(offsets, timeout_ms=milliseconds(self._settings.close_seconds))
        elif offsets:
            self._consumer.commit_async(offsets)

    def leave(self) -> None:
        """Give the partitions to the others."""
        self._consumer.close(autocommit=False, timeout_ms=milliseconds(self._settings.close_seconds))

    # --- inside ---------------------------------------------------------------------------------------------------

    def _unplace(self, partitions: Iterable[TopicPartition], *, cut_short: bool = False) -> None:
        """The broker has not the place where these are read: another is found in the next `place`."""
        for partition in partitions:
            if share := self.shares.get(self._place_of(partition)):
                self._consumer.pause(partition)
                share.unplace(cut_short=cut_short)

    def _refuse(self, names: Iterable[str]) -> None:
        """These topics may be seen but not read: leave them alone for a while, then try again."""
        again_at = time.monotonic() + self._settings.check_seconds
        self._refused.update({name.removeprefix(self._settings.prefix): again_at for name in names})
        self._unplace([self._on_broker(place) for place in self.shares.all() if place[0] in self._refused])

    def _forgive(self) -> None:
        """What was tried again and not refused for as long may be read."""
        now, patience = time.monotonic(), self._settings.check_seconds
        self._refused = {topic: again_at for topic, again_at in self._refused.items() if now < again_at + patience}

    def _topic_id(self, topic: str) -> str:
        topic_id = self._cluster.topic_id(self._settings.named(topic))
        return "" if topic_id is None else str(topic_id)

    def _on_broker(self, place: Place) -> TopicPartition:
        return TopicPartition(self._settings.named(place[0]), place[1])

    def _place_of(self, partition: TopicPartition) -> Place:
        return partition.topic.removeprefix(self._settings.prefix), partition.partition
