"""The events that belong to a target, with what caused them – for an event also what it caused."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from services.oversight.domain.chain import TracedEvent
from services.oversight.domain.policies import TRACE_EVENTS_AT_MOST
from services.oversight.projections.index import TOLD
from services.oversight.queries.parts import in_parts
from services.oversight.queries.targets import Target
from services.oversight.storage.tables import TRACE_EVENTS, TRACE_SUBJECTS


def gather(engine: sa.Engine, target: Target, confined_to: Collection[str] | None) -> tuple[list[TracedEvent], bool]:
    """The events of the target with what caused them (for an event also what it caused), and whether there are more.

    For a department only the events that name what it is `confined_to`.
    """
    with engine.connect() as connection:
        if confined_to is not None:
            return _cut(_select(connection, _naming(confined_to)))
        match target.kind:
            case "event":
                found = _select(connection, TRACE_EVENTS.c.event_id == target.subject_id)
                found += _consequences(connection, found)
            case "case" | "episode" if target.episode_id is not None:
                named = _naming({target.subject_id, target.episode_id})
                found = _select(connection, sa.or_(named, TRACE_EVENTS.c.correlation_id == target.episode_id))
            case _:
                found = _select(connection, _naming({target.subject_id}))
        return _cut(found + _causes(connection, found))


def _naming(subject_ids: Collection[str]) -> sa.ColumnElement[bool]:
    named = sa.select(TRACE_SUBJECTS.c.event_id).where(TRACE_SUBJECTS.c.subject_id.in_(subject_ids))
    return TRACE_EVENTS.c.event_id.in_(named)


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[TracedEvent]:
    query = (
        sa.select(TRACE_EVENTS)
        .where(condition)
        .order_by(TRACE_EVENTS.c.recorded_at, TRACE_EVENTS.c.event_id)
        .limit(TRACE_EVENTS_AT_MOST + 1)
    )
    return [TOLD.read_form(row._asdict()) for row in connection.execute(query)]


def _causes(connection: sa.Connection, events: Iterable[TracedEvent]) -> list[TracedEvent]:
    """What caused the events, and what caused that, up to the roots."""
    found: dict[str, TracedEvent] = {}
    known = {event.event_id for event in events}
    wanted = {event.causation_id for event in events} - known
    while wanted and len(known) <= TRACE_EVENTS_AT_MOST:
        before = [event for part in in_parts(wanted) for event in _select(connection, TRACE_EVENTS.c.event_id.in_(part))]
        found.update((event.event_id, event) for event in before)
        known |= wanted
        wanted = {event.causation_id for event in before} - known
    return list(found.values())


def _consequences(connection: sa.Connection, events: Iterable[TracedEvent]) -> list[TracedEvent]:
    """What the events caused, and what that caused."""
    found: dict[str, TracedEvent] = {}
    known = {event.event_id for event in events}
    wanted = set(known)
    while wanted and len(known) <= TRACE_EVENTS_AT_MOST:
        after = [event for part in in_parts(wanted) for event in _select(connection, TRACE_EVENTS.c.causation_id.in_(part))]
        wanted = {event.event_id for event in after} - known
        found.update((event.event_id, event) for event in after if event.event_id in wanted)
        known |= wanted
    return list(found.values())


def _cut(events: list[TracedEvent]) -> tuple[list[TracedEvent], bool]:
    return events[:TRACE_EVENTS_AT_MOST], len(events) > TRACE_EVENTS_AT_MOST
