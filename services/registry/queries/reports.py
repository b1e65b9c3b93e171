"""The reports of absences, for those who wrote them and those to whom they are addressed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.chassis.web.caller import Caller
from services.contracts.codes import Role
from services.registry.queries.scope import Condition, with_points
from services.registry.storage.tables import ABSENCE_REPORTS

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
        parts.append(ABSENCE_REPORTS.c.school_id.in_(with_points(central)))
    return sa.or_(*parts)
