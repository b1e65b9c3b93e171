"""The county's two calendars: government working days, and the school days of the autumn term.

`chinesecalendar` only proposes: a year that it does not know yet falls back to weekdays, marked provisional.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]  # it has no types

WINTER_VACATION_FROM_SATURDAY = 3  # local: the third Saturday of January
FESTIVAL_NAME = "火塘节"  # invented: schools are closed, offices are open, so that the two calendars differ
FESTIVAL_AFTER_SCHOOL_DAYS = 12
PROVISIONAL = "暂定"

_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
_SATURDAY = 5
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class GovernmentDay:
    on: date
    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class SchoolDay:
    on: date
    taught: bool
    name: str


def term_end(first_day: date) -> date:
    """The 31 January after `first_day`."""
    end = date(first_day.year, 1, 31)
    return end if first_day <= end else end.replace(year=first_day.year + 1)


def government_days(first_day: date) -> tuple[GovernmentDay, ...]:
    """Every day of the civil years that the term touches."""
    return tuple(_government_day(on) for on in _days(date(first_day.year, 1, 1), date(term_end(first_day).year, 12, 31)))


def _government_day(on: date) -> GovernmentDay:
    weekday = on.weekday() < _SATURDAY
    try:
        off, holiday = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:
        return GovernmentDay(on, weekday, PROVISIONAL)
    name = _HOLIDAYS.get(holiday, "") if holiday else ""
    if name and not off:
        name = f"{name}调休上班"
    elif off and not name:
        name = "周末"
    return GovernmentDay(on, not off, name)


def school_calendar(first_day: date) -> tuple[SchoolDay, ...]:
    """Every day from `first_day` to 31 January: taught on working days but for one local festival and the vacation."""
    vacation_from = _saturday_of_january(term_end(first_day).year, WINTER_VACATION_FROM_SATURDAY)
    calendar: list[SchoolDay] = []
    taught = 0
    festival_held = False
    for day in (_government_day(on) for on in _days(first_day, term_end(first_day))):
        if vacation_from <= day.on:
            calendar.append(SchoolDay(day.on, taught=False, name="寒假"))
        elif not day.works:
            calendar.append(SchoolDay(day.on, taught=False, name="周末" if day.name == PROVISIONAL else day.name))
        elif not festival_held and taught >= FESTIVAL_AFTER_SCHOOL_DAYS and day.on.weekday() == _FRIDAY:
            festival_held = True
            calendar.append(SchoolDay(day.on, taught=False, name=FESTIVAL_NAME))
        else:
            taught += 1
            name = "开学" if taught == 1 else "" if day.name == PROVISIONAL else day.name.replace("上班", "上课")
            calendar.append(SchoolDay(day.on, taught=True, name=name))
    return tuple(calendar)


def first_school_day(first_day: date) -> date:
    """The first day that is taught from `first_day` on."""
    return next(day.on for day in school_calendar(first_day) if day.taught)


def _saturday_of_january(year: int, nth: int) -> date:
    first = date(year, 1, 1)
    return first + timedelta(days=(_SATURDAY - first.weekday()) % 7 + 7 * (nth - 1))


def _days(first: date, last: date) -> Iterator[date]:
    for past in range((last - first).days + 1):
        yield first + timedelta(days=past)
