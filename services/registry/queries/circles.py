"""Who may know what was written about a child of whom there is a case."""

from __future__ import annotations

import sqlalchemy as sa

from services.registry.projections.children import CASE_CIRCLE_ROWS
from services.registry.storage.rows import CaseCircleRow
from services.registry.storage.tables import CASE_CIRCLES


def case_circles(engine: sa.Engine, pupil_id: str) -> list[CaseCircleRow]:
    """Of each case of a child: whether it is restricted, and who is named in it."""
    with engine.connect() as connection:
        found = connection.execute(sa.select(CASE_CIRCLES).where(CASE_CIRCLES.c.pupil_id == pupil_id)).mappings().all()
    return [CASE_CIRCLE_ROWS.read_form(dict(each)) for each in found]
