"""Why an event cannot be handled now, and what of its key waits with it."""

from __future__ import annotations

from collections.abc import Iterable

from services.chassis.envelope import Envelope
from services.chassis.storage.port import Parked

GAP = "gap"
BEHIND = "behind-parked"
PASSING = (GAP, BEHIND)
"""Reasons that go away by themselves once what they wait for has come; any other waits for the operator."""


class Poison(Exception):
    """An event that cannot be handled; `reason` is a stable code, `detail` holds ids and types only."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        self.bug: Exception | None = None
        super().__init__(reason)


def poison_of(trouble: Exception, envelope: Envelope) -> Poison:
    """What is kept of an event's trouble; of an exception that no rule foresaw its type alone."""
    if isinstance(trouble, Poison):
        return trouble
    poison = Poison(type(trouble).__name__, f"{envelope.type} {envelope.event_id}")
    poison.bug = trouble
    return poison


def gap(envelope: Envelope, last: int) -> Poison:
    """An event before this one has not come yet."""
    return Poison(GAP, f"{envelope.stream_id} is at {last}, this is version {envelope.version}")


BEHIND_ANOTHER = Poison(BEHIND, "an earlier event of the same key waits")


def in_order(waiting: Iterable[Parked]) -> list[Parked]:
    """What waits on a key as it came, but of each stream by version: a missing event may be parked behind its followers."""
    came = list(waiting)
    by_version = sorted(came, key=lambda parked: parked.envelope.version, reverse=True)
    of_stream: dict[str, list[Parked]] = {}
    for parked in by_version:
        of_stream.setdefault(parked.envelope.stream_id, []).append(parked)
    return [of_stream[parked.envelope.stream_id].pop() for parked in came]


class Waiting:
    """What waits on one key, as a turn of several messages sees it: read once, and added to by the turn itself."""

    def __init__(self, parked: Iterable[Parked]) -> None:
        came = list(parked)
        self._places = {(one.envelope.stream_id, one.envelope.version) for one in came}
        first = in_order(came)[0] if came else None
        self._first = None if first is None else (first.envelope.stream_id, first.envelope.version, first.reason)

    def has(self, envelope: Envelope) -> bool:
        """Whether this event waits already."""
        return (envelope.stream_id, envelope.version) in self._places

    def why_not_now(self, envelope: Envelope, last: int) -> Poison | None:
        """Why an event after `last` of its stream cannot be handled now; nothing where it can."""
        if envelope.version > last + 1:
            return BEHIND_ANOTHER if (envelope.stream_id, envelope.version - 1) in self._places else gap(envelope, last)
        if self._first is None or (self._first[0], self._first[2]) == (envelope.stream_id, GAP):
            return None  # the key waits for nothing, or only for this event: those behind it follow
        return BEHIND_ANOTHER

    def add(self, envelope: Envelope, reason: str) -> None:
        """One more waits."""
        self._places.add((envelope.stream_id, envelope.version))
        first = self._first
        if first is None or (first[0] == envelope.stream_id and envelope.version < first[1]):
            self._first = (envelope.stream_id, envelope.version, reason)
