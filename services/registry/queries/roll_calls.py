"""Classes and what they have sent: lists, members, who comes back on a return day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.contracts.codes import Ledger, Session
from services.contracts.ids import PupilId, grade_in, school_year, term_code
from services.registry.queries.away import DROPPED_OUT
from services.registry.queries.scope import classes_of
from services.registry.storage.tables import CLASSES, PUPILS, ROLL_CALLS, SCHOOLS, SESSIONS_AWAY

_ON_ROLL = PUPILS.c.enrolment != "left"
"""Whoever is past the upper age has left the ledgers, and sits in class all the same."""

CLASS_KEYS = (CLASSES.c.school_id, CLASSES.c.cohort, CLASSES.c.number, CLASSES.c.class_id)


def grade_on(cohort: int, day: date) -> int:
    """The grade of a class in the school year of a day."""
    return grade_in(cohort, school_year(day))


def classes(caller: Caller) -> sa.Select[Any]:
    """The caller's classes with their schools and the number of pupils on the roll."""
    on_roll = sa.select(sa.func.count()).where(PUPILS.c.class_id == CLASSES.c.class_id, _ON_ROLL)
    return _classes(caller).add_columns(on_roll.scalar_subquery().label("pupils"))


def roll_calls(caller: Caller, day: date, session: Session, status: str | None) -> sa.Select[Any]:
    """What each of the caller's classes has sent for a session; `awaited` are those of which nothing is known yet."""
    of_session = sa.and_(
        ROLL_CALLS.c.class_id == CLASSES.c.class_id,
        ROLL_CALLS.c.day == day.isoformat(),
        ROLL_CALLS.c.session == session.value,
    )
    known = sa.func.coalesce(ROLL_CALLS.c.status, "awaited")
    query = (
        _classes(caller)
        .outerjoin(ROLL_CALLS, of_session)
        .add_columns(
            known.label("status"),
            ROLL_CALLS.c.absent,
            ROLL_CALLS.c.excused,
            ROLL_CALLS.c.stale,
            ROLL_CALLS.c.taken_at,
            ROLL_CALLS.c.corrected_at,
        )
    )
    return query if status is None else query.where(known == status)


_WITH_SCHOOLS = sa.select(
    CLASSES,
    SCHOOLS.c.code.label("school_code"),
    SCHOOLS.c.name.label("school_name"),
    SCHOOLS.c.name_en.label("school_name_en"),
    SCHOOLS.c.sessions,
).join(SCHOOLS, SCHOOLS.c.school_id == CLASSES.c.school_id)


def _classes(caller: Caller) -> sa.Select[Any]:
    return _WITH_SCHOOLS.where(classes_of(caller))


def class_of(engine: sa.Engine, caller: Caller, class_id: str) -> sa.RowMapping | None:
    """One class with its school, if it is the caller's."""
    with engine.connect() as connection:
        return connection.execute(_classes(caller).where(CLASSES.c.class_id == class_id)).mappings().first()


def class_called(engine: sa.Engine, class_id: str) -> sa.RowMapping | None:
    """One class with its school, whoever asks."""
    with engine.connect() as connection:
        return connection.execute(_WITH_SCHOOLS.where(CLASSES.c.class_id == class_id)).mappings().first()


def roll_call(engine: sa.Engine, class_id: str, day: date, session: Session) -> sa.RowMapping | None:
    """One list."""
    query = sa.select(ROLL_CALLS).where(
        ROLL_CALLS.c.class_id == class_id, ROLL_CALLS.c.day == day.isoformat(), ROLL_CALLS.c.session == session.value
    )  # fmt: skip
    with engine.connect() as connection:
        return connection.execute(query).mappings().first()


