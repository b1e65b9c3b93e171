"""The embedded bus: a durable log in one SQLite file, for one machine and one process without a broker.

What every group has processed it may forget (`bus.retention`); whoever comes later, or comes back from an old copy of its
database, asks the producer to republish.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
import weakref
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import msgspec

from services.chassis.bus.embedded_file import opened
from services.chassis.bus.embedded_subscription import EmbeddedSubscription
from services.chassis.bus.layout import TopicForm
from services.chassis.bus.places import Extent, Places
from services.chassis.bus.port import Delivery, Message, TopicPartition
from services.chassis.clock import wall_now
from services.chassis.envelope import stamp
from services.chassis.errors import BusUnavailable, NoSuchTopic

LOOK_AGAIN_SECONDS = 0.5
"""The net under the wake-ups: what a lost one costs."""


class EmbeddedBus:
    """`bus.port.Bus` in one SQLite file; every acknowledged message is on disk."""

    def __init__(self, path: Path, wall: Callable[[], datetime] = wall_now) -> None:
        self._wall = wall
        self._lock = threading.RLock()
        self._wakers: list[Callable[[], None]] = []
        self._members: dict[str, list[weakref.ref[EmbeddedSubscription]]] = {}
        self._connection = opened(path, stamp(wall()))
        self._topics: dict[str, int] = dict(self._connection.execute("SELECT topic, partitions FROM topics").fetchall())
        self._topic_ids: dict[str, str] = dict(self._connection.execute("SELECT topic, topic_id FROM topics").fetchall())
        self._first: dict[TopicPartition, int] = {
            (topic, partition): offset for topic, partition, offset in self._connection.execute("SELECT * FROM forgotten")
        }
        self._readers: dict[str, set[str]] = {}
        for topic, group in self._connection.execute("SELECT topic, consumer_group FROM subscriptions"):
            self._readers.setdefault(topic, set()).add(group)
        self._next: dict[TopicPartition, int] = {
            (topic, partition): self._end(topic, partition)
            for topic, partitions in self._topics.items()
            for partition in range(partitions)
        }
        self._unwritten: dict[tuple[str, str, int], int] = {}
        self._processed: dict[tuple[str, str, int], int] = {
            (group, topic, partition): offset
            for group, topic, partition, offset in self._connection.execute("SELECT * FROM processed")
        }
        self._headers = msgspec.json.Decoder(dict[str, str])

    def create_topics(self, forms: Iterable[TopicForm]) -> Mapping[str, str]:
        wanted = list(forms)
        with self._lock:
            for form in wanted:
                if form.name not in self._topics:
                    topic_id = uuid.uuid4().hex
                    self._connection.execute("INSERT INTO topics VALUES (?, ?, ?)", (form.name, form.partitions, topic_id))
                    self._topics[form.name], self._topic_ids[form.name] = form.partitions, topic_id
                    self._next.update({(form.name, partition): 0 for partition in range(form.partitions)})
            self._assign()
            return {form.name: self._topic_ids[form.name] for form in wanted}

    def publish(self, messages: Sequence[Message]) -> int:
        rows = []
        published_at = stamp(self._wall())
        with self._lock:
            ends = dict(self._next)
            for message in messages:
                if message.topic not in self._topics:
                    raise NoSuchTopic(message.topic, f"there is no topic {message.topic}")
                place = (message.topic, zlib.crc32(message.key.encode()) % self._topics[message.topic])
                headers = msgspec.json.encode(message.headers).decode()
                rows.append((*place, ends[place], message.key, headers, message.value, published_at))
                ends[place] += 1
            with self._transaction() as connection:
                connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._next = ends
        for wake in self._wakers:
            wake()
        return len(rows)

    def subscribe(self, group: str, topics: Iterable[str], places: Places) -> EmbeddedSubscription:
        with self._lock:
            member = EmbeddedSubscription(self, group, frozenset(topics), places)
            self._read_by(group, member.topics.union(*(other.topics for other in self._present(group))))
            self._members.setdefault(group, []).append(weakref.ref(member))
            self._assign()
        return member

    @property
    def look_again_seconds(self) -> float:
        return LOOK_AGAIN_SECONDS

    def on_published(self, wake: Callable[[], None]) -> None:
        self._wakers.append(wake)

    def lag(self, group: str) -> int:
        with self._lock:
            topics = {topic for member in self._present(group) for topic in member.topics}
            return sum(end - self._processed.get((group, *place), 0) for place, end in self._next.items() if place[0] in topics)

    def forget(self, topic: str, before: datetime, limit: int) -> int:
        gone = 0
        with self._lock:
            first = dict(self._first)
            with self._transaction() as connection:
                for place in [place for place in self._next if place[0] == topic]:
                    offsets = self._forgettable(place, stamp(before), limit - gone)
                    if offsets:
                        first[place] = offsets[-1] + 1
                        connection.execute(
                            "DELETE FROM messages WHERE topic = ? AND bus_partition = ? AND bus_offset < ?", (*place, first[place])
                        )
                        connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?, ?)", (*place, first[place]))
                        gone += len(offsets)
            self._first = first
        return gone

    def close(self) -> None:
        with self._lock:
            self._write_processed()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

    def _forgettable(self, place: TopicPartition, before: str, limit: int) -> list[int]:
        """The leading offsets that every group has behind it and that are old enough."""
        groups = self._readers.get(place[0], set())
        done = min((self._processed.get((group, *place), 0) for group in groups), default=self._next[place])
        rows = self._connection.execute(
            "SELECT bus_offset, published_at FROM messages WHERE topic = ? AND bus_partition = ? AND bus_offset < ?"
            " ORDER BY bus_offset LIMIT ?",
            (*place, done, limit),
        )
        return [offset for offset, published_at in takewhile(lambda row: row[1] < before, rows)]

    def _read_by(self, group: str, topics: Collection[str]) -> None:
        """Remember, beyond this process, which topics a group reads; what it does not read any more waits for it no longer."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM subscriptions WHERE consumer_group = ?", (group,))
            connection.executemany("INSERT INTO subscriptions VALUES (?, ?)", [(group, topic) for topic in topics])
        for groups in self._readers.values():
            groups.discard(group)
        for topic in topics:
            self._readers.setdefault(topic, set()).add(group)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, and with it how far the groups are; raises BusUnavailable."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._write_processed()
            self._connection.execute("COMMIT")
            self._unwritten.clear()
        except sqlite3.Error as trouble:
            raise BusUnavailable(str(trouble)) from trouble
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    # --- for subscriptions ----------------------------------------------------------------------------------------

    def read(self, place: TopicPartition, offset: int, limit: int) -> list[Delivery]:
        """Messages of one partition from an offset on."""
        with self._lock:
            if self._next.get(place, 0) <= offset:
                return []
            try:
                rows = self._connection.execute(
                    "SELECT bus_offset, key, headers, value FROM messages"
                    " WHERE topic = ? AND bus_partition = ? AND bus_offset >= ? ORDER BY bus_offset LIMIT ?",
                    (*place, offset, limit),
                ).fetchall()
            except sqlite3.OperationalError as trouble:
                raise BusUnavailable(str(trouble)) from trouble
        return [
            Delivery(
                topic_id=self._topic_ids[place[0]],
                partition=place[1],
                offset=at,
                message=Message(topic=place[0], key=key, headers=self._headers.decode(headers), value=value),
            )
            for at, key, headers, value in rows
        ]

    def extent(self, place: TopicPartition) -> Extent:
        """What a partition holds: from the first message that is not forgotten on."""
        with self._lock:
            return Extent(self._topic_ids[place[0]], self._first.get(place, 0), self._next[place])

    def note_processed(self, group: str, positions: Mapping[TopicPartition, int]) -> None:
        """Remember how far a group is; whoever forgets it after a crash forgets no message, so it is written with the next ones."""
        with self._lock:
            told = {(group, *place): offset for place, offset in positions.items()}
            self._processed.update(told)
            self._unwritten.update(told)

    def leave(self, member: EmbeddedSubscription) -> None:
        """Take a member out of its group."""
        with self._lock:
            others = [other for other in self._present(member.group) if other is not member]
            self._members[member.group] = [weakref.ref(other) for other in others]
            self._assign()

    def notice_the_dead(self, group: str) -> None:
        """Give the partitions of members that went without leaving to the others."""
        with self._lock:
            if any(member() is None for member in self._members.get(group, ())):
                self._assign()

    def _present(self, group: str) -> list[EmbeddedSubscription]:
        return [member for reference in self._members.get(group, ()) if (member := reference()) is not None]

    def _write_processed(self) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO processed VALUES (?, ?, ?, ?)",
            [(*place, offset) for place, offset in self._unwritten.items()],
        )

    def _end(self, topic: str, partition: int) -> int:
        row = self._connection.execute(
            "SELECT coalesce(max(bus_offset) + 1, 0) FROM messages WHERE topic = ? AND bus_partition = ?",
            (topic, partition),
        ).fetchone()
        return max(int(row[0]), self._first.get((topic, partition), 0))

    def _assign(self) -> None:
        for group in self._members:
            members = self._present(group)
            self._members[group] = [weakref.ref(member) for member in members]
            for place in sorted(self._next):
                takers = [member for member in members if place[0] in member.topics]
                for index, member in enumerate(takers):
                    member.take_or_leave(place, mine=index == place[1] % len(takers))
