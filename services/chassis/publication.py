"""What others outside are told of a service's events: public types, on topics of their own, made where the event is made.

The message is kept in the event's transaction as it will be sent: however often that is, and by whatever release, it stays the same
bytes under the same id – though a calendar was published or a table of codes has grown since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec

from services.chassis.decider import Event

PARTITIONS = 1
"""Of a topic for others outside: what one of them is told is little, and one order is simplest to read."""

S = TypeVar("S")


class Published(msgspec.Struct, frozen=True):
    """A message as it is kept: the topic, what it is about, its type with version, its bytes."""

    topic: str
    subject: str
    type: str
    schema: int
    data: bytes


@dataclass(frozen=True)
class Publication(Generic[S]):
    """Which events are told outside. `tell` translates, purely: the state after the event, the event, and with which day each
    term ends that begins with it, by its purpose; `write` gives what it says the form of the published language.
    """

    on: Sequence[type[Event]]
    tell: Callable[[Any, Any, Mapping[str, date]], Iterable[S]]
    write: Callable[[S], Published]

    def of(self, state: Any, event: Event, terms: Mapping[str, date]) -> Iterator[Published]:
        """The messages that an event makes."""
        return (self.write(said) for said in self.tell(state, event, terms))
