"""All anchors that oversight holds of a service, page after page."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from services.chassis.checkpoints import CheckpointSigned
from services.oversight.queries import anchors_behind


def all_anchors(engine: sa.Engine, service: str) -> Iterator[CheckpointSigned]:
    """By number."""
    after = 0
    while page := anchors_behind(engine, service, after):
        yield from page
        after = page[-1].number
