"""How officers are shown."""

from __future__ import annotations

from typing import Any

from services.chassis.web.frame import current_service
from services.identity import queries
from services.identity.domain.errors import NoSuchOfficer


def officer_shown(officer_id: str) -> dict[str, Any]:
    """An officer with all appointments; raises NoSuchOfficer."""
    engine = current_service().engine
    row = queries.officer(engine, officer_id)
    if row is None:
        raise NoSuchOfficer
    appointments = [dict(appointment._mapping) for appointment in queries.appointments_of(engine, [officer_id])]  # noqa: SLF001  SQLAlchemy's public name
    return {**row._mapping, "appointments": appointments}  # noqa: SLF001  SQLAlchemy's public name
