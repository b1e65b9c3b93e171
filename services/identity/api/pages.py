"""How officers are shown."""

from __future__ import annotations

from typing import Any

from services.chassis.web.frame import current_service
from services.identity import queries
from services.identity.domain.errors import NoSuchOfficer


def officer_shown(officer_id: str) -> dict[str, Any]:
    """An officer with all appointments and substitutes; raises NoSuchOfficer."""
    engine = current_service().engine
    row = queries.officer(engine, officer_id)
    if row is None:
        raise NoSuchOfficer
    appointments = [dict(appointment._mapping) for appointment in queries.appointments_of(engine, [officer_id])]  # noqa: SLF001  SQLAlchemy's public name
    substitutions = [dict(each._mapping) for each in queries.substitutes_of(engine, officer_id)]  # noqa: SLF001  SQLAlchemy's public name
    substitutes = [each for each in substitutions if each["officer_id"] == officer_id]
    stands_in_for = [each for each in substitutions if each["substitute_id"] == officer_id]
    shown = {"appointments": appointments, "substitutes": substitutes, "stands_in_for": stands_in_for}
    return {**row._mapping, **shown}  # noqa: SLF001  SQLAlchemy's public name
