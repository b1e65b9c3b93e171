"""The county in numbers: ledgers, rates, duties, texts, aid.

All are queries over rows that each stand for one thing; nothing is summed while events are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.contracts.codes import Department, Ledger
from services.contracts.ids import SCHOOL_YEAR_STARTS, school_year
from services.contracts.labels import names_of
from services.oversight.queries.alarms import alarm_counts
from services.oversight.queries.distribution import UNDER_OBSERVATION
from services.oversight.queries.scope import Scope
from services.oversight.storage.rows import DECLINED_DUTY, OPEN_DUTY
from services.oversight.storage.tables import AID, CASES, DUTIES, EPISODES, PUPILS, TEXTS

RATE_DIGITS = 6
"""Digits of a rate: a county of a million pupils still shows one child."""


def summary(engine: sa.Engine, scope: Scope, today: date) -> dict[str, Any]:
    """The county, or the caller's part of it, as it stands today."""
    year = school_year(today)
    with engine.connect() as connection:
        return {
            "on": today,
            "school_year": year,
            "ledgers": _ledgers(connection, scope),
            "rates": _rates(connection, scope, year),
            "stages": _states(connection, CASES.c.stage, scope.child(CASES.c.pupil_id)),
            "cases": _states(connection, CASES.c.state, scope.child(CASES.c.pupil_id)),
            "outcomes": _states(connection, CASES.c.outcome, CASES.c.state == "closed", scope.child(CASES.c.pupil_id)),
            "duties": _duties(connection, scope) if scope.reads_cases else [],  # a department and a number tell a child's cause
            "texts": _states(connection, TEXTS.c.state, scope.child(TEXTS.c.pupil_id)),
            "aid": _states(connection, AID.c.state, AID.c.school_year == year, scope.child(AID.c.pupil_id)),
            "alarms": alarm_counts(engine, scope),
        }


def _states(connection: sa.Connection, state: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> dict[str, int]:
    query = sa.select(state, sa.func.count()).where(*conditions).group_by(state).order_by(state)
    return {str(name): count for name, count in connection.execute(query)}


def _ledgers(connection: sa.Connection, scope: Scope) -> dict[str, int]:
    query = (
        sa.select(PUPILS.c.ledger, PUPILS.c.under_observation, sa.func.count())
        .where(scope.children())
        .group_by(PUPILS.c.ledger, PUPILS.c.under_observation)
    )
    counted: Counter[str] = Counter()
    for ledger, observed, count in connection.execute(query):
        counted[ledger] += count
        counted[UNDER_OBSERVATION] += count if observed else 0
    return {name: counted[name] for name in (*Ledger, UNDER_OBSERVATION)}


def _rates(connection: sa.Connection, scope: Scope, year: int) -> dict[str, Any]:
    first, after = date(year, *SCHOOL_YEAR_STARTS).isoformat(), date(year + 1, *SCHOOL_YEAR_STARTS).isoformat()
    on_roll = sa.and_(PUPILS.c.enrolled_on < after, sa.or_(PUPILS.c.left_on.is_(None), PUPILS.c.left_on >= first), scope.children())
    pupils = connection.execute(sa.select(sa.func.count()).select_from(PUPILS).where(on_roll)).scalar_one()
    of_year = sa.and_(EPISODES.c.dropout_on >= first, EPISODES.c.dropout_on < after, scope.child(EPISODES.c.pupil_id))
    query = sa.select(
        sa.func.count(sa.distinct(EPISODES.c.pupil_id)),
        sa.func.count(sa.distinct(sa.case((EPISODES.c.returned_on.is_not(None), EPISODES.c.pupil_id)))),
        sa.func.count(sa.distinct(sa.case((EPISODES.c.relapses > 0, EPISODES.c.pupil_id)))),
    ).where(of_year)
    dropouts, returned, relapsed = connection.execute(query).one()
    return {
        "pupils": pupils,
        "dropouts": dropouts,
        "returned": returned,
        "relapsed": relapsed,
        "dropout_rate": _rate(dropouts, pupils),
        "return_rate": _rate(returned, dropouts),
        "relapse_rate": _rate(relapsed, returned),
    }


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, RATE_DIGITS) if whole else None


def _duties(connection: sa.Connection, scope: Scope) -> list[dict[str, Any]]:
    overdue = DUTIES.c.overdue_since.is_not(None)
    query = (
        sa.select(DUTIES.c.department, DUTIES.c.state, overdue, sa.func.count())
        .where(scope.child(DUTIES.c.pupil_id), scope.of_open_case(DUTIES.c.case_id))
        .group_by(DUTIES.c.department, DUTIES.c.state, overdue)
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for department, state, late, count in connection.execute(query):
        kind = _duty_column(state)
        counted[department][kind] += count
        counted[department]["overdue"] += count if late and kind == "open" else 0
    return [
        {
            "department": department,
            "zh": names_of(Department, department)[0],
            "en": names_of(Department, department)[1],
            **{kind: counted[department][kind] for kind in ("open", "overdue", "done", "declined", "withdrawn")},
        }
        for department in sorted(counted)
    ]


def _duty_column(state: str) -> str:
    """Under which heading of the summary a duty counts."""
    if state in OPEN_DUTY:
        return "open"
    if state in DECLINED_DUTY:
        return "declined"
    return "done" if state == "completed" else "withdrawn"
