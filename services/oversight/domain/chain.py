"""The chain of an event: a tree by causation, told depth first in the order of recording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from services.oversight.domain.subjects import Scalar


class TracedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as oversight has it: who, when, what, caused by what."""

    event_id: str
    stream_id: str
    version: int
    service: str
    type: str
    partition_key: str
    actor: str
    on_behalf_of: str | None
    occurred_at: str
    recorded_at: str
    correlation_id: str
    causation_id: str
    facts: dict[str, Scalar]


class Placed(msgspec.Struct, frozen=True):
    """An event at its depth; `caused_by` is the event before, where it is in the chain."""

    depth: int
    event: TracedEvent
    caused_by: str | None


def told_in_order(events: Iterable[TracedEvent]) -> list[Placed]:
    """The tree of the events: an event stands under what caused it, a root where that is not among them (or is itself)."""
    known = {event.event_id: event for event in events}
    children: Mapping[str | None, list[TracedEvent]] = defaultdict(list)
    for event in sorted(known.values(), key=_order):
        children[_cause(event, known)].append(event)
    placed: list[Placed] = []
    seen: set[str] = set()

    def tell(roots: list[TracedEvent]) -> None:
        waiting = [(0, event) for event in reversed(roots)]
        while waiting:
            depth, event = waiting.pop()
            if event.event_id in seen:
                continue
            seen.add(event.event_id)
            placed.append(Placed(depth, event, _cause(event, known)))
            waiting += [(depth + 1, child) for child in reversed(children[event.event_id])]

    tell(children[None])
    tell([event for event in sorted(known.values(), key=_order) if event.event_id not in seen])
    return placed


def _cause(event: TracedEvent, known: Mapping[str, TracedEvent]) -> str | None:
    return event.causation_id if event.causation_id in known and event.causation_id != event.event_id else None


def _order(event: TracedEvent) -> tuple[str, str, str, int]:
    return event.recorded_at, event.service, event.stream_id, event.version