_AWAITED = sa.or_(PUPILS.c.ledger == Ledger.SUSPECTED, sa.and_(PUPILS.c.missing_since.is_not(None), sa.not_(DROPPED_OUT)))
_UNREGISTERED = sa.and_(
    PUPILS.c.ledger.in_((Ledger.SCHOOL_AGE, Ledger.SUSPECTED)),
    PUPILS.c.enrolment.in_(("enrolled", "expected")),
    PUPILS.c.registered_term != sa.bindparam("term"),
)
_MEMBERS = sa.select(PUPILS.c.pupil_id, PUPILS.c.boarding, _AWAITED.label("awaited"), _UNREGISTERED.label("unregistered")).where(
    PUPILS.c.class_id == sa.bindparam("class_id"), _ON_ROLL
)


class Members(NamedTuple):
    """Who is of a class; who of them boards; who is missing or suspected, or has not registered: seeing them is news."""

    all: frozenset[PupilId]
    boarders: frozenset[PupilId]
    awaited: frozenset[PupilId]
    unregistered: frozenset[PupilId]


def members(engine: sa.Engine, class_id: str, day: date) -> Members:
    """The members of a class, as a list of that day asks for them."""
    with engine.connect() as connection:
        rows = connection.execute(_MEMBERS, {"class_id": class_id, "term": term_code(day)}).all()
    return Members(
        frozenset(row.pupil_id for row in rows),
        frozenset(row.pupil_id for row in rows if row.boarding),
        frozenset(row.pupil_id for row in rows if row.awaited),
        frozenset(row.pupil_id for row in rows if row.unregistered),
    )


# --- who comes back on a return day -----------------------------------------------------------------------------------

RETURN_STANDINGS = ("unknown", "absent", "excused", "back")
"""How an expected boarder stands: of a class that has sent no list nothing is known."""

RETURN_KEYS = (PUPILS.c.school_id, PUPILS.c.class_id, PUPILS.c.pupil_id)

_COMES_BACK = sa.and_(
    PUPILS.c.boarding.is_(True),
    PUPILS.c.enrolment == "enrolled",
    sa.not_(DROPPED_OUT),
)
_RETURN_STANDING = sa.case(
    (ROLL_CALLS.c.status.is_distinct_from("taken"), "unknown"),
    (SESSIONS_AWAY.c.standing.in_(("absent", "excused")), SESSIONS_AWAY.c.standing),
    else_="back",
)


def schools_with_return_days(engine: sa.Engine) -> list[str]:
    """The schools that ask on a return day who has come back."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(SCHOOLS.c.school_id, SCHOOLS.c.sessions)).all()
    return [row.school_id for row in rows if Session.RETURN_DAY in row.sessions]


def returns(caller: Caller, day: date, schools: Sequence[str], standing: str | None) -> sa.Select[Any]:
    """The boarders of the caller's classes who are expected at their schools on a return day, and what is known of each."""
    on = {"day": day.isoformat(), "session": Session.RETURN_DAY.value}
    lists = sa.and_(ROLL_CALLS.c.class_id == PUPILS.c.class_id, *(ROLL_CALLS.c[key] == value for key, value in on.items()))
    away = sa.and_(SESSIONS_AWAY.c.pupil_id == PUPILS.c.pupil_id, *(SESSIONS_AWAY.c[key] == value for key, value in on.items()))
    query = (
        sa.select(
            PUPILS.c.pupil_id,
            PUPILS.c.school_id,
            PUPILS.c.class_id,
            PUPILS.c.grade,
            CLASSES.c.number.label("class_number"),
            sa.func.coalesce(ROLL_CALLS.c.status, "awaited").label("list"),
            _RETURN_STANDING.label("standing"),
        )
        .join(CLASSES, CLASSES.c.class_id == PUPILS.c.class_id)
        .join(SCHOOLS, SCHOOLS.c.school_id == CLASSES.c.school_id)
        .outerjoin(ROLL_CALLS, lists)
        .outerjoin(SESSIONS_AWAY, away)
        .where(_COMES_BACK, CLASSES.c.school_id.in_(schools), classes_of(caller))
    )
    return query if standing is None else query.where(query.selected_columns.standing == standing)
