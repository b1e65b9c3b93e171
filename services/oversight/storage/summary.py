"""The county in numbers: ledgers, rates, duties, texts, aid; and the children in the ledgers by one of their properties.

All are queries over rows that each stand for one thing; nothing is summed while events are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.contracts.codes import RESTRICTED_CAUSES, TOWNSHIP_DIGITS, BodyKind, Cause, Department, Group, Ledger
from services.contracts.ids import SCHOOL_YEAR_STARTS, school_year
from services.oversight.domain.cases import OPEN_DUTY
from services.oversight.domain.labels import SEX, UNKNOWN, Names, names_of
from services.oversight.domain.sentences import HIDDEN
from services.oversight.storage.alarms import alarm_counts
from services.oversight.storage.scope import Scope
from services.oversight.storage.tables import AID, BODIES, CASES, DUTIES, EPISODES, PUPILS, SCHOOLS, TEXTS

DONE_DUTY = ("completed", "declined")
RATE_DIGITS = 6
"""Digits of a rate: a county of a million pupils still shows one child."""

UNDER_OBSERVATION = "under_observation"
DIMENSIONS = ("cause", "grade", "township", "school", "sex", "group")


def summary(engine: sa.Engine, scope: Scope, today: date) -> dict[str, Any]:
    """The county, or the caller's part of it, as it stands today."""
    year = school_year(today)
    with engine.connect() as connection:
        return {
            "on": today,
            "school_year": year,
            "ledgers": _ledgers(connection, scope),
            "rates": _rates(connection, scope, year),
            "cases": _states(connection, CASES.c.state, scope.child(CASES.c.pupil_id)),
            "outcomes": _states(connection, CASES.c.outcome, CASES.c.state == "closed", scope.child(CASES.c.pupil_id)),
            "duties": _duties(connection, scope),
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
        .where(scope.child(DUTIES.c.pupil_id))
        .group_by(DUTIES.c.department, DUTIES.c.state, overdue)
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for department, state, late, count in connection.execute(query):
        kind = "open" if state in OPEN_DUTY else "done" if state in DONE_DUTY else "withdrawn"
        counted[department][kind] += count
        counted[department]["overdue"] += count if late and kind == "open" else 0
    return [
        {
            "department": department,
            "zh": names_of(Department, department)[0],
            "en": names_of(Department, department)[1],
            **{kind: counted[department][kind] for kind in ("open", "overdue", "done", "withdrawn")},
        }
        for department in sorted(counted)
    ]


# --- distribution ---------------------------------------------------------------------------------------------------

Keys = Callable[[Mapping[str, Any]], Iterable[str | None]]


def distribution(engine: sa.Engine, scope: Scope, by: str) -> list[dict[str, Any]]:
    """The children suspected, dropped out and under observation now, by one property; a child of two groups counts in both."""
    query = (
        sa.select(PUPILS, CASES.c.cause)
        .outerjoin(CASES, sa.and_(CASES.c.episode_id == PUPILS.c.episode_id, CASES.c.pupil_id == PUPILS.c.pupil_id))
        .where(PUPILS.c.ledger.in_((Ledger.SUSPECTED, Ledger.DROPOUT)), scope.children())
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    with engine.connect() as connection:
        for found in connection.execute(query):
            row = found._asdict()
            column = UNDER_OBSERVATION if row["under_observation"] else str(row["ledger"])
            for key in _keys(by, row, scope):
                counted[key or ""][column] += 1
        names = _names(connection, by)
    shown = (
        {
            "key": key,
            "zh": names(key)[0],
            "en": names(key)[1],
            **{column: counted[key][column] for column in (Ledger.SUSPECTED, Ledger.DROPOUT, UNDER_OBSERVATION)},
        }
        for key in counted
    )
    return sorted(shown, key=lambda item: (-sum(counted[item["key"]].values()), item["key"]))


def _keys(by: str, row: Mapping[str, Any], scope: Scope) -> Iterable[str | None]:
    match by:
        case "cause":
            hidden = row["cause"] in RESTRICTED_CAUSES and not scope.sees_restricted
            return ("restricted" if hidden else row["cause"],)
        case "grade":
            return (str(row["grade"]),)
        case "township":
            return (row["division"][:TOWNSHIP_DIGITS],)
        case "school":
            return (row["school_id"],)
        case "group":
            return row["groups"] or ("",)
        case _:
            return (row["sex"],)


def _names(connection: sa.Connection, by: str) -> Callable[[str], Names]:
    match by:
        case "cause":
            return lambda key: HIDDEN if key == "restricted" else names_of(Cause, key) if key else UNKNOWN
        case "grade":
            return lambda key: (f"{key} 年级", f"grade {key}")
        case "township":
            townships = sa.select(BODIES.c.division, BODIES.c.name, BODIES.c.name_en).where(BODIES.c.kind == BodyKind.TOWNSHIP)
            named = {division: (zh, en) for division, zh, en in connection.execute(townships)}
        case "school":
            schools = sa.select(SCHOOLS.c.school_id, SCHOOLS.c.name, SCHOOLS.c.name_en)
            named = {school_id: (zh, en) for school_id, zh, en in connection.execute(schools)}
        case "group":
            return lambda key: names_of(Group, key) if key else ("无", "none")
        case _:
            return lambda key: SEX.get(key, UNKNOWN)
    return lambda key: named.get(key, (key, key))
