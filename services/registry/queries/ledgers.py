"""The ledgers, one child and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.contracts.codes import Ledger
from services.registry.queries.away import AWAY_SINCE
from services.registry.queries.scope import pupils_of, within
from services.registry.storage.tables import CASE_NUMBERS, CLASSES, CONTACTS, PUPILS, SCHOOL_VISITS, SCHOOLS, SESSIONS_AWAY

_OF_CHILDS_PAGE_ONLY = (PUPILS.c.sex, PUPILS.c.record_version)
_SHOWN = tuple(column for column in PUPILS.c if column.name not in {hidden.name for hidden in _OF_CHILDS_PAGE_ONLY})


_PUPILS: sa.Select[Any] = (
    sa.select(
        *_SHOWN,
        SCHOOLS.c.name.label("school_name"),
        SCHOOLS.c.name_en.label("school_name_en"),
        CLASSES.c.number.label("class_number"),
        CASE_NUMBERS.c.number.label("entry_number"),
        AWAY_SINCE.label("away_since"),
    )
    .outerjoin(SCHOOLS, SCHOOLS.c.school_id == PUPILS.c.school_id)
    .outerjoin(CLASSES, CLASSES.c.class_id == PUPILS.c.class_id)
    .outerjoin(CASE_NUMBERS, CASE_NUMBERS.c.case_id == PUPILS.c.case_id)
)
"""Children with the names of their school, the number of their class and of their entry, and since when they are away."""

LEDGER_KEYS = (PUPILS.c.school_id, PUPILS.c.class_id, PUPILS.c.pupil_id)
"""A transfer changes them, no roll call does: by the day of its absence a child would jump over the cursor, unseen."""


def ledger(
    caller: Caller,
    *,
    which: Ledger | None = None,
    school_id: str | None = None,
    class_id: str | None = None,
    township: str | None = None,
    grade: int | None = None,
    missing: bool | None = None,
) -> sa.Select[Any]:
    """A ledger, or all three, as far as the caller may see; `township` is the division in which the children live."""
    query = _PUPILS.where(pupils_of(caller))
    query = query.where(PUPILS.c.ledger == which if which is not None else PUPILS.c.ledger != Ledger.STRUCK_OFF)
    if school_id is not None:
        query = query.where(PUPILS.c.school_id == school_id)
    if class_id is not None:
        query = query.where(PUPILS.c.class_id == class_id)
    if township is not None:
        query = query.where(within(PUPILS.c.residence_division, township))
    if grade is not None:
        query = query.where(PUPILS.c.grade == grade)
    if missing is not None:
        query = query.where(PUPILS.c.missing_since.is_not(None) == missing)
    return query


def pupil(engine: sa.Engine, caller: Caller, pupil_id: str) -> sa.RowMapping | None:
    """One child, if it is the caller's to see."""
    with engine.connect() as connection:
        query = _PUPILS.add_columns(*_OF_CHILDS_PAGE_ONLY)
        found = connection.execute(query.where(PUPILS.c.pupil_id == pupil_id, pupils_of(caller)))
        return found.mappings().first()


def sessions_away(engine: sa.Engine, pupil_id: str, most: int) -> Sequence[sa.RowMapping]:
    """The latest sessions at which the child was away, or said to be."""
    query = sa.select(SESSIONS_AWAY).where(SESSIONS_AWAY.c.pupil_id == pupil_id)
    with engine.connect() as connection:
        return connection.execute(query.order_by(SESSIONS_AWAY.c.day.desc(), SESSIONS_AWAY.c.session).limit(most)).mappings().all()


def contacts(engine: sa.Engine, pupil_id: str, most: int) -> Sequence[sa.RowMapping]:
    """The latest contacts with the household."""
    query = sa.select(CONTACTS).where(CONTACTS.c.pupil_id == pupil_id)
    with engine.connect() as connection:
        return connection.execute(query.order_by(CONTACTS.c.day.desc(), CONTACTS.c.contact_id).limit(most)).mappings().all()


def school_visits(engine: sa.Engine, pupil_id: str, most: int) -> Sequence[sa.RowMapping]:
    """The latest visits by the principal's team."""
    query = sa.select(SCHOOL_VISITS).where(SCHOOL_VISITS.c.pupil_id == pupil_id)
    with engine.connect() as connection:
        latest = query.order_by(SCHOOL_VISITS.c.visited_on.desc(), SCHOOL_VISITS.c.visit_id).limit(most)
        return connection.execute(latest).mappings().all()
