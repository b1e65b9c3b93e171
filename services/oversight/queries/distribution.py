"""The children in the ledgers by one of their properties; a restricted cause is told to the bureau only.

For everybody else it counts as if it were not recorded: a share of its own would be one child in a small school. Whoever may
not read the cases one by one is told no small cells either (docs/decisions/0015).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from services.contracts.codes import RESTRICTED_CAUSES, TOWNSHIP_DIGITS, BodyKind, Cause, Group, Ledger
from services.contracts.labels import UNKNOWN, Names, names_of
from services.contracts.labels.reasons import SEX
from services.oversight.domain.small_cells import OTHERS, told_together
from services.oversight.queries.scope import Scope
from services.oversight.storage.tables import BODIES, CASES, PUPILS, SCHOOLS

UNDER_OBSERVATION = "under_observation"
UNKNOWN_OR_HIDDEN: Names = (f"{UNKNOWN[0]}或受限", f"{UNKNOWN[1]} or restricted")
TOGETHER: Names = ("其他（人数少，合并）", "others, few each, together")
DIMENSIONS = ("cause", "grade", "township", "school", "sex", "group")

Keys = Callable[[Mapping[str, Any]], Iterable[str | None]]


def distribution(engine: sa.Engine, scope: Scope, by: str, smallest: int) -> list[dict[str, Any]]:
    """The children suspected, dropped out and under observation now, by one property; a child of two groups counts in both.

    `smallest` is the least number of children that is a cell of its own for who may not read the cases.
    """
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
    rows = counted if scope.reads_cases else told_together(counted, smallest)
    return [
        _share(key, TOGETHER if key == OTHERS else names(key), rows[key])
        for key in sorted(rows, key=lambda key: (key == OTHERS, -rows[key].total(), key))
    ]


def _share(key: str, named: Names, counted: Counter[str]) -> dict[str, Any]:
    columns = {column: counted[column] for column in (Ledger.SUSPECTED, Ledger.DROPOUT, UNDER_OBSERVATION)}
    return {"key": key, "zh": named[0], "en": named[1], **columns}


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
