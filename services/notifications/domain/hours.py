"""When a text may go: the sending hours of the county, and the wider ones of a same-day absence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec

from services.chassis.decider import COUNTY_TIME, Given, Policy, Term, county_day
from services.notifications.domain.policies import CLOSES, OPENS, URGENT_CLOSES, URGENT_OPENS


class Hours(msgspec.Struct, frozen=True):
    """From when to when one texts, each in minutes after midnight in the county; the end is not included."""

    opens: int
    closes: int

    def hold(self, now: datetime) -> bool:
        """Whether one may text now."""
        return self.opens <= _minute_of_day(now) < self.closes

    def closing(self, now: datetime) -> datetime:
        """The instant at which today's hours end."""
        midnight = datetime.combine(county_day(now), time(), COUNTY_TIME)
        return midnight + timedelta(minutes=self.closes)

    def next_opening(self, now: datetime) -> date:
        """The day whose opening comes next."""
        today = county_day(now)
        return today if _minute_of_day(now) < self.opens else today + timedelta(days=1)


def sending_hours(given: Given, *, urgent: bool) -> Hours:
    """The hours in force."""
    return Hours(given.value(opening(urgent=urgent)).count, given.value(closing(urgent=urgent)).count)


def opening(*, urgent: bool) -> Policy[Term]:
    """The number that says when one begins to text."""
    return URGENT_OPENS if urgent else OPENS


def closing(*, urgent: bool) -> Policy[Term]:
    """The number that says when one stops."""
    return URGENT_CLOSES if urgent else CLOSES


def _minute_of_day(now: datetime) -> int:
    local = now.astimezone(COUNTY_TIME)
    return local.hour * 60 + local.minute
