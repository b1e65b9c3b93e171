"""The embedded bus: a durable log in one SQLite file, for one machine and one process without a broker."""

from __future__ import annotations

import sqlite3
import threading
import weakref
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from services.chassis.bus.port import Delivery, Message, PositionOf, TopicPartition
from services.chassis.errors import BusUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, bus_offset INTEGER NOT NULL,
    key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (topic, bus_partition, bus_offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS processed (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, bus_partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic, bus_partition)
) WITHOUT ROWID;
"""


class EmbeddedBus:
    """`bus.port.Bus` in one SQLite file; every acknowledged message is on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._wakers: list[Callable[[], None]] = []
        self._members: dict[str, list[weakref.ref[EmbeddedSubscription]]] = {}
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        self._topics: dict[str, int] = dict(self._connection.execute("SELECT topic, partitions FROM topics").fetchall())
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

    def create_topics(self, topics: Mapping[str, int]) -> None:
        with self._lock:
            for topic, partitions in topics.items():
                if topic not in self._topics:
                    self._connection.execute("INSERT INTO topics VALUES (?, ?)", (topic, partitions))
                    self._topics[topic] = partitions
                    self._next.update({(topic, partition): 0 for partition in range(partitions)})
            self._assign()

    def publish(self, messages: Sequence[Message]) -> int:
        rows = []
        with self._lock:
            ends = dict(self._next)
            for message in messages:
                if message.topic not in self._topics:
                    raise BusUnavailable(f"there is no topic {message.topic}")
                place = (message.topic, zlib.crc32(message.key.encode()) % self._topics[message.topic])
                headers = msgspec.json.encode(message.headers).decode()
                rows.append((*place, ends[place], message.key, headers, message.value))
                ends[place] += 1
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", rows)
                self._write_processed()
                self._connection.execute("COMMIT")
                self._unwritten.clear()
            except sqlite3.Error as trouble:
                raise BusUnavailable(str(trouble)) from trouble
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            self._next = ends
        for wake in self._wakers:
            wake()
        return len(rows)

    def subscribe(self, group: str, topics: Iterable[str], position_of: PositionOf) -> EmbeddedSubscription:
        with self._lock:
            member = EmbeddedSubscription(self, group, frozenset(topics), position_of)
            self._members.setdefault(group, []).append(weakref.ref(member))
            self._assign()
        return member

    def on_published(self, wake: Callable[[], None]) -> None:
        self._wakers.append(wake)

    def lag(self, group: str) -> int:
        with self._lock:
            topics = {topic for member in self._present(group) for topic in member.topics}
            return sum(end - self._processed.get((group, *place), 0) for place, end in self._next.items() if place[0] in topics)

    def close(self) -> None:
        with self._lock:
            self._write_processed()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

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
                partition=place[1],
                offset=at,
                message=Message(topic=place[0], key=key, headers=self._headers.decode(headers), value=value),
            )
            for at, key, headers, value in rows
        ]

    def note_processed(self, group: str, positions: Mapping[TopicPartition, int]) -> None:
        """Remember how far a group is; it is only shown, so it is written with the next messages, not by itself."""
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
        return int(row[0])

    def _assign(self) -> None:
        for group in self._members:
            members = self._present(group)
            self._members[group] = [weakref.ref(member) for member in members]
            for place in sorted(self._next):
                takers = [member for member in members if place[0] in member.topics]
                for index, member in enumerate(takers):
                    member.take_or_leave(place, mine=index == place[1] % len(takers))


class EmbeddedSubscription:
    """One member of a group on the embedded bus; see `bus.port.Subscription`."""

    def __init__(self, bus: EmbeddedBus, group: str, topics: frozenset[str], position_of: PositionOf) -> None:
        self._bus = bus
        self._position_of = position_of
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
        with self._lock:
            places = list(self._positions.items())
        self._polls += 1
        first = self._polls % max(len(places), 1)  # another partition begins each time: a busy one does not starve the rest
        deliveries: list[Delivery] = []
        for place, held in places[first:] + places[:first]:
            if len(deliveries) >= limit:
                break
            position = self._position_of(*place) if held is None else held
            if held is None:  # whoever read here before may have died between its commit and telling
                self._bus.note_processed(self.group, {place: position})
            batch = self._bus.read(place, position, limit - len(deliveries))
            with self._lock:
                if place in self._positions:
                    self._positions[place] = batch[-1].offset + 1 if batch else position
                    deliveries.extend(batch)
        return deliveries

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
