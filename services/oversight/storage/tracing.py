"""The trace: which events belong to a number or id, who did them, and how they are told to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from services.chassis.decider import COUNTY_TIME
from services.chassis.storage.tables import APPOINTMENTS
from services.contracts.codes import Role
from services.oversight.domain.chain import Placed, Told, told_in_order
from services.oversight.domain.errors import NothingToTrace
from services.oversight.domain.labels import names_of
from services.oversight.domain.policies import DEPARTMENT_FACTS, TRACE_EVENTS_AT_MOST, told_though_restricted
from services.oversight.domain.sentences import sentence
from services.oversight.projections import TOLD
from services.oversight.storage.scope import Scope
from services.oversight.storage.tables import (
    AID,
    BODIES,
    CASES,
    DUTIES,
    EPISODES,
    OFFICERS,
    PUPILS,
    TEXTS,
    TRACE_EVENTS,
    TRACE_SUBJECTS,
)

Kind = Literal["case", "duty", "pupil", "application", "text", "episode", "event"]

IDS_A_QUERY = 500
"""How many ids one query may name; SQLite takes 32,766 variables, older ones 999."""

SERVICE_ACTOR = "service:"


@dataclass(frozen=True)
class Target:
    """What is traced: its kind, its id, the child that it is about, the episode that gives the set by correlation.

    `number` is what a case is called before those who may not see its id.
    """

    kind: Kind
    subject_id: str
    pupil_id: str | None
    episode_id: str | None = None
    number: str | None = None


_BY_ID: tuple[tuple[Kind, sa.Table, tuple[str, ...]], ...] = (
    ("case", CASES, ("number", "case_id")),
    ("duty", DUTIES, ("number", "duty_id")),
    ("pupil", PUPILS, ("pupil_id",)),
    ("application", AID, ("application_id",)),
    ("text", TEXTS, ("notification_id",)),
    ("episode", EPISODES, ("episode_id",)),
)


def find(engine: sa.Engine, reference: str) -> Target:
    """What a number or id names; raises NothingToTrace."""
    with engine.connect() as connection:
        for kind, table, columns in _BY_ID:
            named = sa.or_(*(table.c[column] == reference for column in columns))
            row = connection.execute(sa.select(table).where(named)).mappings().first()
            if row is not None:
                episode = row["episode_id"] if kind in ("case", "episode") else None
                number = row["number"] if kind == "case" else None
                return Target(kind, row[columns[-1]], row["pupil_id"], episode, number)
        event = connection.execute(sa.select(TRACE_EVENTS).where(TRACE_EVENTS.c.event_id == reference)).first()
        if event is None:
            raise NothingToTrace
        child = connection.execute(sa.select(PUPILS.c.pupil_id).where(PUPILS.c.pupil_id == event.partition_key)).scalar()
    return Target("event", event.event_id, child)


# --- who may see it, and how much -----------------------------------------------------------------------------------


def own_duties(engine: sa.Engine, target: Target, scope: Scope) -> list[str]:
    """The duties of the caller's departments that the target is, or whose case it is."""
    if target.kind not in ("case", "duty") or not scope.departments:
        return []
    own = sa.or_(
        *(
            sa.and_(DUTIES.c.department == department, DUTIES.c.division.startswith(division, autoescape=True))
            for department, division in scope.departments
        )
    )
    column = DUTIES.c.case_id if target.kind == "case" else DUTIES.c.duty_id
    with engine.connect() as connection:
        return list(connection.execute(sa.select(DUTIES.c.duty_id).where(own, column == target.subject_id)).scalars())


def sees_child(engine: sa.Engine, target: Target, scope: Scope) -> bool:
    """Whether the whole chain of the target is the caller's to see."""
    if scope.county:
        return True
    if target.pupil_id is None or not scope.sees_children:
        return False
    query = sa.select(PUPILS.c.pupil_id).where(PUPILS.c.pupil_id == target.pupil_id, scope.children())
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def restricted(engine: sa.Engine, target: Target, events: Iterable[Told], scope: Scope) -> bool:
    """Whether a child of the chain has a restricted case and the caller is neither of the bureau nor named in it."""
    if scope.sees_restricted:
        return False
    pupils = {event.partition_key for event in events} | ({target.pupil_id} if target.pupil_id is not None else set())
    query = sa.select(CASES.c.officers).where(CASES.c.restricted)
    with engine.connect() as connection:
        return any(
            scope.officer_id not in officers.values()
            for part in _parts(pupils)
            for officers in connection.execute(query.where(CASES.c.pupil_id.in_(part))).scalars()
        )


# --- the events -----------------------------------------------------------------------------------------------------


def gather(engine: sa.Engine, target: Target, duties: Collection[str] | None) -> tuple[list[Told], bool]:
    """The events of the target with what caused them (for an event also what it caused), and whether there are more.

    For a department only the events that name its `duties`.
    """
    with engine.connect() as connection:
        if duties is not None:
            return _cut(_select(connection, _naming(duties)))
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


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Told]:
    query = (
        sa.select(TRACE_EVENTS)
        .where(condition)
        .order_by(TRACE_EVENTS.c.recorded_at, TRACE_EVENTS.c.event_id)
        .limit(TRACE_EVENTS_AT_MOST + 1)
    )
    return [TOLD.read_form(row._asdict()) for row in connection.execute(query)]


