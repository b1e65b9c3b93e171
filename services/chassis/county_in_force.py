"""What a service knows of its county now: its code, its calendars, the numbers it has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec
import sqlalchemy as sa

from services.chassis.county import Calendars, DayKind
from services.chassis.decider import Term
from services.chassis.storage.tables import COUNTY_DAYS, COUNTY_POLICIES

COUNTY_TABLES = frozenset({COUNTY_DAYS.name, COUNTY_POLICIES.name})


@dataclass(frozen=True)
class County:
    """The county as of one edition of its calendars and numbers."""

    code: str
    calendars: Calendars = field(default_factory=Calendars)
    policies: Mapping[str, int | Term] = field(default_factory=dict)


def read_county(engine: sa.Engine, code: str) -> County:
    """The county as the service's two tables have it; a later edition of a calendar overrides an earlier one day by day."""
    published: dict[str, dict[date, DayKind]] = {}
    with engine.connect() as connection:
        for calendar_id, days in connection.execute(
            sa.select(COUNTY_DAYS.c.calendar_id, COUNTY_DAYS.c.days).order_by(COUNTY_DAYS.c.sequence)
        ):
            named = published.setdefault(calendar_id, {})
            named.update({date.fromisoformat(day): DayKind(kind) for day, kind in days.items()})
        policies: dict[str, int | Term] = {
            policy: msgspec.convert(value, int | Term)
            for policy, value in connection.execute(sa.select(COUNTY_POLICIES.c.code, COUNTY_POLICIES.c.value))
        }
    return County(code, Calendars(published), policies)
