"""Where topics end is asked of whichever broker is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import errors

from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.chassis.errors import BusUnavailable
from services.deployed import ends
from services.deployed.ends import TopicEnds

SETTINGS = KafkaSettings(servers=("kafka:9092", "kafka-2:9092"), security=Security.PLAINTEXT)


@dataclass
class Admin:
    """A connection that only knows one broker."""

    alive: bool
    closed: bool = False

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [{"name": name, "error_code": 0, "partitions": [{}, {}]} for name in names]

    def list_partition_offsets(self, places: Mapping[Any, Any]) -> dict[Any, Any]:
        if not self.alive:
            raise errors.KafkaConnectionError
        return {place: SimpleNamespace(offset=7) for place in places}

    def close(self) -> None:
        self.closed = True


def test_after_a_broker_that_has_gone_another_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = Admin(alive=False), Admin(alive=True)
    connections = iter((gone, there))
    monkeypatch.setattr(ends, "connected", lambda _make, _settings: (next(connections), None))
    topic_ends = TopicEnds(SETTINGS)
    with pytest.raises(BusUnavailable, match="kafka:9092,kafka-2:9092 did not tell where topics end: KafkaConnectionError"):
        topic_ends()
    assert gone.closed
    assert set(topic_ends().values()) == {7}
    topic_ends.close()
    assert there.closed
