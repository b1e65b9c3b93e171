"""Publishing to Kafka: in order per key also when a send fails in the middle, and nothing counted that is not acknowledged.

Messages go out in waves small enough that each partition gets its part of a wave in one batch, which Kafka takes whole or not at
all; the next wave leaves when the whole wave is acknowledged. So nothing of a key can overtake what failed before it. After any
failure the producer is thrown away, and with it what it may still have had in hand: its successor has another id, and what
arrives late from the old one is a repeat.

The partition follows from the key by murmur2, as in Kafka's other clients.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import KafkaProducer, errors  # type: ignore[import-untyped]  # kafka-python has no types

from services.chassis.bus.kafka_clients import connected, fault_of, nowhere_to_write, topics_told
from services.chassis.bus.kafka_settings import BATCH_BYTES, KafkaSettings, milliseconds
from services.chassis.bus.kafka_trouble import TOO_LARGE, sentence
from services.chassis.bus.port import Message
from services.chassis.errors import Fault, Misconfigured

WAVE_BYTES = BATCH_BYTES // 2
"""Together with what Kafka adds to each record a wave stays below one batch."""

RECORD_BYTES = 32
HEADER_BYTES = 4
"""Upper bounds of what Kafka adds to a record and to a header of it."""

LINGER_SECONDS = 2.0
"""How long a batch may wait for the rest of its wave; the wave's end sends it at once."""

LARGEST_MESSAGE_BYTES = BATCH_BYTES - 4096

Record = tuple[str, bytes, bytes, list[tuple[str, bytes]]]


class Sender:
    """One publication at a time, by one producer that is made when it is first needed."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._producer: Any = None
        self._cluster: Any = None

    def publish(self, messages: Sequence[Message]) -> int:
        """See `bus.port.Bus`."""
        acknowledged = 0
        with self._lock:
            for wave in self._waves(messages):
                done, fault = self._send(wave)
                acknowledged += done
                if fault is not None:
                    self._throw_away()
                    if not acknowledged:
                        raise fault
                    break
        return acknowledged

    def close(self) -> None:
        """Let go of the producer; a publication that another thread waits for and that does not end is broken off."""
        if self._lock.acquire(timeout=self._settings.close_seconds):
            try:
                self._throw_away()
            finally:
                self._lock.release()
        elif (producer := self._producer) is not None:
            producer._sender.force_close()  # noqa: SLF001  it ends the other thread's wait, which then throws the producer away

    def _waves(self, messages: Sequence[Message]) -> Iterator[list[Record]]:
        wave: list[Record] = []
        size = 0
        for message in messages:
            record = self._record(message)
            size += _size(record)
            if wave and size > WAVE_BYTES:
                yield wave
                wave, size = [], _size(record)
            wave.append(record)
        if wave:
            yield wave

    def _record(self, message: Message) -> Record:
        headers = [(name, value.encode()) for name, value in message.headers.items()]
        return self._settings.named(message.topic), message.key.encode(), message.value, headers

    def _send(self, wave: Sequence[Record]) -> tuple[int, Fault | None]:
        """Send a wave and wait for its end; answers how many of its leading records are acknowledged, and why not all."""
        futures: list[Any] = []
        topic = wave[0][0]
        if (size := _size(wave[0])) > LARGEST_MESSAGE_BYTES:
            return 0, Misconfigured(sentence(TOO_LARGE, size=size, topic=topic))
        try:
            producer = self._connected()
            for topic in dict.fromkeys(record[0] for record in wave):
                self._must_know(producer, topic)
            for topic, key, value, headers in wave:
                futures.append(producer.send(topic, key=key, value=value, headers=headers))
            producer.flush(self._settings.delivery_seconds + self._settings.request_seconds)
        except Fault as fault:
            return 0, fault
        except errors.KafkaError as trouble:
            return _leading(futures), fault_of(trouble, self._settings, "WRITE", topic)
        done = _leading(futures)
        if done == len(wave):
            return done, None
        return done, fault_of(futures[done].exception or errors.KafkaTimeoutError(), self._settings, "WRITE", wave[done][0])

    def _must_know(self, producer: Any, topic: str) -> None:
        """Ask once for a topic that the client has not seen yet, so that a missing one is told before anything is sent."""
        if self._cluster.partitions_for_topic(topic) is not None:
            return
        try:
            producer.partitions_for(topic)
        except errors.KafkaTimeoutError as trouble:
            if topics_told(self._cluster, self._settings.request_seconds):
                raise nowhere_to_write(self._settings, topic) from trouble
            raise

    def _connected(self) -> Any:
        if self._producer is None:
            settings = self._settings
            self._producer, self._cluster = connected(
                KafkaProducer,
                settings,
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                metrics_enabled=False,
                batch_size=BATCH_BYTES,
                max_request_size=BATCH_BYTES,
                linger_ms=milliseconds(min(LINGER_SECONDS, settings.request_seconds)),
                delivery_timeout_ms=milliseconds(settings.delivery_seconds),
                max_block_ms=milliseconds(settings.request_seconds),
            )
        return self._producer

    def _throw_away(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=self._settings.close_seconds)
        except errors.KafkaTimeoutError:  # it waits for what it has in hand, then gives up without stopping its thread
            producer._sender.force_close()  # noqa: SLF001  nothing public stops a producer that cannot finish
            producer.close(timeout=self._settings.close_seconds)


def _size(record: Record) -> int:
    _, key, value, headers = record
    return RECORD_BYTES + len(key) + len(value) + sum(HEADER_BYTES + len(name) + len(text) for name, text in headers)


def _leading(futures: Sequence[Any]) -> int:
    """How many of the first records are acknowledged."""
    return next((done for done, future in enumerate(futures) if not future.succeeded()), len(futures))
