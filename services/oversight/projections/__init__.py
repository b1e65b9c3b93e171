"""Oversight's read models: what stands for each child, case, duty, text, application; anchors; the index of every event."""

from __future__ import annotations

from typing import Any

from services.chassis.projections import Projection
from services.oversight.projections.anchors import ANCHOR_ROWS
from services.oversight.projections.bodies import BODY_ROWS, OFFICER_ROWS, SCHOOL_ROWS
from services.oversight.projections.cases import CASE_ROWS, DUTY_ROWS
from services.oversight.projections.children import EPISODE_ROWS, PUPIL_ROWS, SILENT_CLASS_ROWS
from services.oversight.projections.index import NAMED, TOLD
from services.oversight.projections.mandatory_reports import MANDATORY_REPORT_ROWS
from services.oversight.projections.texts_and_aid import AID_ROWS, PROGRAMME_ROWS, TEXT_ROWS

PROJECTIONS: tuple[Projection[Any], ...] = (
    PUPIL_ROWS,
    EPISODE_ROWS,
    SILENT_CLASS_ROWS,
    CASE_ROWS,
    DUTY_ROWS,
    MANDATORY_REPORT_ROWS,
    BODY_ROWS,
    OFFICER_ROWS,
    SCHOOL_ROWS,
    TEXT_ROWS,
    AID_ROWS,
    PROGRAMME_ROWS,
    ANCHOR_ROWS,
)

INDEXES = (TOLD, NAMED)
