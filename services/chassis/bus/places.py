"""How far a reader is in a partition, and what becomes of a place that the bus does not have any more.

An offset counts in one life of a topic: one that was deleted and made anew, or whose broker lost its state, begins at 0 again
under another id. So a reader keeps the topic's id beside the offset, and is never set back silently: a lost place is told to
its database before it goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec


class Position(msgspec.Struct, frozen=True):
    """Where a reader goes on in a partition; `topic_id` is the life in which the offset counts, empty before the first message."""

    offset: int = 0
    topic_id: str = ""


class Extent(msgspec.Struct, frozen=True):
    """What a partition holds now: messages from `first` up to, but without, `end`."""

    topic_id: str
    first: int
    end: int


class Loss(StrEnum):
    """How a place was lost."""

    RECREATED = "recreated"
    CUT_SHORT = "cut_short"
    FORGOTTEN = "forgotten"


_HOW = {
    Loss.RECREATED: "the topic was made anew",
    Loss.CUT_SHORT: "the partition ends before the place up to which it was read: the broker has lost its end",
    Loss.FORGOTTEN: "the bus has forgotten messages before they were read",
}


class LostPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place that the bus has no more, and where the reader goes on instead; events between may be missing."""

    topic: str
    partition: int
    loss: Loss
    was: Position
    now: Position

    def sentence(self) -> str:
        """What happened, and what to do about it."""
        where = f"topic {self.topic}, partition {self.partition}, read up to {self.was.offset}, goes on at {self.now.offset}"
        return f"{where}: {_HOW[self.loss]}; events may be missing until `fuxue republish {self.topic}` is run"


class Places(Protocol):
    """What a group keeps in its own database of how far it is; asked and told in `poll`, on the caller's thread."""

    def position(self, topic: str, partition: int) -> Position:
        """Where to go on in a partition."""

    def keep(self, positions: Mapping[tuple[str, int], Position]) -> None:
        """Keep where the reader is in partitions that it reads for the first time in their topic's life."""

    def lost(self, place: LostPlace) -> None:
        """Keep that a place was lost, and where it goes on."""


def begin(
    extents: Mapping[tuple[str, int], Extent], places: Places, cut_short: Collection[tuple[str, int]] = ()
) -> dict[tuple[str, int], int]:
    """The offsets at which a reader goes on in partitions that are given to it.

    Nothing of them may be delivered before this is done: what is lost, and in which life a partition was first seen, is kept
    before. `cut_short` names those whose end the broker has said to have lost.
    """
    begun: dict[tuple[str, int], Position] = {}
    fresh: dict[tuple[str, int], Position] = {}
    for place, extent in extents.items():
        kept = places.position(*place)
        loss = _loss(extent, kept, cut_short=place in cut_short)
        begun[place] = Position(kept.offset if loss is None else extent.first, extent.topic_id)
        if loss is not None:
            places.lost(LostPlace(topic=place[0], partition=place[1], loss=loss, was=kept, now=begun[place]))
        elif begun[place] != kept:
            fresh[place] = begun[place]
    if fresh:
        places.keep(fresh)
    return {place: position.offset for place, position in begun.items()}


def _loss(extent: Extent, kept: Position, *, cut_short: bool) -> Loss | None:
    """How a place was lost, if it was; an offset kept without an id is one of this life, as earlier releases kept none."""
    if kept.topic_id not in {"", extent.topic_id}:
        return Loss.RECREATED
    if cut_short or kept.offset > extent.end:
        return Loss.CUT_SHORT
    return Loss.FORGOTTEN if kept.offset < extent.first else None
