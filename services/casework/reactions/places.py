"""Where a case belongs, as the schools' rows have it: for reactions, and for acts over HTTP."""

from __future__ import annotations

from services.casework.domain.naming import Place
from services.casework.projections import SCHOOL_ROWS
from services.casework.storage.rows import CaseRow, SchoolRow
from services.chassis.reactions import Rows
from services.contracts.ids import ClassId, SchoolId


def place(rows: Rows, school_id: SchoolId, class_id: ClassId, division: str) -> Place:
    """A place, with the central school of a teaching point."""
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, school_id)
    return Place(school_id, class_id, division, None if school is None else school.central_school_id)


def place_of(rows: Rows, row: CaseRow) -> Place:
    """The place of a known case."""
    return place(rows, row.school_id, row.class_id, row.division)
