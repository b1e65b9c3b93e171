"""The access log: who opened what was typed about a child."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.casework.storage.log_tables import REVEAL_LOG


def reveal_log(caller: str | None, person_id: str | None) -> sa.Select[Any]:
    """All of it, an officer's, or a child's."""
    log = sa.select(REVEAL_LOG)
    if caller is not None:
        log = log.where(REVEAL_LOG.c.caller == caller)
    return log if person_id is None else log.where(REVEAL_LOG.c.person_id == person_id)
