"""All routes of casework."""

from __future__ import annotations

from services.casework.api.case_routes import CASES
from services.casework.api.closing_routes import CLOSING
from services.casework.api.duty_routes import DUTIES
from services.casework.api.keeping_routes import KEEPING
from services.casework.api.log_routes import LOG
from services.casework.api.record_routes import RECORDS
from services.casework.api.report_routes import REPORTS
from services.casework.api.return_routes import RETURNS
from services.casework.api.table_routes import TABLES

BLUEPRINTS = (CASES, RECORDS, KEEPING, RETURNS, CLOSING, DUTIES, REPORTS, TABLES, LOG)
