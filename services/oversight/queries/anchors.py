"""The anchors of a service: what `verify` holds its log against."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from services.chassis.checkpoints import CheckpointSigned
from services.oversight.projections.anchors import ANCHOR_ROWS
from services.oversight.storage.tables import ANCHORS

ANCHORS_A_PAGE = 500
ENTRIES_A_PAGE = 4_000
"""Heads and messages told outside: a page ends with the anchor that comes to so many, for one names from none to thousands."""

ANCHORS_A_READ = 10
"""How many stand in memory beyond a page at most."""


def anchors_behind(engine: sa.Engine, service: str, after: int) -> list[CheckpointSigned]:
    """The checkpoints of a service as they came over the bus, by number: those behind one, as many as make a page."""
    page: list[CheckpointSigned] = []
    entries = 0
    for anchor in _behind(engine, service, after):
        page.append(anchor)
        entries += len(anchor.heads) + len(anchor.publications or ())
        if entries >= ENTRIES_A_PAGE or len(page) >= ANCHORS_A_PAGE:
            break
    return page


def last_anchor(engine: sa.Engine, service: str) -> int:
    """The number of the newest anchor of a service, 0 before the first."""
    query = sa.select(sa.func.coalesce(sa.func.max(ANCHORS.c.number), 0)).where(ANCHORS.c.service == service)
    with engine.connect() as connection:
        number: int = connection.execute(query).scalar_one()
    return number


def _behind(engine: sa.Engine, service: str, after: int) -> Iterator[CheckpointSigned]:
    query = sa.select(ANCHORS).where(ANCHORS.c.service == service).order_by(ANCHORS.c.number).limit(ANCHORS_A_READ)
    while True:
        with engine.connect() as connection:
            rows = [ANCHOR_ROWS.read_form(row._asdict()) for row in connection.execute(query.where(ANCHORS.c.number > after))]
        if not rows:
            return
        for row in rows:
            yield CheckpointSigned(**{name: getattr(row, name) for name in CheckpointSigned.__struct_fields__})
        after = rows[-1].number
