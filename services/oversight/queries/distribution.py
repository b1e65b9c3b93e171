"""The children in the ledgers by one of their properties; a restricted cause is told to the bureau only.

For everybody else it counts as if it were not recorded: a share of its own would be one child in a small school.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from services.contracts.codes import RESTRICTED_CAUSES, TOWNSHIP_DIGITS, BodyKind, Cause, Group, Ledger
from services.contracts.labels import UNKNOWN, Names, names_of
from services.contracts.labels.reasons import SEX
from services.oversight.queries.scope import Scope
from services.oversight.storage.tables import BODIES, CASES, PUPILS, SCHOOLS

UNDER_OBSERVATION = "under_observation"
UNKNOWN_OR_HIDDEN: Names = (f"{UNKNOWN[0]}或受限", f"{UNKNOWN[1]} or restricted")
DIMENSIONS = ("cause", "grade", "township", "school", "sex", "group")

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
        names = _names(connection, by, scope)
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
            return (None if hidden else row["cause"],)
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


def _names(connection: sa.Connection, by: str, scope: Scope) -> Callable[[str], Names]:
    match by:
        case "cause":
            return lambda key: names_of(Cause, key) if key else UNKNOWN if scope.sees_restricted else UNKNOWN_OR_HIDDEN
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
