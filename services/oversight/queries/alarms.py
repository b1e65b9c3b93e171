"""The open alarms of the county in one list: what nobody has answered, done, found or decided, and what waits in the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from services.chassis.storage.tables import PARKED
from services.contracts.labels.states import ALARMS
from services.oversight.queries.scope import Scope
from services.oversight.storage.rows import OPEN_DUTY
from services.oversight.storage.tables import AID, CASES, DUTIES, MANDATORY_REPORTS, PUPILS, SCHOOLS, SILENT_CLASSES, TEXTS

_NAMES = (
    "school_id",
    "class_id",
    "pupil_id",
    "case_id",
    "duty_id",
    "notification_id",
    "application_id",
    "told_officer_id",
    "detail",
)


def _alarm(kind: str, alarm_id: Any, since: Any, source: Any, *conditions: sa.ColumnElement[bool], **named: Any) -> sa.Select[Any]:
    """One kind of alarm: all selects of the union have the same columns."""
    columns: list[Any] = [
        sa.literal(kind).label("kind"),
        sa.cast(alarm_id, sa.Text).label("alarm_id"),
        sa.cast(since, sa.Text).label("since"),
        *(sa.cast(named.get(name, sa.null()), sa.Text).label(name) for name in _NAMES),
    ]
    return sa.select(*columns).select_from(source).where(*conditions)


def _open(scope: Scope) -> Iterator[sa.Select[Any]]:
    """Whoever reads no cases (aid is granted without them) is told of texts, applications and own reports only."""
    yield from _of_texts_and_aid(scope)
    yield _of_reports(scope)
    if not scope.reads_cases:
        return
    yield from _of_classes_and_children(scope)
    yield from _of_cases_and_duties(scope)
    if scope.county:
        yield _alarm("event_parked", PARKED.c.position, PARKED.c.parked_at, PARKED, detail=PARKED.c.reason)


def _of_classes_and_children(scope: Scope) -> Iterator[sa.Select[Any]]:
    silent, pupils = SILENT_CLASSES.c, PUPILS.c
    yield _alarm(
        "silent_class",
        silent.class_id + "/" + silent.day + "/" + silent.session,
        silent.day,
        SILENT_CLASSES.outerjoin(SCHOOLS, SCHOOLS.c.school_id == silent.school_id),
        scope.of_place(silent.school_id, SCHOOLS.c.division),
        school_id=silent.school_id,
        class_id=silent.class_id,
        detail=silent.session,
    )
    child = {"school_id": pupils.school_id, "class_id": pupils.class_id, "pupil_id": pupils.pupil_id}
    dues = (
        ("absence_unconfirmed", pupils.unconfirmed_on),
        ("contact_due", pupils.contact_due_on),
        ("visit_due", pupils.visit_due_on),
        ("report_due", pupils.report_due_on),
        ("leaver_without_school", pupils.leaver_since),
    )
    for kind, due in dues:
        yield _alarm(kind, pupils.pupil_id, due, PUPILS, due.is_not(None), scope.children(), **child)


def _of_cases_and_duties(scope: Scope) -> Iterator[sa.Select[Any]]:
    cases, duties = CASES.c, DUTIES.c
    of_duty = {name: duties[name] for name in ("duty_id", "case_id", "pupil_id", "told_officer_id")}
    for kind, since, condition in (
        ("duty_overdue", duties.overdue_since, duties.state.in_(OPEN_DUTY)),
        ("duty_declined", duties.declined_since, _of_open_case(duties.case_id)),
    ):
        conditions = (since.is_not(None), condition, scope.child(duties.pupil_id), scope.of_open_case(duties.case_id))
        yield _alarm(kind, duties.duty_id, since, DUTIES, *conditions, **of_duty, detail=duties.department)
    of_case = {"case_id": cases.case_id, "pupil_id": cases.pupil_id}
    is_open, mine = cases.state == "open", scope.child(cases.pupil_id)
    due, missing = cases.missing_since, cases.missing_lines
    yield _alarm("officer_missing", cases.case_id, due, CASES, is_open, missing != "", mine, **of_case, detail=missing)
    due = cases.follow_up_due_on
    yield _alarm("follow_up_due", cases.case_id, due, CASES, is_open, due.is_not(None), mine, **of_case)
    due = cases.recheck_due_on
    # in an open case a recheck is due because contact was lost, which is a cause; in a closed one the outcome asks for it
    told = sa.or_(sa.not_(is_open), scope.of_open_case(cases.case_id))
    yield _alarm("recheck_due", cases.case_id, due, CASES, due.is_not(None), mine, told, **of_case)
    for kind, since in (("relapse", cases.relapsed_on), ("hard_case", cases.hard_since)):
        yield _alarm(kind, cases.case_id, since, CASES, is_open, since.is_not(None), mine, **of_case)
    away, past_age_on = cases.stage.in_(("suspected", "open")), PUPILS.c.upper_age_on
    aged = CASES.join(PUPILS, PUPILS.c.pupil_id == cases.pupil_id)
    yield _alarm("upper_age_reached", cases.case_id, past_age_on, aged, away, past_age_on.is_not(None), mine, **of_case)
    due, known = cases.measure_overdue_on, scope.of_open_case(cases.case_id)
    yield _alarm("measure_overdue", cases.case_id, due, CASES, is_open, due.is_not(None), mine, known, **of_case)
    due = cases.recheck_changed_on
    yield _alarm("recheck_changed", cases.case_id, due, CASES, is_open, due.is_not(None), mine, known, **of_case)


def _of_open_case(case_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return case_id.in_(sa.select(CASES.c.case_id).where(CASES.c.state == "open"))


def _of_reports(scope: Scope) -> sa.Select[Any]:
    """Mandatory reports that the police have not acknowledged, for those who may know of them, by no post but one."""
    reports = MANDATORY_REPORTS.c
    named = {"pupil_id": reports.pupil_id, "case_id": reports.case_id, "detail": reports.number}
    waits = reports.waits_since
    return _alarm("mandatory_report", reports.report_id, waits, MANDATORY_REPORTS, waits.is_not(None), scope.reports(), **named)


def _of_texts_and_aid(scope: Scope) -> Iterator[sa.Select[Any]]:
    texts, aid, pupils = TEXTS.c, AID.c, PUPILS.c
    text = {"notification_id": texts.notification_id, "pupil_id": texts.pupil_id, "detail": texts.template}
    for kind, state in (("text_uncertain", "uncertain"), ("call_due", "call_due")):
        conditions = (texts.state == state, scope.child(texts.pupil_id))
        yield _alarm(kind, texts.notification_id, texts.changed_at, TEXTS, *conditions, **text)
    yield _alarm(
        "contact_unreachable",
        texts.notification_id,
        texts.unreachable_at,
        TEXTS.join(PUPILS, pupils.pupil_id == texts.pupil_id),
        texts.unreachable_at > pupils.record_written_at,
        scope.children(),
        **text,
        school_id=pupils.school_id,
    )
    yield _alarm(
        "review_overdue",
        aid.application_id,
        aid.overdue_on,
        AID,
        aid.overdue_on.is_not(None),
        aid.state == "review",
        scope.child(aid.pupil_id),
        application_id=aid.application_id,
        pupil_id=aid.pupil_id,
        detail=aid.programme_code,
    )


def open_alarms(scope: Scope, kind: str | None = None) -> sa.Select[Any]:
    """The open alarms that the caller may see, of one kind or of all, to be paged by `order`."""
    every = sa.union_all(*_open(scope)).subquery("alarms")
    query = sa.select(every)
    return query if kind is None else query.where(every.c.kind == kind)


def order(query: sa.Select[Any]) -> tuple[sa.ColumnElement[Any], ...]:
    """The keys by which alarms are listed: the oldest first."""
    columns = query.get_final_froms()[0].c
    return columns.since, columns.kind, columns.alarm_id


def alarm_counts(engine: sa.Engine, scope: Scope) -> dict[str, int]:
    """How many alarms of each kind are open, none left out."""
    every = sa.union_all(*_open(scope)).subquery("alarms")
    query = sa.select(every.c.kind, sa.func.count().label("open")).group_by(every.c.kind)
    with engine.connect() as connection:
        counted = {row.kind: row.open for row in connection.execute(query)}
    return {kind: counted.get(kind, 0) for kind in ALARMS}
