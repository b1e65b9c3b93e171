"""The trace of a number or id: its chain over all services, as the caller may see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from services.oversight.domain.chain import TracedEvent, told_in_order
from services.oversight.domain.errors import NothingToTrace
from services.oversight.domain.telling import as_if_no_cause_were_recorded, as_if_nothing_were_reported, told
from services.oversight.queries.gathering import gather
from services.oversight.queries.people import actors_of
from services.oversight.queries.programmes import programme_names
from services.oversight.queries.scope import Scope
from services.oversight.queries.sight import children_with_hidden_causes, has_restricted_case, reports_seen, sight_of
from services.oversight.queries.targets import find


def trace(engine: sa.Engine, reference: str, scope: Scope) -> dict[str, Any]:
    """Find, see, gather, tell; raises NothingToTrace for what is not there or not the caller's.

    Whether a case is restricted, and the versions in which a gap would tell it, only the bureau is told.
    """
    target = find(engine, reference)
    sight = sight_of(engine, target, scope)
    events, truncated = gather(engine, target, sight.confined_to)
    events = as_if_nothing_were_reported(events, reports_seen(engine, scope) | (sight.confined_to or set()))
    hidden = children_with_hidden_causes(engine, target, events, scope) if sight.whole else set()
    if hidden:
        events = as_if_no_cause_were_recorded(events, hidden)
    if not _names(events, target.subject_id):
        raise NothingToTrace
    actors, programmes = actors_of(engine, events), programme_names(engine)
    items = [told(placed, actors, sight, programmes) for placed in told_in_order(events)]
    return {
        "reference": reference,
        "kind": target.kind,
        "subject_id": target.subject_id if sight.whole or target.kind != "case" else target.number or reference,
        "restricted": has_restricted_case(engine, target, events) if scope.sees_restricted else None,
        "truncated": truncated,
        "items": items if scope.sees_restricted else [{**item, "version": None} for item in items],
    }


def _names(events: Iterable[TracedEvent], subject_id: str) -> bool:
    """Whether one of the events is the subject or names it."""
    return any(event.event_id == subject_id or subject_id in event.facts.values() for event in events)
