"""Who may see the chain of a target, and how much of it: the questions behind a `Sight`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from services.contracts.codes import Department
from services.oversight.domain.chain import TracedEvent
from services.oversight.domain.errors import NothingToTrace
from services.oversight.domain.telling import Sight
from services.oversight.queries.parts import in_parts
from services.oversight.queries.scope import Scope
from services.oversight.queries.targets import Target
from services.oversight.storage.tables import CASES, DUTIES, MANDATORY_REPORTS, PUPILS


def sight_of(engine: sa.Engine, target: Target, scope: Scope) -> Sight:
    """The whole chain, or a department's own duties in it; raises NothingToTrace for whoever sees neither."""
    if target.kind == "report":
        return _sight_of_report(engine, target, scope)
    if _sees_child(engine, target, scope):
        return Sight()
    duties = _own_duties(engine, target, scope)
    if not duties:
        raise NothingToTrace
    return Sight(confined_to=frozenset(duties))


def _sight_of_report(engine: sa.Engine, target: Target, scope: Scope) -> Sight:
    """Whole for whoever may know of it; the police desk sees it as it sees its duties."""
    if target.subject_id in reports_seen(engine, scope):
        return Sight()
    own = scope.of_department(sa.literal(Department.PUBLIC_SECURITY), MANDATORY_REPORTS.c.division)
    query = sa.select(MANDATORY_REPORTS.c.report_id).where(own, MANDATORY_REPORTS.c.report_id == target.subject_id)
    with engine.connect() as connection:
        is_desk = connection.execute(query).first() is not None
    if not is_desk:
        raise NothingToTrace
    return Sight(confined_to=frozenset({target.subject_id}))


def reports_seen(engine: sa.Engine, scope: Scope) -> set[str]:
    """The mandatory reports of which the caller may know."""
    with engine.connect() as connection:
        return set(connection.execute(sa.select(MANDATORY_REPORTS.c.report_id).where(scope.reports())).scalars())


def _own_duties(engine: sa.Engine, target: Target, scope: Scope) -> list[str]:
    """The duties of the caller's departments that the target is, or whose case it is."""
    if target.kind not in ("case", "duty"):
        return []
    own = scope.of_department(DUTIES.c.department, DUTIES.c.division)
    column = DUTIES.c.case_id if target.kind == "case" else DUTIES.c.duty_id
    with engine.connect() as connection:
        return list(connection.execute(sa.select(DUTIES.c.duty_id).where(own, column == target.subject_id)).scalars())


def _sees_child(engine: sa.Engine, target: Target, scope: Scope) -> bool:
    """Whether the child of the target is the caller's to see; the county sees all."""
    if scope.county:
        return True
    if target.pupil_id is None or not scope.sees_children:
        return False
    query = sa.select(PUPILS.c.pupil_id).where(PUPILS.c.pupil_id == target.pupil_id, scope.children())
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def children_with_hidden_causes(engine: sa.Engine, target: Target, events: Iterable[TracedEvent], scope: Scope) -> set[str]:
    """The children of the chain with a restricted case to whose cause the caller is not privy; none for the bureau."""
    if scope.sees_restricted:
        return set()
    restricted = _restricted_cases(engine, target, events)
    return {case.pupil_id for case in restricted if not {*scope.persons} <= {*case.privy.values()}}


def has_restricted_case(engine: sa.Engine, target: Target, events: Iterable[TracedEvent]) -> bool:
    """Whether a child of the chain has a restricted case."""
    return bool(_restricted_cases(engine, target, events))


def _restricted_cases(engine: sa.Engine, target: Target, events: Iterable[TracedEvent]) -> list[Any]:
    pupils = {event.partition_key for event in events} | ({target.pupil_id} if target.pupil_id is not None else set())
    query = sa.select(CASES.c.pupil_id, CASES.c.privy).where(CASES.c.restricted)
    with engine.connect() as connection:
        return [row for part in in_parts(pupils) for row in connection.execute(query.where(CASES.c.pupil_id.in_(part)))]
