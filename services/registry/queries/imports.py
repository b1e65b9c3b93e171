"""Imports, and who looked behind the ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.registry.storage.vault_tables import IMPORT_FINDINGS, IMPORTS, REVEAL_LOG


def imports(schools: Sequence[str] | None) -> sa.Select[Any]:
    """The imports of some schools; None for all."""
    return sa.select(IMPORTS) if schools is None else sa.select(IMPORTS).where(IMPORTS.c.school_id.in_(schools))


def import_of(engine: sa.Engine, import_id: str, schools: Sequence[str] | None) -> sa.RowMapping | None:
    """One import, if it is of the schools."""
    with engine.connect() as connection:
        return connection.execute(imports(schools).where(IMPORTS.c.import_id == import_id)).mappings().one_or_none()


def import_findings(import_id: str, severity: str | None) -> sa.Select[Any]:
    """What was found in a file: errors, warnings, or both."""
    found = sa.select(IMPORT_FINDINGS).where(IMPORT_FINDINGS.c.import_id == import_id)
    return found if severity is None else found.where(IMPORT_FINDINGS.c.severity == severity)


def reveal_log(caller: str | None, person_id: str | None) -> sa.Select[Any]:
    """The access log: all of it, an asker's, or a person's."""
    log = sa.select(REVEAL_LOG)
    if caller is not None:
        log = log.where(REVEAL_LOG.c.caller == caller)
    return log if person_id is None else log.where(REVEAL_LOG.c.person_id == person_id)
