"""What waits for somebody."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.registry.queries.scope import classes_of, pupils_of
from services.registry.storage.tables import CLASSES, PUPILS, ROLL_CALLS, SCHOOLS

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
