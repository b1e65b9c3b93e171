"""Questions that casework answers from its read models; a case's history is its own stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.casework.domain.duty_state import ANSWERED, OPEN, DutyStatus
from services.casework.domain.errors import NoSuchCase, NoSuchDuty
from services.casework.projections import CASE_ROWS, DUTY_ROWS
from services.casework.storage.rows import CaseRow, DutyRow, Standing
from services.casework.storage.tables import CASES, DUTIES, SCHOOLS
from services.chassis.county import ALL_SCHOOLS, Calendars, DayKind
from services.chassis.decider import last_day
from services.chassis.reactions import Rows
from services.chassis.storage.tables import TIMERS
from services.contracts.codes import Department, Role
from services.contracts.ids import SCHOOL_YEAR_STARTS, SECOND_TERM_STARTS

LONGEST_TERM_DAYS = 250
"""How far ahead a vacation is looked for: no term is longer."""


@dataclass(frozen=True)
class Scope:
    """Which cases an officer may see: everything, or by class, school (points under it included), township, village.

    `companion_id` sees those of `companion_schools` on whose visits they went along.
    """

    everything: bool = False
    class_ids: Sequence[str] = ()
    school_ids: Sequence[str] = ()
    central_ids: Sequence[str] = ()
    townships: Sequence[str] = ()
    villages: Sequence[str] = ()
    companion_id: str = ""
    companion_schools: Sequence[str] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as a condition on the table of cases."""
        if self.everything:
            return sa.true()
        points = sa.select(SCHOOLS.c.school_id).where(SCHOOLS.c.central_school_id.in_(self.central_ids))
        return sa.or_(
            CASES.c.class_id.in_(self.class_ids),
            CASES.c.school_id.in_(self.school_ids),
            CASES.c.school_id.in_(points),
            CASES.c.division.in_(self.villages),
            sa.and_(CASES.c.school_id.in_(self.companion_schools), _names(CASES.c.companions, self.companion_id)),
            *(CASES.c.division.startswith(township, autoescape=True) for township in self.townships),
        )


def _names(officers: sa.ColumnElement[Any], officer_id: str) -> sa.ColumnElement[bool]:
    """Whether a column of officers' ids in JSON holds an id."""
    return sa.cast(officers, sa.Text).contains(f'"{officer_id}"', autoescape=True)


# --- cases ------------------------------------------------------------------------------------------------------------

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
        found = connection.execute(sa.select(CASES).where(CASES.c.restricted, _names(CASES.c.officers, officer_id))).all()
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


# --- duties -----------------------------------------------------------------------------------------------------------

DUE_AT = "due_at"
CASE_NUMBER = "case_number"


@dataclass(frozen=True)
class DutyScope:
    """Which duties an officer may see: everything, or of departments' offices, townships, villages, schools.

    Each office is a department with the division that it covers. `follower_id` is a county leader who follows all duties; those
    of restricted cases, whose cause they tell, when named in the case or told of the delay.
    """

    everything: bool = False
    follower_id: str = ""
    offices: Sequence[tuple[str, str]] = ()
    townships: Sequence[str] = ()
    villages: Sequence[str] = ()
    school_ids: Sequence[str] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as a condition on the table of duties."""
        if self.everything:
            return sa.true()
        of_township = DUTIES.c.department == Department.TOWNSHIP
        areas = [DUTIES.c.division.startswith(township, autoescape=True) for township in self.townships]
        offices = [
            sa.and_(DUTIES.c.department == department, DUTIES.c.division.startswith(area, autoescape=True))
            for department, area in self.offices
        ]
        followed = sa.or_(
            CASES.c.restricted.is_not(True), DUTIES.c.told == Role.COUNTY_LEADER, _names(CASES.c.officers, self.follower_id)
        )
        return sa.or_(
            *offices,
            *([followed] if self.follower_id else []),
            DUTIES.c.school_id.in_(self.school_ids),
            sa.and_(of_township, sa.or_(DUTIES.c.division.in_(self.villages), *areas)),
        )


_DUTIES = (
    sa.select(DUTIES, CASES.c.number.label(CASE_NUMBER), TIMERS.c.due_at.label(DUE_AT))
    .outerjoin(CASES, CASES.c.case_id == DUTIES.c.case_id)
    .outerjoin(TIMERS, TIMERS.c.timer_id == sa.literal("duty-").concat(DUTIES.c.duty_id).concat("/term"))
)
"""Duties with their case's number and the end of their term."""

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
    """The last day of a duty's term: of the running one, or of the one that has passed."""
    if stored["overdue_on"] is not None:
        return date.fromisoformat(stored["overdue_on"])
    return None if stored[DUE_AT] is None else last_day(datetime.fromisoformat(stored[DUE_AT]))


