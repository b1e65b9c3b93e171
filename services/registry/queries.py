"""Questions that the registry answers from its read models, each within what the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.contracts.codes import Ledger, Role, Session
from services.contracts.ids import PupilId, grade_in, school_year, term_code
from services.registry.storage.tables import (
    ABSENCE_REPORTS,
    CASE_NUMBERS,
    CLASSES,
    CONTACTS,
    PUPILS,
    ROLL_CALLS,
    SCHOOL_VISITS,
    SCHOOLS,
    SESSIONS_AWAY,
)
from services.registry.storage.vault_tables import IMPORT_FINDINGS, IMPORTS, REVEAL_LOG

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
        parts.append(PUPILS.c.school_id.in_(_with_points(central)))
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
        parts.append(CLASSES.c.school_id.in_(_with_points(central)))
    return sa.or_(*parts)


def within(column: sa.ColumnElement[str], division: str) -> Condition:
    """Whether a division code lies in a division: a village's code begins with its township's."""
    return sa.and_(column >= division, column < division + AFTER_EVERY_DIVISION)


def _with_points(central: Sequence[str]) -> sa.Select[tuple[str]]:
    return sa.select(SCHOOLS.c.school_id).where(
        sa.or_(SCHOOLS.c.school_id.in_(central), SCHOOLS.c.central_school_id.in_(central))
    )  # fmt: skip


# --- ledgers ----------------------------------------------------------------------------------------------------------


_OF_CHILDS_PAGE_ONLY = (PUPILS.c.sex, PUPILS.c.record_version)
_SHOWN = tuple(column for column in PUPILS.c if column.name not in {hidden.name for hidden in _OF_CHILDS_PAGE_ONLY})


_PUPILS: sa.Select[Any] = (
    sa.select(
        *_SHOWN,
        SCHOOLS.c.name.label("school_name"),
        SCHOOLS.c.name_en.label("school_name_en"),
        CLASSES.c.number.label("class_number"),
        CASE_NUMBERS.c.number.label("entry_number"),
    )
    .outerjoin(SCHOOLS, SCHOOLS.c.school_id == PUPILS.c.school_id)
    .outerjoin(CLASSES, CLASSES.c.class_id == PUPILS.c.class_id)
    .outerjoin(CASE_NUMBERS, CASE_NUMBERS.c.case_id == PUPILS.c.case_id)
)
"""Children with the names of their school, the number of their class, and the number of their entry."""

LEDGER_KEYS = (PUPILS.c.school_id, PUPILS.c.class_id, PUPILS.c.pupil_id)


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


# --- reports of absences ------------------------------------------------------------------------------------------------

REPORT_KEYS = (ABSENCE_REPORTS.c.written_on, ABSENCE_REPORTS.c.report_id)


def reports(caller: Caller, pupil_id: str | None = None) -> sa.Select[Any]:
    """The reports that the caller has written or is addressed by: the school's own, its township's, the bureau's all."""
    found = sa.select(ABSENCE_REPORTS).where(_reports_of(caller))
    return found if pupil_id is None else found.where(ABSENCE_REPORTS.c.pupil_id == pupil_id)


def report(engine: sa.Engine, caller: Caller, report_id: str) -> sa.RowMapping | None:
    """One report, if it is the caller's to read."""
    with engine.connect() as connection:
        return connection.execute(reports(caller).where(ABSENCE_REPORTS.c.report_id == report_id)).mappings().first()


def _reports_of(caller: Caller) -> Condition:
    if caller.holds(Role.BUREAU_LEAD, Role.BUREAU_CLERK):
        return sa.true()
    parts: list[Condition] = [
        ABSENCE_REPORTS.c.class_id.in_(caller.class_ids(Role.HOMEROOM_TEACHER)),
        ABSENCE_REPORTS.c.school_id.in_(caller.school_ids(Role.PRINCIPAL, Role.VICE_PRINCIPAL)),
        ABSENCE_REPORTS.c.township.in_(caller.divisions(Role.TOWNSHIP_OFFICER)),
    ]
    if central := caller.school_ids(Role.CENTRAL_SCHOOL):
        parts.append(ABSENCE_REPORTS.c.school_id.in_(_with_points(central)))
    return sa.or_(*parts)


# --- classes and roll calls -------------------------------------------------------------------------------------------

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


