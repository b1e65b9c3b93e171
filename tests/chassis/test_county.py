"""Calendars: which days count, and when a term of so many of them ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT, Calendars, DayKind, midnight
from services.chassis.decider import (
    COUNTY_TIME,
    Given,
    Term,
    Unit,
    at_time,
    days,
    last_day,
    minutes,
    return_day_at,
    school_day_at,
    school_days,
    term_days,
    working_days,
)

FIRST = date(2026, 8, 1)
DAYS = st.dates(FIRST, date(2027, 7, 31))
COUNTED = (Unit.DAYS, Unit.TERM_DAYS, Unit.WORKING_DAYS, Unit.SCHOOL_DAYS)
TERMS = st.builds(Term, st.integers(0, 60), st.sampled_from(COUNTED))
SCHOOLS = st.sampled_from([None, "school-1"])
WORK_KINDS = st.sampled_from([DayKind.WORK, DayKind.REST])
SCHOOL_KINDS = st.sampled_from([DayKind.SCHOOL, DayKind.OFF, DayKind.VACATION])


@st.composite
def calendars(draw: st.DrawFn) -> Calendars:
    """Some days of the three calendars, published in any way."""
    return Calendars(
        {
            GOVERNMENT: draw(st.dictionaries(DAYS, WORK_KINDS, max_size=30)),
            ALL_SCHOOLS: draw(st.dictionaries(DAYS, SCHOOL_KINDS, max_size=30)),
            "school-1": draw(st.dictionaries(DAYS, SCHOOL_KINDS, max_size=30)),
        }
    )


@given(calendars(), DAYS, TERMS, SCHOOLS)
def test_a_term_ends_with_the_day_that_completes_the_count(
    calendars: Calendars, since: date, term: Term, school_id: str | None
) -> None:
    due = calendars.due(since, term, school_id)
    assert due == midnight(due.astimezone(COUNTY_TIME).date())
    last = due.astimezone(COUNTY_TIME).date() - timedelta(days=1)
    passed = [since + timedelta(days=offset) for offset in range(1, (last - since).days + 1)]
    assert sum(calendars.counts(term.unit, day, school_id) for day in passed) == term.count
    assert term.count == 0 or calendars.counts(term.unit, last, school_id)


@given(calendars(), DAYS, TERMS, SCHOOLS, st.integers(0, 30))
def test_who_starts_later_is_never_due_earlier(
    calendars: Calendars, since: date, term: Term, school_id: str | None, later: int
) -> None:
    start_later = calendars.due(since + timedelta(days=later), term, school_id)
    assert calendars.due(since, term, school_id) <= start_later


@given(calendars(), DAYS, TERMS, SCHOOLS)
def test_one_more_day_is_due_later(calendars: Calendars, since: date, term: Term, school_id: str | None) -> None:
    longer = Term(term.count + 1, term.unit)
    assert calendars.due(since, term, school_id) < calendars.due(since, longer, school_id)


@given(calendars(), DAYS, st.integers(0, 1439), TERMS, SCHOOLS)
def test_the_hour_of_an_instant_does_not_change_the_day_on_which_a_term_of_days_ends(
    calendars: Calendars, day: date, minute: int, term: Term, school_id: str | None
) -> None:
    instant = (midnight(day) + timedelta(minutes=minute)).astimezone(UTC)
    assert calendars.due(instant, term, school_id) == calendars.due(day, term, school_id)


@given(DAYS, st.integers(1, 60), st.integers(1, 50))
def test_a_vacation_pauses_term_days_by_its_length(since: date, count: int, length: int) -> None:
    vacation = {since + timedelta(days=offset): DayKind.VACATION for offset in range(1, length + 1)}
    paused = Calendars({ALL_SCHOOLS: vacation}).due(since, term_days(count))
    assert paused == Calendars().due(since, term_days(count)) + timedelta(days=length)


@given(calendars(), DAYS, st.integers(0, 60))
def test_vacation_does_not_pause_days_or_working_days(calendars: Calendars, since: date, count: int) -> None:
    without = Calendars({GOVERNMENT: calendars.published[GOVERNMENT]})
    for term in (days(count), working_days(count)):
        assert calendars.due(since, term) == without.due(since, term)


@given(calendars(), DAYS)
def test_a_school_without_a_day_of_its_own_follows_the_county(calendars: Calendars, day: date) -> None:
    assert calendars.kind("school-2", day) == calendars.kind(ALL_SCHOOLS, day)
    own = calendars.published["school-1"].get(day)
    assert calendars.kind("school-1", day) == ((own, False) if own else calendars.kind(ALL_SCHOOLS, day))


@given(calendars(), DAYS)
def test_an_unpublished_day_falls_back_to_weekdays_and_says_that_it_is_provisional(calendars: Calendars, day: date) -> None:
    working = day.weekday() < 5
    assert Calendars().kind(GOVERNMENT, day) == (DayKind.WORK if working else DayKind.REST, True)
    assert Calendars().kind("school-1", day) == (DayKind.SCHOOL if working else DayKind.OFF, True)
    assert calendars.kind(GOVERNMENT, day)[1] is (day not in calendars.published[GOVERNMENT])


@pytest.mark.parametrize(
    ("term", "due"),
    [
        (minutes(30), datetime(2026, 9, 8, 10, 30, tzinfo=COUNTY_TIME)),
        (minutes(15 * 60), datetime(2026, 9, 9, 1, 0, tzinfo=COUNTY_TIME)),
        (at_time(21), datetime(2026, 9, 8, 21, 0, tzinfo=COUNTY_TIME)),
        (days(0), datetime(2026, 9, 9, 0, 0, tzinfo=COUNTY_TIME)),
        (days(7), datetime(2026, 9, 16, 0, 0, tzinfo=COUNTY_TIME)),
        (working_days(3), datetime(2026, 9, 12, 0, 0, tzinfo=COUNTY_TIME)),
        (working_days(4), datetime(2026, 9, 15, 0, 0, tzinfo=COUNTY_TIME)),
        (school_days(5), datetime(2026, 9, 16, 0, 0, tzinfo=COUNTY_TIME)),
        (school_day_at(1, 17), datetime(2026, 9, 9, 17, 0, tzinfo=COUNTY_TIME)),
        (school_day_at(4, 7, 30), datetime(2026, 9, 14, 7, 30, tzinfo=COUNTY_TIME)),
        (return_day_at(1, 20), datetime(2026, 9, 13, 20, 0, tzinfo=COUNTY_TIME)),
        (return_day_at(2, 20), datetime(2026, 9, 20, 20, 0, tzinfo=COUNTY_TIME)),
    ],
)
def test_terms_from_ten_in_the_morning_of_a_tuesday(term: Term, due: datetime) -> None:
    assert Calendars().due(datetime(2026, 9, 8, 10, 0, tzinfo=COUNTY_TIME), term) == due


def test_school_days_after_a_day_pass_over_what_is_off() -> None:
    off = {date(2026, 10, day): DayKind.OFF for day in range(1, 9)}
    calendars = Calendars({ALL_SCHOOLS: off})
    assert calendars.school_days_after(date(2026, 9, 30), date(2026, 10, 9)) == 1
    assert calendars.school_days_after(date(2026, 9, 30), date(2026, 9, 30)) == 0
    assert calendars.school_days_after(date(2026, 9, 28), date(2026, 9, 30)) == 2


def test_boarders_come_back_on_the_last_day_of_a_break_of_whatever_length() -> None:
    ten_on_four_off = {date(2026, 9, day): DayKind.OFF for day in (11, 12, 13, 14)}
    calendars = Calendars({"school-1": ten_on_four_off | {date(2026, 9, 6): DayKind.SCHOOL, date(2026, 9, 5): DayKind.SCHOOL}})
    september = [date(2026, 9, day) for day in range(1, 19)]
    assert [day.day for day in september if calendars.is_return_day(day, "school-1")] == [14]
    assert [day.day for day in september if calendars.is_return_day(day, "school-2")] == [6, 13]


def test_a_published_return_day_stands_for_its_break() -> None:
    calendars = Calendars({"school-1": {date(2026, 9, 12): DayKind.RETURN}})
    september = [date(2026, 9, day) for day in range(7, 21)]
    assert [day.day for day in september if calendars.is_return_day(day, "school-1")] == [12, 20]
    assert not calendars.is_school_day(date(2026, 9, 12), "school-1")


def test_an_instant_counts_from_its_day_in_the_county_not_in_utc() -> None:
    late_in_utc = datetime(2026, 9, 7, 17, 0, tzinfo=UTC)  # one o'clock on the 8th in the county
    assert Calendars().due(late_in_utc, days(1)) == datetime(2026, 9, 10, tzinfo=COUNTY_TIME)


def test_a_term_of_days_ends_on_the_day_before_it_falls_due() -> None:
    due = Calendars().due(date(2026, 9, 8), days(1))
    on_time = Given(now=due, actor="service:toy", due_at=due)
    late = replace(on_time, now=due + timedelta(days=4))
    assert [(known.term_ended_on, known.due_on) for known in (on_time, late)] == [(date(2026, 9, 9), date(2026, 9, 10))] * 2
    assert last_day(due) == date(2026, 9, 9)


def test_what_no_timer_asks_for_happens_today() -> None:
    known = Given(now=datetime(2026, 9, 7, 17, 0, tzinfo=UTC), actor="officer-1")  # one o'clock on the 8th in the county
    assert (known.today, known.due_on) == (date(2026, 9, 8), date(2026, 9, 8))


def test_a_term_without_any_day_that_counts_is_a_broken_calendar() -> None:
    endless = {date(2026, 1, 1) + timedelta(days=offset): DayKind.VACATION for offset in range(4000)}
    with pytest.raises(OverflowError):
        Calendars({ALL_SCHOOLS: endless}).due(date(2026, 9, 8), term_days(1))
