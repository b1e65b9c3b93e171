"""The anchors of a service: what `verify` holds its log against."""

from __future__ import annotations

import sqlalchemy as sa

from services.chassis.checkpoints import CheckpointSigned
from services.oversight.projections.anchors import ANCHOR_ROWS
from services.oversight.storage.tables import ANCHORS


def anchors(engine: sa.Engine, service: str) -> list[CheckpointSigned]:
    """The checkpoints of a service as they came over the bus, by number."""
    query = sa.select(ANCHORS).where(ANCHORS.c.service == service).order_by(ANCHORS.c.number)
    with engine.connect() as connection:
        rows = [ANCHOR_ROWS.read_form(row._asdict()) for row in connection.execute(query)]
    return [CheckpointSigned(**{name: getattr(row, name) for name in CheckpointSigned.__struct_fields__}) for row in rows]