def roll_call(engine: sa.Engine, class_id: str, day: date, session: Session) -> sa.RowMapping | None:
    """One list."""
    query = sa.select(ROLL_CALLS).where(
        ROLL_CALLS.c.class_id == class_id, ROLL_CALLS.c.day == day.isoformat(), ROLL_CALLS.c.session == session.value
    )  # fmt: skip
    with engine.connect() as connection:
        return connection.execute(query).mappings().first()


_AWAY = sa.and_(PUPILS.c.ledger == Ledger.DROPOUT, sa.or_(PUPILS.c.returned_on.is_(None), PUPILS.c.lost_on.is_not(None)))
_AWAITED = sa.or_(PUPILS.c.ledger == Ledger.SUSPECTED, sa.and_(PUPILS.c.missing_since.is_not(None), sa.not_(_AWAY)))
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
    PUPILS.c.ledger != Ledger.STRUCK_OFF,
    sa.not_(_AWAY),
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


# --- alarms -----------------------------------------------------------------------------------------------------------


ALARM_KINDS = (
    "absence_unconfirmed",
    "contact_due",
    "visit_due",
    "report_due",
    "leaver_without_school",
    "return_lost",
    "roll_call_missing",
)


def alarms(caller: Caller, kind: str | None) -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], ...]]:
    """What waits for somebody, oldest first, and the keys of its pages: silent classes, what is due for a child, lost returns."""
    of_pupils = [
        _alarm("absence_unconfirmed", PUPILS.c.unconfirmed_on, caller),
        _alarm("contact_due", PUPILS.c.contact_due_on, caller),
        _alarm("visit_due", PUPILS.c.visit_due_on, caller),
        _alarm("report_due", PUPILS.c.report_due_on, caller),
        _alarm("leaver_without_school", PUPILS.c.leaver_since, caller),
        _alarm("return_lost", PUPILS.c.lost_on, caller),
    ]
    silent = (
        sa.select(
            sa.literal("roll_call_missing").label("kind"),
            ROLL_CALLS.c.day.label("since"),
            (ROLL_CALLS.c.class_id + ":" + ROLL_CALLS.c.session).label("subject"),
            ROLL_CALLS.c.school_id,
            ROLL_CALLS.c.class_id,
            sa.null().label("pupil_id"),
            ROLL_CALLS.c.session,
        )
        .join(CLASSES, CLASSES.c.class_id == ROLL_CALLS.c.class_id)
        .join(SCHOOLS, SCHOOLS.c.school_id == CLASSES.c.school_id)
        .where(ROLL_CALLS.c.status == "missing", classes_of(caller))
    )
    every = sa.union_all(*of_pupils, silent).subquery()
    found = sa.select(every) if kind is None else sa.select(every).where(every.c.kind == kind)
    return found, (every.c.since, every.c.kind, every.c.subject)


def _alarm(kind: str, since: sa.Column[str], caller: Caller) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind).label("kind"),
        since.label("since"),
        PUPILS.c.pupil_id.label("subject"),
        PUPILS.c.school_id,
        PUPILS.c.class_id,
        PUPILS.c.pupil_id,
        sa.null().label("session"),
    ).where(since.is_not(None), pupils_of(caller))


# --- imports, and who looked behind the ids ---------------------------------------------------------------------------


def imports(schools: Sequence[str] | None) -> sa.Select[Any]:
    """The imports of some schools; None for all."""
    return sa.select(IMPORTS) if schools is None else sa.select(IMPORTS).where(IMPORTS.c.school_id.in_(schools))


def import_of(engine: sa.Engine, import_id: str, schools: Sequence[str] | None) -> sa.RowMapping | None:
    """One import, if it is of the schools."""
    with engine.connect() as connection:
        return connection.execute(imports(schools).where(IMPORTS.c.import_id == import_id)).mappings().one_or_none()


def import_findings(import_id: str, severity: str | None) -> sa.Select[Any]:
    """What was found in a file: errors, warnings, or both."""
    found = sa.select(IMPORT_FINDINGS).where(IMPORT_FINDINGS.c.import_id == import_id)
    return found if severity is None else found.where(IMPORT_FINDINGS.c.severity == severity)


def reveal_log(caller: str | None, person_id: str | None) -> sa.Select[Any]:
    """The access log: all of it, an asker's, or a person's."""
    log = sa.select(REVEAL_LOG)
    if caller is not None:
        log = log.where(REVEAL_LOG.c.caller == caller)
    return log if person_id is None else log.where(REVEAL_LOG.c.person_id == person_id)
