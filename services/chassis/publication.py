"""What others outside are told of a service's events: public types, on topics of their own, made where the event is made.

The message is kept in the event's transaction as it will be sent: however often that is, and by whatever release, it stays the same
bytes under the same id – though a calendar was published or a table of codes has grown since. Its hash is kept beside it, and is
what signed checkpoints name (`chassis.checkpoints.Told`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import HASH_SUITE, HASH_SUITES

_framing = msgspec.msgpack.Encoder()

FIRST_SUITE = "sha256"
"""What hashes a message that a former release kept without a hash: whatever suite is the county's by then."""

S = TypeVar("S")


class Published(msgspec.Struct, frozen=True):
    """A message as it is kept: the topic, what it is about, its type with version, its bytes."""

    topic: str
    subject: str
    type: str
    schema: int
    data: bytes

    def beside(self, stream_id: str, version: int) -> PublicationRow:
        """The message as it stands beside the event that it tells of, with its hash."""
        row = PublicationRow(self.topic, stream_id, version, self.subject, self.type, self.schema, self.data, HASH_SUITE)
        return msgspec.structs.replace(row, hash=publication_hash(row))


class PublicationRow(msgspec.Struct, frozen=True):
    """A message beside its event; `hash` covers all the rest, by the suite that stands there.

    A former release kept neither suite nor hash: then both are None.
    """

    topic: str
    stream_id: str
    version: int
    subject: str
    type: str
    schema: int
    data: bytes
    hash_suite: str | None = None
    hash: str | None = None


def publication_hash(row: PublicationRow) -> str:
    """H(place ‖ message), in hex: the hash of a MessagePack array of these eight parts, as with events (`envelope.chain_hash`)."""
    suite = row.hash_suite or FIRST_SUITE
    parts = (row.stream_id, row.version, row.topic, row.subject, row.type, row.schema, suite, row.data)
    return HASH_SUITES[suite](_framing.encode(parts)).hexdigest()


def signed_hash(row: PublicationRow) -> str:
    """What a checkpoint names of a message: the hash that was kept with it, or else what its bytes give by the first suite."""
    return row.hash if row.hash is not None else publication_hash(msgspec.structs.replace(row, hash_suite=None))


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