def _causes(connection: sa.Connection, events: Iterable[Told]) -> list[Told]:
    """What caused the events, and what caused that, up to the roots."""
    found: dict[str, Told] = {}
    known = {event.event_id for event in events}
    wanted = {event.causation_id for event in events} - known
    while wanted and len(known) <= TRACE_EVENTS_AT_MOST:
        before = [event for part in _parts(wanted) for event in _select(connection, TRACE_EVENTS.c.event_id.in_(part))]
        found.update((event.event_id, event) for event in before)
        known |= wanted
        wanted = {event.causation_id for event in before} - known
    return list(found.values())


def _consequences(connection: sa.Connection, events: Iterable[Told]) -> list[Told]:
    """What the events caused, and what that caused."""
    found: dict[str, Told] = {}
    known = {event.event_id for event in events}
    wanted = set(known)
    while wanted and len(known) <= TRACE_EVENTS_AT_MOST:
        after = [event for part in _parts(wanted) for event in _select(connection, TRACE_EVENTS.c.causation_id.in_(part))]
        wanted = {event.event_id for event in after} - known
        found.update((event.event_id, event) for event in after if event.event_id in wanted)
        known |= wanted
    return list(found.values())


def _parts(ids: Collection[str]) -> Iterable[list[str]]:
    listed = sorted(ids)
    return (listed[first : first + IDS_A_QUERY] for first in range(0, len(listed), IDS_A_QUERY))


def _cut(events: list[Told]) -> tuple[list[Told], bool]:
    return events[:TRACE_EVENTS_AT_MOST], len(events) > TRACE_EVENTS_AT_MOST


# --- who ------------------------------------------------------------------------------------------------------------


class People:
    """The officers of some events, with the roles and bodies that they held."""

    def __init__(self, engine: sa.Engine, events: Iterable[Told]) -> None:
        actors = {name for event in events for name in (event.actor, event.on_behalf_of) if name is not None}
        officers = sorted(name for name in actors if not name.startswith(SERVICE_ACTOR))
        self._names: dict[str, str] = {}
        self._offices: dict[str, list[Mapping[str, Any]]] = {}
        held = (
            sa.select(APPOINTMENTS, BODIES.c.name, BODIES.c.name_en)
            .outerjoin(BODIES, BODIES.c.body_id == APPOINTMENTS.c.body_id)
            .order_by(APPOINTMENTS.c.from_on, APPOINTMENTS.c.appointment_id)
        )
        with engine.connect() as connection:
            for part in _parts(officers):
                for row in connection.execute(sa.select(OFFICERS).where(OFFICERS.c.officer_id.in_(part))):
                    self._names[row.officer_id] = row.name
                for office in connection.execute(held.where(APPOINTMENTS.c.officer_id.in_(part))).mappings():
                    self._offices.setdefault(office["officer_id"], []).append(dict(office))

    def who(self, actor: str, occurred_at: str) -> dict[str, Any]:
        """The actor as of the day: an officer with roles and bodies, or a service."""
        if actor.startswith(SERVICE_ACTOR):
            return {"service": actor.removeprefix(SERVICE_ACTOR), "officer_id": None, "name": None, "offices": []}
        day = datetime.fromisoformat(occurred_at).astimezone(COUNTY_TIME).date().isoformat()
        offices = [
            {
                "role": office["role"],
                "role_zh": names_of(Role, office["role"])[0],
                "role_en": names_of(Role, office["role"])[1],
                "body_id": office["body_id"],
                "body_zh": office["name"],
                "body_en": office["name_en"],
            }
            for office in self._offices.get(actor, ())
            if office["from_on"] <= day and (office["until_on"] is None or day <= office["until_on"])
        ]
        return {"service": None, "officer_id": actor, "name": self._names.get(actor), "offices": offices}


# --- telling --------------------------------------------------------------------------------------------------------


def trace(engine: sa.Engine, reference: str, scope: Scope) -> dict[str, Any]:
    """The chain of a number or id as the caller may see it; raises NothingToTrace."""
    target = find(engine, reference)
    whole = sees_child(engine, target, scope)
    duties = None if whole else own_duties(engine, target, scope)
    if duties is not None and not duties:
        raise NothingToTrace
    events, truncated = gather(engine, target, duties)
    people = People(engine, events)
    codes_hidden = whole and restricted(engine, target, events, scope)
    items = [_item(placed, people, codes_hidden=codes_hidden, department=duties is not None) for placed in told_in_order(events)]
    return {
        "reference": reference,
        "kind": target.kind,
        "subject_id": target.subject_id if whole or target.kind != "case" else target.number or reference,
        "restricted": codes_hidden,
        "truncated": truncated,
        "items": items,
    }


def _item(placed: Placed, people: People, *, codes_hidden: bool, department: bool) -> dict[str, Any]:
    event = placed.event
    hidden = frozenset(name for name in event.facts if codes_hidden and not told_though_restricted(name))
    zh, en = sentence(event.type, event.facts, hidden)
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
        "who": people.who(event.actor, event.occurred_at),
        "on_behalf_of": None if event.on_behalf_of is None else people.who(event.on_behalf_of, event.occurred_at),
        "zh": zh,
        "en": en,
        "facts": {
            name: value
            for name, value in event.facts.items()
            if name not in hidden and (not department or name in DEPARTMENT_FACTS)
        },
    }
