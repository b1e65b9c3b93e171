"""Questions that assistance answers from its read models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.assistance.domain.application_state import Status
from services.assistance.domain.errors import NoSuchProgramme
from services.assistance.domain.panel import of_school
from services.assistance.domain.policies import NOTICE_TERM, in_force, latest
from services.assistance.projections import APPLICATION_ROWS, OBJECTION_ROWS, PROGRAMME_ROWS, PUPIL_ROWS, SCHOOL_ROWS
from services.assistance.storage.rows import ApplicationRow, ObjectionRow, PupilRow, SchoolRow
from services.assistance.storage.tables import APPLICATIONS, OBJECTIONS, PROGRAMMES, SCHOOLS
from services.chassis.county_in_force import County
from services.chassis.decider import last_day
from services.chassis.reactions import Rows
from services.contracts.assistance import ProgrammeSet
from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow, SubstitutionRow
from services.contracts.identity_rows import APPOINTMENT_ROWS, SUBSTITUTION_ROWS
from services.contracts.ids import OfficerId, SchoolId


class Seats(NamedTuple):
    """Who of those named may sit on a panel, and in whose place each of them stands as a substitute."""

    school: frozenset[OfficerId]
    stood_in_for: Mapping[OfficerId, frozenset[OfficerId]]


Schools = Sequence[str] | None
"""The schools that the caller may see; None for the whole county."""

REVIEW_OVERDUE = "review_overdue"
"""The one kind of alarm: a notice has ended, and the bureau takes too long to decide."""

FILTERS = ("status", "school_id", "programme_code", "pupil_id", "case_id", "school_year")


def programmes(engine: sa.Engine) -> list[ProgrammeSet]:
    """All terms of all programmes, by code and day."""
    query = sa.select(PROGRAMMES).order_by(PROGRAMMES.c.code, PROGRAMMES.c.effective_from)
    with engine.connect() as connection:
        return [PROGRAMME_ROWS.read_form(row._asdict()) for row in connection.execute(query)]


def points_under(engine: sa.Engine, central: Sequence[str]) -> tuple[str, ...]:
    """The teaching points under these central schools."""
    query = sa.select(SCHOOLS.c.school_id).where(SCHOOLS.c.central_school_id.in_(central))
    with engine.connect() as connection:
        return tuple(connection.execute(query).scalars()) if central else ()


def applications(schools: Schools, asked: Mapping[str, Any]) -> sa.Select[Any]:
    """The applications that the caller may see, narrowed by what was asked."""
    query = sa.select(APPLICATIONS)
    if schools is not None:
        query = query.where(APPLICATIONS.c.school_id.in_(schools))
    for name in FILTERS:
        if asked.get(name) is not None:
            query = query.where(APPLICATIONS.c[name] == asked[name])
    return query


def application(engine: sa.Engine, application_id: str, schools: Schools) -> ApplicationRow | None:
    """One application, if the caller may see it."""
    query = applications(schools, {}).where(APPLICATIONS.c.application_id == application_id)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return None if row is None else APPLICATION_ROWS.read_form(row._asdict())


def objections(engine: sa.Engine, application_id: str) -> list[ObjectionRow]:
    """The objections to an application, earliest first."""
    query = (
        sa.select(OBJECTIONS)
        .where(OBJECTIONS.c.application_id == application_id)
        .order_by(OBJECTIONS.c.raised_on, OBJECTIONS.c.objection_id)
    )
    with engine.connect() as connection:
        return [OBJECTION_ROWS.read_form(row._asdict()) for row in connection.execute(query)]


def hanging(school_id: str | None) -> sa.Select[Any]:
    """The applications on public notice now."""
    query = sa.select(APPLICATIONS).where(APPLICATIONS.c.status == Status.NOTICE)
    return query if school_id is None else query.where(APPLICATIONS.c.school_id == school_id)


def last_day_of_notice(county: County, row: ApplicationRow) -> date | None:
    """The last day on which an application's notice hangs."""
    if row.posted_on is None:
        return None
    term = county.policies.get(NOTICE_TERM.code, NOTICE_TERM.default)
    return last_day(county.calendars.due(row.posted_on, NOTICE_TERM.default if isinstance(term, int) else term))


def programme_by_code(engine: sa.Engine) -> dict[str, ProgrammeSet]:
    """The terms begun last of every programme, by code."""
    return {programme.code: programme for programme in latest(programmes(engine))}


def overdue_reviews(schools: Schools) -> sa.Select[Any]:
    """The applications that the bureau has not decided within its term."""
    query = sa.select(APPLICATIONS).where(APPLICATIONS.c.status == Status.REVIEW, APPLICATIONS.c.overdue_on.is_not(None))
    return query if schools is None else query.where(APPLICATIONS.c.school_id.in_(schools))


# --- as of a turn ---------------------------------------------------------------------------------------------------


def pupil_of(rows: Rows, pupil_id: str) -> PupilRow | None:
    """A child, if it is or was enrolled here."""
    row: PupilRow | None = rows.row(PUPIL_ROWS, pupil_id)
    return row


def central_school(rows: Rows, school_id: SchoolId) -> SchoolId | None:
    """The central school of a teaching point."""
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, school_id)
    return None if school is None else school.central_school_id


def at_school(rows: Rows, officers: Iterable[OfficerId], school_id: SchoolId, day: date) -> Seats:
    """Those of the officers who may sit on the school's panel that day, by their own right or as a substitute."""
    schools = {school_id, central_school(rows, school_id) or school_id}
    own, stood_in_for = set[OfficerId](), dict[OfficerId, frozenset[OfficerId]]()
    for officer in officers:
        own |= of_school(rows.rows(APPOINTMENT_ROWS, officer_id=officer), schools, day)
        absent = of_school(_lent(rows, officer, day), schools, day)
        if absent:
            stood_in_for[officer] = absent
    return Seats(frozenset(own | stood_in_for.keys()), stood_in_for)


def _lent(rows: Rows, officer: OfficerId, day: date) -> list[AppointmentRow]:
    """The appointments of others in which the officer stands in that day."""
    lent: list[AppointmentRow] = []
    named: list[SubstitutionRow] = rows.rows(SUBSTITUTION_ROWS, substitute_id=officer)
    for row in named:
        office: AppointmentRow | None = rows.row(APPOINTMENT_ROWS, row.office_id)
        post: AppointmentRow | None = rows.row(APPOINTMENT_ROWS, row.appointment_id)
        if post is not None and row.acts_on(day, post, office):
            lent.append(post)
    return lent


def principal(rows: Rows, school_id: SchoolId, day: date) -> OfficerId | None:
    """The school's principal that day; of several the one longest in office."""
    posts: list[AppointmentRow] = rows.rows(APPOINTMENT_ROWS, body_id=school_id, role=Role.PRINCIPAL)
    held = [each for each in posts if each.in_force_on(day)]
    return min(held, key=lambda each: (each.from_on, each.appointment_id)).officer_id if held else None


def applied_for(rows: Rows, code: str, day: date) -> ProgrammeSet:
    """A programme's terms of the day, else those begun or beginning last; raises NoSuchProgramme."""
    settings: list[ProgrammeSet] = rows.rows(PROGRAMME_ROWS)
    for programme in (*in_force(settings, day), *latest(settings)):
        if programme.code == code:
            return programme
    raise NoSuchProgramme(field="programme_code", code=code)
