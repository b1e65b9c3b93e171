"""Who sees what of the registry: the own class, school, division or county."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.contracts.codes import Role
from services.registry.storage.tables import CLASSES, PUPILS, SCHOOLS

SCHOOL_HEADS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.ROLL_ADMINISTRATOR)
"""Who answers for all pupils of a school."""

COUNTY_ROLES = (Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.COUNTY_LEADER)
AREA_ROLES = (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE)

LEDGER_ROLES = (*COUNTY_ROLES, *SCHOOL_HEADS, Role.CENTRAL_SCHOOL, Role.HOMEROOM_TEACHER, *AREA_ROLES)
"""Who may look into the ledgers, each into their own part."""

AFTER_EVERY_DIVISION = "~"
"""Sorts behind every digit: the end of a range of division codes."""

Condition = sa.ColumnElement[bool]


def pupils_of(caller: Caller) -> Condition:
    """The children that the caller answers for: class, school (a central school its points too), division of residence, county.

    It adds up all appointments of `caller`: a route passes the caller as of its own roles (`api.scope.acting_as`).
    """
    if caller.holds(*COUNTY_ROLES):
        return sa.true()
    parts: list[Condition] = [
        PUPILS.c.class_id.in_(caller.class_ids(Role.HOMEROOM_TEACHER)),
        PUPILS.c.school_id.in_(caller.school_ids(*SCHOOL_HEADS)),
        *(within(PUPILS.c.residence_division, division) for division in caller.divisions(*AREA_ROLES)),
    ]
    if central := caller.school_ids(Role.CENTRAL_SCHOOL):
        parts.append(PUPILS.c.school_id.in_(with_points(central)))
    return sa.or_(*parts)


def classes_of(caller: Caller) -> Condition:
    """The classes of the caller's own class, schools, division or county; of CLASSES joined with SCHOOLS."""
    if caller.holds(*COUNTY_ROLES):
        return sa.true()
    parts: list[Condition] = [
        CLASSES.c.class_id.in_(caller.class_ids(Role.HOMEROOM_TEACHER)),
        CLASSES.c.school_id.in_(caller.school_ids(*SCHOOL_HEADS, Role.DORM_SUPERVISOR)),
        *(within(SCHOOLS.c.division, division) for division in caller.divisions(*AREA_ROLES)),
    ]
    if central := caller.school_ids(Role.CENTRAL_SCHOOL):
        parts.append(CLASSES.c.school_id.in_(with_points(central)))
    return sa.or_(*parts)


def within(column: sa.ColumnElement[str], division: str) -> Condition:
    """Whether a division code lies in a division: a village's code begins with its township's."""
    return sa.and_(column >= division, column < division + AFTER_EVERY_DIVISION)


def with_points(central: Sequence[str]) -> sa.Select[tuple[str]]:
    """Central schools and the points under them."""
    return sa.select(SCHOOLS.c.school_id).where(
        sa.or_(SCHOOLS.c.school_id.in_(central), SCHOOLS.c.central_school_id.in_(central))
    )  # fmt: skip
