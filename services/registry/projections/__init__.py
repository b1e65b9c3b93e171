"""The registry's read models: schools, classes, roll calls, imports, and each child's place, ledger and absences."""

from __future__ import annotations

from typing import Any

from services.chassis.projections import Projection
from services.registry.projections.children import (
    ABSENCE_REPORT_ROWS,
    AID_SUBJECT_ROWS,
    CASE_CIRCLE_ROWS,
    CASE_COMPANIONS_ROWS,
    CASE_NUMBER_ROWS,
    CONTACT_ROWS,
    DUTY_SUBJECT_ROWS,
    HOLD_ROWS,
    SCHOOL_VISIT_ROWS,
    SESSION_AWAY_ROWS,
)
from services.registry.projections.imports import IMPORT_ROWS
from services.registry.projections.pupils import PUPIL_ROWS
from services.registry.projections.schools import CLASS_ROWS, ROLL_CALL_ROWS, SCHOOL_ROWS

PROJECTIONS: tuple[Projection[Any], ...] = (
    SCHOOL_ROWS,
    CLASS_ROWS,
    ROLL_CALL_ROWS,
    PUPIL_ROWS,
    SESSION_AWAY_ROWS,
    CONTACT_ROWS,
    SCHOOL_VISIT_ROWS,
    ABSENCE_REPORT_ROWS,
    CASE_NUMBER_ROWS,
    DUTY_SUBJECT_ROWS,
    HOLD_ROWS,
    CASE_COMPANIONS_ROWS,
    CASE_CIRCLE_ROWS,
    AID_SUBJECT_ROWS,
    IMPORT_ROWS,
)
