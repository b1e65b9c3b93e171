"""Mandatory reports, for the few who may know of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.casework.domain.errors import NoSuchMandatoryReport
from services.casework.domain.mandatory_report_state import ReportStatus
from services.casework.projections import MANDATORY_REPORT_ROWS
from services.casework.queries.scope import ReportScope
from services.casework.storage.rows import MandatoryReportRow
from services.casework.storage.tables import MANDATORY_REPORTS
from services.chassis.reactions import Rows

_KEY: sa.BindParameter[str] = sa.bindparam("key")
_BY_ID_OR_NUMBER = sa.select(MANDATORY_REPORTS).where(
    sa.or_(MANDATORY_REPORTS.c.report_id == _KEY, MANDATORY_REPORTS.c.number == _KEY)
)


def mandatory_reports(scope: ReportScope, status: ReportStatus | None, *, waiting: bool | None = None) -> sa.Select[Any]:
    """The reports of the scope, of one status or all; those that wait for the police, those that do not, or both."""
    query = sa.select(MANDATORY_REPORTS).where(scope.condition())
    if waiting is not None:
        query = query.where(MANDATORY_REPORTS.c.waits_since.is_not(None) == waiting)
    return query if status is None else query.where(MANDATORY_REPORTS.c.status == status)


def mandatory_report(engine: sa.Engine, key: str) -> MandatoryReportRow | None:
    """A report by its id or number."""
    with engine.connect() as connection:
        row = connection.execute(_BY_ID_OR_NUMBER, {"key": key}).first()
    return None if row is None else MANDATORY_REPORT_ROWS.read_form(row._asdict())


def mandatory_report_row(stored: Mapping[str, Any]) -> MandatoryReportRow:
    """The row of what `mandatory_reports` found."""
    return MANDATORY_REPORT_ROWS.read_form({name: stored[name] for name in MANDATORY_REPORT_ROWS.columns})


def mandatory_report_of(rows: Rows, key: str) -> MandatoryReportRow:
    """The report with an id or a number; raises NoSuchMandatoryReport."""
    row: MandatoryReportRow | None = rows.row(MANDATORY_REPORT_ROWS, key)
    row = row or next(iter(rows.rows(MANDATORY_REPORT_ROWS, number=key)), None)
    if row is None:
        raise NoSuchMandatoryReport
    return row
