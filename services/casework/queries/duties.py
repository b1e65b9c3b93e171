"""The departments' duties, and when their terms end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.casework.domain.duty_state import ANSWERED, OPEN
from services.casework.domain.errors import NoSuchDuty
from services.casework.projections import DUTY_ROWS
from services.casework.queries.scope import DutyScope
from services.casework.storage.rows import DutyRow
from services.casework.storage.tables import CASES, DUTIES
from services.chassis.decider import county_day, last_day
from services.chassis.reactions import Rows
from services.chassis.storage.tables import TIMERS

DUE_AT = "due_at"
CASE_NUMBER = "case_number"

_DUTIES = (
    sa.select(DUTIES, CASES.c.number.label(CASE_NUMBER), TIMERS.c.due_at.label(DUE_AT))
    .outerjoin(CASES, CASES.c.case_id == DUTIES.c.case_id)
    .outerjoin(TIMERS, TIMERS.c.timer_id == sa.literal("duty-").concat(DUTIES.c.duty_id).concat("/term"))
)
"""Duties with their case's number and the end of their term."""

_KEY: sa.BindParameter[str] = sa.bindparam("key")
_DUTY_BY_ID = _DUTIES.where(DUTIES.c.duty_id == _KEY)
_DUTY_BY_NUMBER = _DUTIES.where(DUTIES.c.number == _KEY)
_DUTIES_OF_CASE = _DUTIES.where(DUTIES.c.case_id == _KEY).order_by(DUTIES.c.number)


def duties(scope: DutyScope, asked: Mapping[str, Any]) -> sa.Select[Any]:
    """The duties of the scope, narrowed by what was asked."""
    query = _DUTIES.where(scope.condition())
    for name in ("status", "department", "kind"):
        if asked.get(name) is not None:
            query = query.where(DUTIES.c[name] == asked[name])
    if asked.get("answered") is not None:
        query = query.where(DUTIES.c.status.in_(sorted(ANSWERED if asked["answered"] else OPEN)))
    if asked.get("overdue") is not None:
        is_overdue = sa.and_(DUTIES.c.overdue_on.is_not(None), DUTIES.c.status.in_(sorted(OPEN)))
        query = query.where(is_overdue if asked["overdue"] else sa.not_(is_overdue))
    return query


def duty(engine: sa.Engine, key: str) -> Mapping[str, Any] | None:
    """A duty by its id or its number, with its case's number and the end of its term."""
    with engine.connect() as connection:
        row = connection.execute(_DUTY_BY_NUMBER if key.startswith("D") else _DUTY_BY_ID, {"key": key}).first()
    return None if row is None else row._asdict()


def duties_of(engine: sa.Engine, case_id: str) -> list[Mapping[str, Any]]:
    """The duties of a case, by number."""
    with engine.connect() as connection:
        return [row._asdict() for row in connection.execute(_DUTIES_OF_CASE, {"key": case_id})]


def duty_row(stored: Mapping[str, Any]) -> DutyRow:
    """The row of what `duties` found."""
    return DUTY_ROWS.read_form({name: stored[name] for name in DUTY_ROWS.columns})


def due_on(stored: Mapping[str, Any]) -> date | None:
    """The last day of a duty's term: of the running one, of the one that has passed, or of the one that an answer ended."""
    if (known := stored["overdue_on"] or stored["due_on"]) is not None:
        return date.fromisoformat(known)
    return None if stored[DUE_AT] is None else last_day(datetime.fromisoformat(stored[DUE_AT]))


def answered_late(stored: Mapping[str, Any]) -> bool | None:
    """Whether the answer came after the last day of the term; None without an answer or a term."""
    due = due_on(stored)
    if stored["answered_at"] is None or due is None:
        return None
    return county_day(datetime.fromisoformat(stored["answered_at"])) > due


def duty_of(rows: Rows, key: str) -> DutyRow:
    """The duty with an id or a number; raises NoSuchDuty."""
    row: DutyRow | None = rows.row(DUTY_ROWS, key) or next(iter(rows.rows(DUTY_ROWS, number=key)), None)
    if row is None:
        raise NoSuchDuty
    return row
