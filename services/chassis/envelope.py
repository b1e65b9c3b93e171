"""The stored form of an event, and the context in which it came to be."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

import msgspec

from services.chassis.decider import county_day

HASH_SUITES = {"sha256": hashlib.sha256}
"""Suites that hash the chain, by the name that stands in each event (a county may come to need SM3)."""

HASH_SUITE = "sha256"

_framing = msgspec.msgpack.Encoder()

T = TypeVar("T")


class Sealed(msgspec.Struct, Generic[T], frozen=True):
    """Text about a child, readable only with the key `key` of that child; `suite` names the cipher."""

    suite: str
    key: str
    text: str


def stamp(instant: datetime) -> str:
    """The one written form of an instant: UTC, microseconds, `Z`; it sorts as text."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked, on whose behalf, because of what.

    `actor` is an officer's id, or `service:<name>` for reactions and timers. `correlation_id` and `causation_id` are those of
    the event or request before; `occurred_at` is when it happened in the world, if that was earlier than now.
    """

    actor: str
    on_behalf_of: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str = ""
    occurred_at: datetime | None = None


class Envelope(msgspec.Struct, frozen=True):
    """One event as it is stored, hashed and sent; `data` are the exact bytes that were hashed."""

    event_id: str
    stream_id: str
    version: int
    type: str
    schema: int
    county: str
    partition_key: str
    actor: str
    on_behalf_of: str | None
    occurred_at: str
    recorded_at: str
    correlation_id: str
    causation_id: str
    traceparent: str
    data: bytes
    hash_suite: str = HASH_SUITE
    prev_hash: str = ""
    hash: str = ""

    def chained(self, prev_hash: str) -> Envelope:
        """This event with its place in the chain."""
        unhashed = msgspec.structs.replace(self, prev_hash=prev_hash)
        return msgspec.structs.replace(unhashed, hash=chain_hash(unhashed))

    @property
    def occurred(self) -> datetime:
        """When it happened in the world."""
        return datetime.fromisoformat(self.occurred_at)

    @property
    def recorded(self) -> datetime:
        """When it was recorded."""
        return datetime.fromisoformat(self.recorded_at)

    @property
    def occurred_on(self) -> date:
        """The county's date on which it happened."""
        return county_day(self.occurred)

    @property
    def recorded_on(self) -> date:
        """The county's date on which it was recorded."""
        return county_day(self.recorded)


def chain_hash(event: Envelope) -> str:
    """H(previous hash ‖ envelope ‖ data bytes), in hex; every field of the envelope counts, each with its type and length.

    The hashed form is a MessagePack array of these seventeen parts in this order: self-delimiting, so that no two envelopes
    share one form, and read by any MessagePack library.
    """
    framed = _framing.encode(
        (
            event.prev_hash,
            event.event_id,
            event.stream_id,
            event.version,
            event.type,
            event.schema,
            event.county,
            event.partition_key,
            event.actor,
            event.on_behalf_of,
            event.occurred_at,
            event.recorded_at,
            event.correlation_id,
            event.causation_id,
            event.traceparent,
            event.hash_suite,
            event.data,
        )
    )
    return HASH_SUITES[event.hash_suite](framed).hexdigest()
