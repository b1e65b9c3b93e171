"""The county's calendars and numbers as every service holds them, and how a term becomes an instant.

Calendars and policies are identity's events; each service keeps them in two tables (`chassis.storage.tables`).
A day that no calendar names falls back to Monday–Friday and is *provisional*: what hangs on it is recomputed when the
calendar arrives (architecture.md, timers; domain.md §2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from services.chassis.decider import COUNTY_TIME, Term, Unit, county_day

GOVERNMENT = "government"
"""The calendar of working days; every other calendar is named by its school's id."""

ALL_SCHOOLS = "schools"
"""The school calendar of the county, which holds where a school has none of its own."""

LONGEST_TERM_DAYS = 3660
"""A term that does not end within ten years is a broken calendar, not a deadline."""


class DayKind(StrEnum):
    """What a day is: government days are `work` or `rest`; school days `school`, `off` (weekend, holiday), `return` or `vacation`.

    On a `return` day boarders come back and no lessons are held.
    """

    WORK = "work"
    REST = "rest"
    SCHOOL = "school"
    OFF = "off"
    RETURN = "return"
    VACATION = "vacation"


BREAKS = frozenset({DayKind.OFF, DayKind.VACATION})
"""Days on which a school is empty."""

ONE_DAY = timedelta(days=1)


class Calendars(msgspec.Struct, frozen=True):
    """Every published day of every calendar: calendar → day → kind."""

    published: Mapping[str, Mapping[date, DayKind]] = msgspec.field(default_factory=dict)

    def kind(self, calendar: str, day: date) -> tuple[DayKind, bool]:
        """What the day is in the calendar, and whether that is provisional."""
        if calendar == GOVERNMENT:
            named = self.published.get(GOVERNMENT, {}).get(day)
            fallback = DayKind.WORK if day.weekday() < 5 else DayKind.REST
        else:
            named = self.published.get(calendar, {}).get(day) or self.published.get(ALL_SCHOOLS, {}).get(day)
            fallback = DayKind.SCHOOL if day.weekday() < 5 else DayKind.OFF
        return (named, False) if named is not None else (fallback, True)

    def is_school_day(self, day: date, school_id: str | None = None) -> bool:
        """Whether the school (or the county's schools) holds lessons that day."""
        return self.kind(school_id or ALL_SCHOOLS, day)[0] is DayKind.SCHOOL

    def school_days_after(self, day: date, until: date, school_id: str | None = None) -> int:
        """How many school days there are after a day, up to another."""
        return sum(self.is_school_day(day + ONE_DAY * passed, school_id) for passed in range(1, (until - day).days + 1))

    def is_return_day(self, day: date, school_id: str | None = None) -> bool:
        """Whether boarders come back that day: as published, else on the last day of a break before lessons begin again."""
        calendar = school_id or ALL_SCHOOLS
        if self.kind(calendar, day)[0] is DayKind.RETURN:
            return True
        if self.is_school_day(day, school_id) or not self.is_school_day(day + ONE_DAY, school_id):
            return False
        before = day - ONE_DAY
        while (kind := self.kind(calendar, before)[0]) in BREAKS:
            before -= ONE_DAY
        return kind is not DayKind.RETURN

    def is_working_day(self, day: date) -> bool:
        """Whether the county's offices work that day."""
        return self.kind(GOVERNMENT, day)[0] is DayKind.WORK

    def counts(self, unit: Unit, day: date, school_id: str | None) -> bool:
        """Whether the day counts towards a term of that unit."""
        match unit:
            case Unit.WORKING_DAYS:
                return self.is_working_day(day)
            case Unit.SCHOOL_DAYS:
                return self.is_school_day(day, school_id)
            case Unit.RETURN_DAYS:
                return self.is_return_day(day, school_id)
            case Unit.TERM_DAYS:
                return self.kind(school_id or ALL_SCHOOLS, day)[0] is not DayKind.VACATION
            case _:
                return True

    def due(self, since: datetime | date, term: Term, school_id: str | None = None) -> datetime:
        """The instant at which a term ends; a term of days ends with its last day, at midnight in the county.

        Raises OverflowError for a term that never ends because its calendar has no counting days.
        """
        if term.unit is Unit.MINUTES:
            start = since if isinstance(since, datetime) else midnight(since)
            return start + timedelta(minutes=term.count)
        day = county_day(since) if isinstance(since, datetime) else since
        if term.unit is Unit.TIME_OF_DAY:
            return midnight(day) + timedelta(minutes=term.count)
        last = self._last_day(day, term, school_id)
        return midnight(last + timedelta(days=1)) if term.at is None else midnight(last) + timedelta(minutes=term.at)

    def _last_day(self, day: date, term: Term, school_id: str | None) -> date:
        """The last of the counted days that follow a day."""
        left = max(term.count, 0)
        if term.unit is Unit.DAYS and left < LONGEST_TERM_DAYS:
            return day + timedelta(days=left)
        reached = day
        for _ in range(LONGEST_TERM_DAYS):
            if left == 0:
                return reached
            reached += timedelta(days=1)
            left -= self.counts(term.unit, reached, school_id)
        raise OverflowError(f"a term of {term.count} {term.unit} after {day} does not end within its calendar")


def midnight(day: date) -> datetime:
    """The first instant of a county day."""
    return datetime.combine(day, time(), COUNTY_TIME)
