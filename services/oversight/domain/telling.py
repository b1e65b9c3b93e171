"""What of a chain is told to whom: all of it, all but what is restricted, or a department's own duties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import msgspec

from services.chassis.decider import Event
from services.contracts import assistance, casework
from services.contracts.labels import Names
from services.oversight.domain.actors import Actors
from services.oversight.domain.chain import Placed, TracedEvent
from services.oversight.domain.policies import DEPARTMENT_FACTS
from services.oversight.domain.sentences import sentence
from services.oversight.domain.subjects import Scalar

_TELLING: tuple[type[Event], ...] = (
    *casework.DUTY_EVENTS,
    casework.CauseRecorded,
    casework.PlanMade,
    casework.AidMeasurePlanned,
    casework.MeasureDone,
    casework.MeasureFellOverdue,
    casework.RecheckFellDue,
)
_ABOUT_THE_CAUSE = frozenset(f"{casework.TOPIC}.{event.__name__}" for event in _TELLING)
"""What tells the cause by itself: which measures, which department, who signs for it and by when."""


_OF_REPORTS = frozenset(f"{casework.TOPIC}.{event.__name__}" for event in casework.REPORT_EVENTS)


class Sight(msgspec.Struct, frozen=True):
    """How a caller sees a chain: whole, or `confined_to` the duties, or the mandatory report, that the caller's department owes."""

    confined_to: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether all that belongs to the chain is seen."""
        return self.confined_to is None

    def facts(self, event: TracedEvent) -> dict[str, Scalar]:
        """The facts that are shown beside it."""
        return {name: value for name, value in event.facts.items() if self.whole or name in DEPARTMENT_FACTS}


def as_if_no_cause_were_recorded(events: Iterable[TracedEvent], children: Collection[str]) -> list[TracedEvent]:
    """The chain without what tells the cause of these children's cases, without their aid, and without what followed from either.

    What is left is what a case without a recorded cause looks like: nothing says that something is left out.
    """
    return _without(events, lambda event: event.partition_key in children and _tells_the_cause(event))


def as_if_nothing_were_reported(events: Iterable[TracedEvent], seen: Collection[str]) -> list[TracedEvent]:
    """The chain without the mandatory reports that are not among those `seen`, and without what followed from them."""
    return _without(events, lambda event: event.type in _OF_REPORTS and event.facts["report_id"] not in seen)


def _without(events: Iterable[TracedEvent], is_hidden: Callable[[TracedEvent], bool]) -> list[TracedEvent]:
    known = {event.event_id: event for event in events}
    hidden = {event.event_id for event in known.values() if is_hidden(event)}
    while following := {event.event_id for event in known.values() if event.causation_id in hidden} - hidden:
        hidden |= following
    return [event for event in known.values() if event.event_id not in hidden]


def _tells_the_cause(event: TracedEvent) -> bool:
    return event.type in _ABOUT_THE_CAUSE or event.service == assistance.TOPIC


def leader_told(event: TracedEvent) -> str | None:
    """The officer to whom a duty was escalated."""
    leader = event.facts.get("to_officer_id")
    return None if leader is None else str(leader)


def told(placed: Placed, actors: Actors, sight: Sight, programmes: Mapping[str, Names] | None = None) -> dict[str, Any]:
    """One event of the chain: who, when, what, caused by what; `programmes` names the county's aid programmes by code."""
    event = placed.event
    zh, en = sentence(event.type, event.facts, programmes)
    leader = leader_told(event)
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
        "told_to": None if leader is None or not sight.whole else actors.who(leader, event.occurred_at),
        "zh": zh,
        "en": en,
        "facts": sight.facts(event),
    }