# --- alarms -----------------------------------------------------------------------------------------------------------


def alarms(
    scope: Scope, today: date, kind: str | None, *, restricted_seen: Collection[str] | None
) -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], ...]]:
    """What somebody has to look at now, oldest first, and the keys of its pages: kind, case, duty (if about one), since when.

    `restricted_seen` are the restricted cases whose causes the caller may know, None for all: duties and measures tell the cause.
    """
    told = sa.true() if restricted_seen is None else sa.or_(sa.not_(CASES.c.restricted), CASES.c.case_id.in_(restricted_seen))
    newer = CASES.alias("newer")
    superseded = sa.exists().where(newer.c.pupil_id == CASES.c.pupil_id, newer.c.opened_on > CASES.c.opened_on)
    is_open = CASES.c.standing == Standing.OPEN
    found: dict[str, tuple[sa.ColumnElement[Any], sa.ColumnElement[bool]]] = {
        "no_officer": (CASES.c.vacant_from, sa.and_(is_open, CASES.c.vacant_from <= today.isoformat())),
        "hard_case": (CASES.c.hard_on, sa.and_(is_open, CASES.c.hard)),
        "relapse": (CASES.c.relapsed_on, sa.and_(is_open, CASES.c.relapsed_on.is_not(None))),
        "follow_up_overdue": (CASES.c.follow_up_due_on, sa.and_(CASES.c.follow_up_due_on.is_not(None), sa.not_(superseded))),
        "measure_overdue": (CASES.c.measure_overdue_on, sa.and_(is_open, told, CASES.c.measure_overdue_on.is_not(None))),
        "recheck_due": (CASES.c.recheck_due_on, CASES.c.recheck_due_on.is_not(None)),
    }
    selects = [
        _alarm(name, sa.func.coalesce(since, CASES.c.opened_on), "").where(scope.condition(), condition)
        for name, (since, condition) in found.items()
        if kind in (None, name)
    ]
    is_overdue = sa.and_(DUTIES.c.overdue_on.is_not(None), DUTIES.c.status.in_(sorted(OPEN)))
    of_duties: dict[str, tuple[sa.ColumnElement[Any], sa.ColumnElement[bool]]] = {
        "duty_overdue": (DUTIES.c.overdue_on, is_overdue),
        "duty_declined": (DUTIES.c.answered_at, sa.and_(is_open, DUTIES.c.status == DutyStatus.DECLINED)),
    }
    for name, (since, condition) in of_duties.items():
        if kind in (None, name):
            about = _alarm(name, since, DUTIES.c.duty_id).join(DUTIES, DUTIES.c.case_id == CASES.c.case_id)
            selects.append(about.where(scope.condition(), told, condition))
    every = sa.union_all(*selects).subquery("alarms")
    return sa.select(every), (every.c.since, every.c.kind, every.c.case_id, every.c.duty_id)


ALARM_KINDS = (
    "no_officer",
    "hard_case",
    "relapse",
    "follow_up_overdue",
    "measure_overdue",
    "recheck_due",
    "duty_overdue",
    "duty_declined",
)


def _alarm(kind: str, since: sa.ColumnElement[Any], duty_id: sa.ColumnElement[Any] | str) -> sa.Select[Any]:
    about = sa.literal(duty_id, sa.Text) if isinstance(duty_id, str) else duty_id
    columns = [CASES.c[name] for name in ("case_id", "number", "pupil_id", "school_id", "class_id", "division", "stage")]
    return sa.select(
        sa.literal(kind, sa.Text).label("kind"),
        sa.type_coerce(since, sa.Text).label("since"),
        about.label("duty_id"),
        *columns,
    ).select_from(CASES)


# --- as of a turn -----------------------------------------------------------------------------------------------------


def case_of(rows: Rows, key: str) -> CaseRow:
    """The case with an id or a number; raises NoSuchCase."""
    row: CaseRow | None = rows.row(CASE_ROWS, key) or next(iter(rows.rows(CASE_ROWS, number=key)), None)
    if row is None:
        raise NoSuchCase
    return row


def duty_of(rows: Rows, key: str) -> DutyRow:
    """The duty with an id or a number; raises NoSuchDuty."""
    row: DutyRow | None = rows.row(DUTY_ROWS, key) or next(iter(rows.rows(DUTY_ROWS, number=key)), None)
    if row is None:
        raise NoSuchDuty
    return row
