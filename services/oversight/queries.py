"""The questions that oversight answers: trace, summary, distribution, alarms (their SQL is in `storage`), and anchors."""

from __future__ import annotations

import sqlalchemy as sa

from services.chassis.checkpoints import CheckpointSigned
from services.oversight.projections import ANCHOR_ROWS
from services.oversight.storage.alarms import alarm_counts, open_alarms, order
from services.oversight.storage.summary import distribution, summary
from services.oversight.storage.tables import ANCHORS
from services.oversight.storage.tracing import trace

__all__ = ["alarm_counts", "anchors", "distribution", "open_alarms", "order", "summary", "trace"]


def anchors(engine: sa.Engine, service: str) -> list[CheckpointSigned]:
    """The checkpoints of a service as they came over the bus, by number; what `verify` holds its log against."""
    query = sa.select(ANCHORS).where(ANCHORS.c.service == service).order_by(ANCHORS.c.number)
    with engine.connect() as connection:
        rows = [ANCHOR_ROWS.read_form(row._asdict()) for row in connection.execute(query)]
    return [CheckpointSigned(**{name: getattr(row, name) for name in CheckpointSigned.__struct_fields__}) for row in rows]
