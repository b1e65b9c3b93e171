"""Cases, what the clock will do with them, and the school year around them; a case's history is its own stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.casework.domain.errors import NoSuchCase
from services.casework.projections import CASE_ROWS
from services.casework.queries.scope import Scope, names_officer
from services.casework.storage.rows import CaseRow
from services.casework.storage.tables import CASES, SCHOOLS
from services.chassis.county import ALL_SCHOOLS, Calendars, DayKind
from services.chassis.decider import last_day
from services.chassis.reactions import Rows
from services.chassis.storage.tables import TIMERS
from services.contracts.ids import SCHOOL_YEAR_STARTS, SECOND_TERM_STARTS

LONGEST_TERM_DAYS = 250
"""How far ahead a vacation is looked for: no term is longer."""

CASE_FILTERS = ("stage", "standing", "school_id", "class_id", "pupil_id", "outcome")


def cases(scope: Scope, asked: Mapping[str, Any], *, sees_restricted: bool) -> sa.Select[Any]:
    """The cases of the scope, narrowed by what was asked; who may not see restricted causes cannot ask for them either."""
    if asked.get("cause") is not None:
        scope = replace(scope, companion_schools=())  # who went along is told no cause, asked for by it neither
    query = sa.select(CASES).where(scope.condition())
    for name in CASE_FILTERS:
        if asked.get(name) is not None:
            query = query.where(CASES.c[name] == asked[name])
    if asked.get("division") is not None:
        query = query.where(CASES.c.division.startswith(asked["division"], autoescape=True))
    if asked.get("hard") is not None:
        query = query.where(CASES.c.hard == asked["hard"])
    if asked.get("cause") is not None:
        query = query.where(CASES.c.primary_cause == asked["cause"])
        if not sees_restricted:
            query = query.where(CASES.c.restricted.is_(False))
    return query


_KEY: sa.BindParameter[str] = sa.bindparam("key")
_CASE_BY_ID = sa.select(CASES).where(CASES.c.case_id == _KEY)
_CASE_BY_NUMBER = sa.select(CASES).where(CASES.c.number == _KEY)
_CASES_OF_PUPIL = sa.select(CASES).where(CASES.c.pupil_id == _KEY).order_by(CASES.c.opened_on.desc(), CASES.c.case_id)
_CENTRAL_SCHOOL = sa.select(SCHOOLS.c.central_school_id).where(SCHOOLS.c.school_id == _KEY)


def case(engine: sa.Engine, key: str) -> CaseRow | None:
    """A case by its id or its number."""
    with engine.connect() as connection:
        row = connection.execute(_CASE_BY_NUMBER if key.startswith("C") else _CASE_BY_ID, {"key": key}).first()
    return None if row is None else CASE_ROWS.read_form(row._asdict())


def other_cases(engine: sa.Engine, row: CaseRow) -> list[CaseRow]:
    """The other cases of the same child, latest first."""
    with engine.connect() as connection:
        found = connection.execute(_CASES_OF_PUPIL, {"key": row.pupil_id}).all()
    return [CASE_ROWS.read_form(each._asdict()) for each in found if each.case_id != row.case_id]


def restricted_naming(engine: sa.Engine, officer_id: str) -> list[CaseRow]:
    """The restricted cases in which an officer is named on some line, on whatever day."""
    with engine.connect() as connection:
        found = connection.execute(sa.select(CASES).where(CASES.c.restricted, names_officer(CASES.c.officers, officer_id))).all()
    return [CASE_ROWS.read_form(each._asdict()) for each in found]


def central_school(engine: sa.Engine, school_id: str) -> str | None:
    """The central school of a teaching point."""
    with engine.connect() as connection:
        found: str | None = connection.execute(_CENTRAL_SCHOOL, {"key": school_id}).scalar()
    return found


_TIMERS_BETWEEN = (
    sa.select(TIMERS.c.timer_id, TIMERS.c.due_at)
    .where(TIMERS.c.timer_id > sa.bindparam("first"), TIMERS.c.timer_id < sa.bindparam("last"))
    .order_by(TIMERS.c.due_at)
)
"""By the primary key: a timer's id begins with its stream's, then a slash; `0` is the character after the slash."""


def falling_due(engine: sa.Engine, stream_id: str) -> Iterator[tuple[str, date]]:
    """What the clock will do with a stream, and with which day each term ends."""
    with engine.connect() as connection:
        found = connection.execute(_TIMERS_BETWEEN, {"first": f"{stream_id}/", "last": f"{stream_id}0"}).all()
    for timer_id, due_at in found:
        yield timer_id.removeprefix(f"{stream_id}/"), last_day(datetime.fromisoformat(due_at))


def term_end(calendars: Calendars, school_id: str, day: date) -> date:
    """The last day of the term of a day: before the vacation of the school's calendar, else before the next term's month."""
    for ahead in range(1, LONGEST_TERM_DAYS):
        kind, provisional = calendars.kind(school_id or ALL_SCHOOLS, day + timedelta(days=ahead))
        if kind is DayKind.VACATION and not provisional:
            return day + timedelta(days=ahead - 1)
    starts = [date(year, *start) for year in (day.year, day.year + 1) for start in (SECOND_TERM_STARTS, SCHOOL_YEAR_STARTS)]
    return min(start for start in starts if start > day) - timedelta(days=1)


def case_of(rows: Rows, key: str) -> CaseRow:
    """The case with an id or a number; raises NoSuchCase."""
    row: CaseRow | None = rows.row(CASE_ROWS, key) or next(iter(rows.rows(CASE_ROWS, number=key)), None)
    if row is None:
        raise NoSuchCase
    return row
