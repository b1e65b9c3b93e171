"""How each event changes casework's read models: the schools of the county, what is known of children, cases, duties, reports."""

from __future__ import annotations

from typing import Any

from services.casework.projections.cases import CASE_ROWS
from services.casework.projections.children import CHILD_ROWS
from services.casework.projections.duties import DUTY_ROWS
from services.casework.projections.mandatory_reports import MANDATORY_REPORT_ROWS
from services.casework.projections.schools import SCHOOL_ROWS
from services.chassis.projections import Projection

__all__ = ["CASE_ROWS", "CHILD_ROWS", "DUTY_ROWS", "MANDATORY_REPORT_ROWS", "PROJECTIONS", "SCHOOL_ROWS"]

PROJECTIONS: tuple[Projection[Any], ...] = (SCHOOL_ROWS, CHILD_ROWS, CASE_ROWS, DUTY_ROWS, MANDATORY_REPORT_ROWS)
