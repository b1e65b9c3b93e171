"""When a text goes: at the teacher's word, in the hours, on its day – or no longer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.chassis.decider import Command, Deadline, Event, at_time, minutes
from services.notifications.domain.notification import NOTIFICATION
from services.notifications.domain.occasions import AID_APPROVED, RETURN_REMINDER
from services.notifications.domain.policies import (
    CLOSES,
    CONFIRMATION_WAIT,
    OPENS,
    REMINDER_AT,
    URGENT_CLOSES,
    URGENT_OPENS,
)
from services.notifications.domain.releasing import CancelNotification, MissMoment
from tests.notifications.domain.texts_under_way import (
    AID_HOURS_END,
    CANCEL,
    CANCELLED,
    CONFIRM,
    HELD_CONFIRM,
    HELD_RELEASE,
    RELEASE,
    SENT,
    SENT_COMMAND,
    STALE,
    postponed,
)
from tests.notifications.invented import (
    TEXT,
    TODAY,
    call_raised,
    county_time,
    released,
    schedule,
    scheduled,
)
from tests.scenario import NOW, due, scenario


def test_the_teachers_word_releases_the_query() -> None:
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[released()])


def test_a_second_word_of_the_teacher_changes_nothing() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released()], when=CONFIRM, then=[])
    scenario(NOTIFICATION, when=CONFIRM, then=[])


def test_a_return_reminder_is_not_released_by_a_teachers_word() -> None:
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=TODAY + timedelta(days=1))
    scenario(NOTIFICATION, given=[reminder], when=CONFIRM, then=[])


def test_after_half_an_hour_the_query_goes_without_the_teachers_word() -> None:
    assert due(NOTIFICATION, scheduled())["release"] == Deadline("release", NOW, CONFIRMATION_WAIT, RELEASE)
    assert CONFIRMATION_WAIT.default == minutes(30)
    scenario(NOTIFICATION, given=[scheduled()], when=RELEASE, then=[released()], now=NOW + timedelta(minutes=30))


def test_a_text_that_waits_for_nothing_goes_at_once() -> None:
    aid = {"template": AID_APPROVED, "day": None}
    scenario(
        NOTIFICATION,
        when=schedule(**aid),
        then=[scheduled(**aid, urgent=False, waits_for="nothing"), released(AID_HOURS_END)],
    )


@pytest.mark.parametrize(
    ("at", "to_day"),
    [
        ("2026-09-08 07:59", date(2026, 9, 8)),
        ("2026-09-08 21:00", date(2026, 9, 9)),
        ("2026-09-08 23:30", date(2026, 9, 9)),
        ("2026-09-08 00:00", date(2026, 9, 8)),
    ],
)
def test_outside_eight_to_nine_a_text_waits_for_the_next_opening(at: str, to_day: date) -> None:
    now = county_time(at)
    aid = {"template": AID_APPROVED, "day": None}
    waiting = scheduled(**aid, urgent=False, waits_for="nothing", scheduled_at=now)
    scenario(NOTIFICATION, when=schedule(**aid), then=[waiting, postponed(to_day)], now=now)
    opening = Deadline("release", to_day, OPENS, RELEASE)
    ending = Deadline("closing", to_day, CLOSES, RELEASE)
    assert due(NOTIFICATION, waiting, postponed(to_day)) == {"release": opening, "closing": ending}


@pytest.mark.parametrize("at", ["2026-09-08 08:00", "2026-09-08 20:59"])
def test_the_hours_begin_at_eight_and_end_before_nine(at: str) -> None:
    aid = {"template": AID_APPROVED, "day": None}
    now = county_time(at)
    waiting = scheduled(**aid, urgent=False, waits_for="nothing", scheduled_at=now)
    scenario(NOTIFICATION, when=schedule(**aid), then=[waiting, released(AID_HOURS_END)], now=now)


@pytest.mark.parametrize("at", ["2026-09-08 06:00", "2026-09-08 22:59"])
def test_a_same_day_absence_may_be_asked_for_in_the_wider_hours(at: str) -> None:
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[released()], now=county_time(at))


def test_before_the_wider_hours_the_query_waits_for_them() -> None:
    early = county_time("2026-09-08 05:30")
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[postponed(TODAY)], now=early)
    assert due(NOTIFICATION, scheduled(), postponed(TODAY))["release"] == Deadline("release", TODAY, URGENT_OPENS, RELEASE)


def test_hours_are_the_countys_to_set() -> None:
    scenario(
        NOTIFICATION,
        given=[scheduled()],
        when=CONFIRM,
        then=[postponed(TODAY)],
        policies={URGENT_OPENS.code: at_time(11)},
    )


def test_a_query_that_did_not_go_on_its_day_is_stale() -> None:
    stale = due(NOTIFICATION, scheduled())["stale"]
    assert stale == Deadline("stale", TODAY, URGENT_CLOSES, CancelNotification(notification_id=TEXT, reason="stale"))
    scenario(NOTIFICATION, given=[scheduled()], when=stale.command, then=[STALE], now=county_time("2026-09-08 23:00"))
    scenario(NOTIFICATION, given=[scheduled()], when=RELEASE, then=[STALE], now=county_time("2026-09-08 23:10"))
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[STALE], now=county_time("2026-09-09 10:00"))


def test_a_query_that_comes_a_day_late_is_recorded_and_not_sent() -> None:
    now = county_time("2026-09-09 10:00")
    scenario(NOTIFICATION, when=schedule(), then=[scheduled(scheduled_at=now), STALE], now=now)


def test_a_return_reminder_waits_for_the_evening_before() -> None:
    tomorrow = TODAY + timedelta(days=1)
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=tomorrow)
    scenario(NOTIFICATION, when=schedule(template=RETURN_REMINDER, day=tomorrow), then=[reminder])
    assert due(NOTIFICATION, reminder) == {
        "release": Deadline("release", TODAY, REMINDER_AT, RELEASE),
        "stale": Deadline("stale", TODAY, CLOSES, CancelNotification(notification_id=TEXT, reason="stale")),
    }
    evening = county_time("2026-09-08 19:00")
    scenario(NOTIFICATION, given=[reminder], when=RELEASE, then=[released(AID_HOURS_END)], now=evening)


def test_a_return_promised_for_today_is_not_recalled() -> None:
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=TODAY)
    scenario(NOTIFICATION, when=schedule(template=RETURN_REMINDER, day=TODAY), then=[reminder, STALE])


def test_a_worker_that_comes_after_the_hours_leaves_the_text_for_the_morning() -> None:
    aid = scheduled(template=AID_APPROVED, day=None, urgent=False, waits_for="nothing")
    given = [aid, released(AID_HOURS_END)]
    missed = MissMoment(notification_id=TEXT)
    scenario(NOTIFICATION, given=given, when=missed, then=[postponed(date(2026, 9, 9))], now=AID_HOURS_END)
    morning = county_time("2026-09-09 08:30")
    again = released(county_time("2026-09-09 21:00"))
    scenario(NOTIFICATION, given=given, when=missed, then=[again], now=morning)


def test_a_worker_that_comes_after_the_day_leaves_the_query() -> None:
    missed = MissMoment(notification_id=TEXT)
    late = county_time("2026-09-08 23:00")
    scenario(NOTIFICATION, given=[scheduled(), released()], when=missed, then=[STALE], now=late)
    scenario(NOTIFICATION, given=[scheduled()], when=missed, then=[], now=late)


@pytest.mark.parametrize("when", [HELD_CONFIRM, HELD_RELEASE], ids=["confirmed", "its time has come"])
@pytest.mark.parametrize("given", [[scheduled()], [scheduled(), postponed(TODAY)]], ids=["waiting", "postponed"])
def test_in_the_hours_nothing_happens_to_a_held_text_that_could_be_told(given: list[Event], when: Command) -> None:
    scenario(NOTIFICATION, given=given, when=when, then=[])


def test_outside_the_hours_a_held_text_is_put_off_and_grows_stale_as_any_other() -> None:
    aid = scheduled(template=AID_APPROVED, day=None, urgent=False, waits_for="nothing")
    assert due(NOTIFICATION, aid) == {"closing": Deadline("closing", TODAY, CLOSES, RELEASE)}
    for when in (RELEASE, HELD_RELEASE):
        scenario(NOTIFICATION, given=[aid], when=when, then=[postponed(date(2026, 9, 9))], now=AID_HOURS_END)
        scenario(NOTIFICATION, given=[scheduled()], when=when, then=[STALE], now=county_time("2026-09-08 23:10"))


def test_a_query_that_is_postponed_to_its_last_day_grows_stale_with_it() -> None:
    assert set(due(NOTIFICATION, scheduled(), postponed(TODAY))) == {"release", "stale"}


def test_a_released_text_is_not_released_twice() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released()], when=RELEASE, then=[])
    assert due(NOTIFICATION, scheduled(), released()) == {}


@pytest.mark.parametrize("given", [[scheduled()], [scheduled(), postponed(TODAY)], [scheduled(), released()]])
def test_a_text_that_has_not_gone_is_cancelled_with_its_reason(given: list[Event]) -> None:
    scenario(NOTIFICATION, given=given, when=[CANCEL, CANCEL], then=[CANCELLED])
    assert due(NOTIFICATION, *given, CANCELLED) == {}


def test_cancelling_what_was_sent_or_never_was_changes_nothing() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released(), SENT], when=CANCEL, then=[])
    scenario(NOTIFICATION, when=CANCEL, then=[])


def test_a_call_that_is_not_needed_any_more_is_cancelled() -> None:
    scenario(NOTIFICATION, given=[call_raised("no_number")], when=[CANCEL, CANCEL], then=[CANCELLED])


def test_a_text_that_went_while_it_was_cancelled_is_recorded_as_sent() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released(), CANCELLED], when=SENT_COMMAND, then=[SENT])
