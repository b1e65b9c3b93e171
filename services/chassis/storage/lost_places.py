"""A lost place as a row of `lost_places`, alike in both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.bus.places import Loss, LostPlace, Position
from services.chassis.storage.port import Lost


def lost_row(lost: Lost) -> Mapping[str, Any]:
    """The row, its columns in the table's order."""
    place = lost.place
    return {
        "topic": place.topic,
        "bus_partition": place.partition,
        "loss": place.loss.value,
        "was_offset": place.was.offset,
        "was_topic_id": place.was.topic_id,
        "now_offset": place.now.offset,
        "now_topic_id": place.now.topic_id,
        "found_at": lost.found_at,
    }


def lost_of(row: Sequence[Any]) -> Lost:
    """The lost place in a row whose columns are in the table's order."""
    topic, partition, loss, was_offset, was_id, now_offset, now_id, found_at = row
    was, now = Position(was_offset, was_id), Position(now_offset, now_id)
    return Lost(place=LostPlace(topic=topic, partition=partition, loss=Loss(loss), was=was, now=now), found_at=found_at)
