"""Where the schools of the county lie."""

from __future__ import annotations

from services.casework.storage.rows import SchoolRow
from services.casework.storage.tables import SCHOOLS
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.registry import SchoolChanged, SchoolRegistered


def school_row(_row: SchoolRow | None, event: SchoolRegistered | SchoolChanged, _envelope: Envelope) -> SchoolRow:
    """The school as last described."""
    return SchoolRow(event.school_id, event.division, event.central_school_id)


SCHOOL_ROWS = Projection(
    SCHOOLS,
    SchoolRow,
    dict.fromkeys((SchoolRegistered, SchoolChanged), lambda e: e.school_id),
    school_row,
    afresh=(SchoolRegistered, SchoolChanged),
)
