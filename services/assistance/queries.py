"""Questions that assistance answers from its read models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.assistance.domain.policies import NOTICE_TERM, Status, latest, named_in_public
from services.assistance.projections import APPLICATION_ROWS, OBJECTION_ROWS, PROGRAMME_ROWS, ApplicationRow, ObjectionRow
from services.assistance.storage.tables import APPLICATIONS, OBJECTIONS, PROGRAMMES
from services.chassis.decider import last_day
from services.chassis.turn import County
from services.contracts.assistance import ProgrammeSet

Schools = Sequence[str] | None
"""The schools that the caller may see; None for the whole county."""

NOTICE_TITLE = ("义务教育学生资助", "Aid for pupils")
"""What a notice says instead of a programme that would give away health or family."""

FILTERS = ("status", "school_id", "programme_code", "pupil_id", "case_id", "school_year")


def programmes(engine: sa.Engine) -> list[ProgrammeSet]:
    """All terms of all programmes, by code and day."""
    query = sa.select(PROGRAMMES).order_by(PROGRAMMES.c.code, PROGRAMMES.c.effective_from)
    with engine.connect() as connection:
        return [PROGRAMME_ROWS.read_form(row._asdict()) for row in connection.execute(query)]


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


def notice(row: ApplicationRow, programme: ProgrammeSet | None, county: County) -> dict[str, Any]:
    """What a public notice shows: no number, phone or cause, and no programme that gives away health or family."""
    shown = programme if programme is not None and named_in_public(programme) else None
    ends = None
    if row.posted_on is not None:
        term = county.policies.get(NOTICE_TERM.code, NOTICE_TERM.default)
        due = county.calendars.due(row.posted_on, term if not isinstance(term, int) else NOTICE_TERM.default)
        ends = last_day(due)
    return {
        "application_id": row.application_id,
        "pupil_id": row.pupil_id,
        "school_id": row.school_id,
        "title_zh": NOTICE_TITLE[0] if shown is None else shown.name_zh,
        "title_en": NOTICE_TITLE[1] if shown is None else shown.name_en,
        "amount_fen": None if shown is None else row.amount_fen,
        "posted_on": row.posted_on,
        "last_day": ends,
    }


def programme_by_code(engine: sa.Engine) -> dict[str, ProgrammeSet]:
    """The terms begun last of every programme, by code."""
    return {programme.code: programme for programme in latest(programmes(engine))}


def overdue_reviews(schools: Schools) -> sa.Select[Any]:
    """The applications that the bureau has not decided within its term."""
    query = sa.select(APPLICATIONS).where(APPLICATIONS.c.status == Status.REVIEW, APPLICATIONS.c.overdue_on.is_not(None))
    return query if schools is None else query.where(APPLICATIONS.c.school_id.in_(schools))
