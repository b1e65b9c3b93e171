"""What of a chain is told to whom: all of it, all but the codes of a restricted case, or a department's own duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from services.contracts import casework
from services.contracts.labels import Names
from services.oversight.domain.actors import Actors
from services.oversight.domain.chain import Placed, Told
from services.oversight.domain.policies import DEPARTMENT_FACTS, told_though_restricted
from services.oversight.domain.sentences import sentence
from services.oversight.domain.subjects import Scalar

_OF_DUTIES = frozenset(f"{casework.TOPIC}.{event.__name__}" for event in casework.DUTY_EVENTS)


class Sight(msgspec.Struct, frozen=True):
    """How a caller sees a chain.

    `duties` are those to which a department is confined, none for whoever sees the whole; `codes_hidden` where a case of it is
    restricted and the caller is neither of the bureau nor named in it (PIPL art. 28; domain.md §11).
    """

    duties: frozenset[str] | None = None
    codes_hidden: bool = False

    @property
    def whole(self) -> bool:
        """Whether all that belongs to the chain is seen."""
        return self.duties is None

    def hidden(self, event: Told) -> frozenset[str]:
        """The facts that the event's sentence does not tell."""
        return frozenset(name for name in event.facts if self.codes_hidden and not told_though_restricted(name))

    def facts(self, event: Told) -> dict[str, Scalar]:
        """The facts that are shown beside it."""
        hidden = self.hidden(event)
        return {
            name: value for name, value in event.facts.items() if name not in hidden and (self.whole or name in DEPARTMENT_FACTS)
        }


def without_duties(events: Iterable[Told]) -> list[Told]:
    """The chain of a restricted case without its duties: which department acts, who signs for it and by when tells the cause."""
    return [event for event in events if event.type not in _OF_DUTIES]


def told(placed: Placed, actors: Actors, sight: Sight, programmes: Mapping[str, Names] | None = None) -> dict[str, Any]:
    """One event of the chain: who, when, what, caused by what; `programmes` names the county's aid programmes by code."""
    event = placed.event
    zh, en = sentence(event.type, event.facts, sight.hidden(event), programmes)
    return {
        "depth": placed.depth,
        "event_id": event.event_id,
        "caused_by": placed.caused_by,
        "service": event.service,
        "type": event.type,
        "stream_id": event.stream_id,
        "version": event.version,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "who": actors.who(event.actor, event.occurred_at),
        "on_behalf_of": None if event.on_behalf_of is None else actors.who(event.on_behalf_of, event.occurred_at),
        "zh": zh,
        "en": en,
        "facts": sight.facts(event),
    }
