"""What somebody has to look at now, of cases and duties."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.casework.domain.duty_state import OPEN, DutyStatus
from services.casework.queries.scope import Scope
from services.casework.storage.rows import Standing
from services.casework.storage.tables import CASES, CHILDREN, DUTIES

LOST_CONTACT = "lost_contact"
"""The reason of a recheck that tells a cause; the other one is told by the outcome."""

ALARM_KINDS = (
    "no_officer",
    "hard_case",
    "relapse",
    "follow_up_overdue",
    "measure_overdue",
    "recheck_due",
    "recheck_changed",
    "upper_age_reached",
    "duty_overdue",
    "duty_declined",
)


def alarms(
    scope: Scope, today: date, kind: str | None, *, restricted_seen: Collection[str] | None
) -> tuple[sa.Select[Any], tuple[sa.ColumnElement[Any], ...]]:
    """What somebody has to look at now, oldest first, and the keys of its pages: kind, case, duty (if about one), since when.

    `restricted_seen` are the restricted cases whose causes the caller may know, None for all: duties and measures tell the cause.
    """
    told = sa.true() if restricted_seen is None else sa.or_(sa.not_(CASES.c.restricted), CASES.c.case_id.in_(restricted_seen))
    of_no_cause = sa.or_(told, CASES.c.recheck_reason.is_distinct_from(LOST_CONTACT))
    newer = CASES.alias("newer")
    superseded = sa.exists().where(newer.c.pupil_id == CASES.c.pupil_id, newer.c.opened_on > CASES.c.opened_on)
    is_open = CASES.c.standing == Standing.OPEN
    past_age_on = sa.select(CHILDREN.c.upper_age_on).where(CHILDREN.c.pupil_id == CASES.c.pupil_id).scalar_subquery()
    found: dict[str, tuple[sa.ColumnElement[Any], sa.ColumnElement[bool]]] = {
        "no_officer": (CASES.c.vacant_from, sa.and_(is_open, CASES.c.vacant_from <= today.isoformat())),
        "hard_case": (CASES.c.hard_on, sa.and_(is_open, CASES.c.hard)),
        "relapse": (CASES.c.relapsed_on, sa.and_(is_open, CASES.c.relapsed_on.is_not(None))),
        "follow_up_overdue": (CASES.c.follow_up_due_on, sa.and_(CASES.c.follow_up_due_on.is_not(None), sa.not_(superseded))),
        "measure_overdue": (CASES.c.measure_overdue_on, sa.and_(is_open, told, CASES.c.measure_overdue_on.is_not(None))),
        "recheck_due": (CASES.c.recheck_due_on, sa.and_(of_no_cause, CASES.c.recheck_due_on.is_not(None))),
        "recheck_changed": (CASES.c.recheck_changed_on, sa.and_(is_open, told, CASES.c.recheck_changed_on.is_not(None))),
        "upper_age_reached": (past_age_on, sa.and_(is_open, CASES.c.returned_on.is_(None), past_age_on.is_not(None))),
    }
    selects = [
        _alarm(name, sa.func.coalesce(since, CASES.c.opened_on)).where(scope.condition(), condition)
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
            about = _alarm(name, since, DUTIES.c.duty_id, DUTIES.c.told_officer_id).join(
                DUTIES, DUTIES.c.case_id == CASES.c.case_id
            )
            selects.append(about.where(scope.condition(), told, condition))
    every = sa.union_all(*selects).subquery("alarms")
    return sa.select(every), (every.c.since, every.c.kind, every.c.case_id, every.c.duty_id)


NO_DUTY = sa.literal("", sa.Text)
NOBODY_TOLD = sa.cast(sa.null(), sa.Text)


def _alarm(
    kind: str, since: sa.ColumnElement[Any], duty_id: sa.ColumnElement[Any] = NO_DUTY, told: sa.ColumnElement[Any] = NOBODY_TOLD
) -> sa.Select[Any]:
    columns = [CASES.c[name] for name in ("case_id", "number", "pupil_id", "school_id", "class_id", "division", "stage")]
    return sa.select(
        sa.literal(kind, sa.Text).label("kind"),
        sa.type_coerce(since, sa.Text).label("since"),
        duty_id.label("duty_id"),
        told.label("told_officer_id"),
        *columns,
    ).select_from(CASES)
