"""What the county's aid programmes are called."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.contracts.labels import Names
from services.oversight.storage.tables import PROGRAMMES


def programme_names(engine: sa.Engine) -> Mapping[str, Names]:
    """Every programme by its code: a score of them."""
    with engine.connect() as connection:
        found = connection.execute(sa.select(PROGRAMMES.c.code, PROGRAMMES.c.name_zh, PROGRAMMES.c.name_en))
        return {code: (zh, en) for code, zh, en in found}
