"""Timers: a command falls due once, when calendars and numbers say so, as long as its reason stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT, DayKind
from services.chassis.decider import COUNTY_TIME, Term, minutes, school_days, working_days
from services.chassis.envelope import Context, stamp
from services.chassis.errors import BusUnavailable
from services.chassis.storage.port import Batch, Timer
from services.chassis.timers import PUT_OFF
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import START, House
from tests.chassis.toy_care import VISIT_WITHIN, OpenCase
from tests.chassis.toy_roll import (
    CONFIRM_AFTER,
    SUSPECT_AFTER,
    TEXT_AFTER,
    AlreadyMissing,
    EndAbsence,
    EnrolPupil,
    NoticeAbsence,
    PublishCalendar,
    SetPolicy,
)

TODAY = START.astimezone(COUNTY_TIME).date()


def missing(house: House, pupil_id: str = "p1") -> None:
    house.tell(EnrolPupil(pupil_id=pupil_id))
    house.tell(NoticeAbsence(pupil_id=pupil_id, day=TODAY))


def kinds(house: House, pupil_id: str = "p1") -> list[str]:
    return [envelope.type.removeprefix("roll.") for envelope in house.roll.store.walk([f"pupil-{pupil_id}"])]


def due(house: House) -> dict[str, datetime]:
    """When each timer of roll is due, by stream and purpose, in the county's time."""
    return {t.timer_id: datetime.fromisoformat(t.due_at).astimezone(COUNTY_TIME) for t in house.roll.store.timers()}


def not_before(house: House) -> dict[str, str]:
    return {timer.timer_id: timer.not_before for timer in house.roll.store.timers()}


def county(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COUNTY_TIME)


def pass_until(town: Town, instant: datetime) -> None:
    """Business time goes on to an instant, and the house works."""
    town.clock.instant = instant
    town.house.settle()


def test_a_deadline_becomes_a_timer_with_the_event_that_asks_for_it(house: House) -> None:
    missing(house)
    assert due(house) == {"pupil-p1/text": county(9, 8, 10, 30), "pupil-p1/suspect": county(9, 16)}


def test_a_timer_fires_when_it_is_due_and_not_before(town: Town, house: House) -> None:
    missing(house)
    pass_until(town, county(9, 8, 10, 30) - timedelta(microseconds=1))
    assert kinds(house) == ["PupilEnrolled", "AbsenceNoticed"]
    pass_until(town, county(9, 8, 10, 30))
    assert kinds(house)[2:] == ["TextFellDue"]
    pass_until(town, county(9, 16))
    assert kinds(house)[3:] == ["PupilSuspected"]


def test_a_timer_fires_once(town: Town, house: House) -> None:
    missing(house)
    pass_until(town, county(9, 8, 11))
    for _ in range(3):
        house.roll.turns.county_changed()
        house.roll_crew.timers.step()
    town.rebuild_house().settle()
    assert kinds(town.house)[2:] == ["TextFellDue"]


def test_what_fell_due_while_the_house_was_down_fires_when_it_is_up(town: Town, house: House) -> None:
    missing(house)
    house.settle()
    again = town.rebuild_house()
    pass_until(town, county(9, 20))
    assert kinds(again)[2:] == ["TextFellDue", "PupilSuspected"]


def test_a_process_that_dies_has_its_timers_in_the_next(town: Town, house: House, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(house.close)  # it is not closed before the next one begins
    missing(house)
    before = due(house)
    town.house_after_death()
    assert due(town.house) == before
    pass_until(town, county(9, 16))
    assert kinds(town.house)[2:] == ["TextFellDue", "PupilSuspected"]


def test_a_timer_is_withdrawn_when_its_reason_goes(town: Town, house: House) -> None:
    missing(house)
    house.tell(EndAbsence(pupil_id="p1"))
    assert due(house) == {}
    pass_until(town, county(12, 31))
    assert kinds(house) == ["PupilEnrolled", "AbsenceNoticed", "AbsenceEnded"]


def test_a_reason_that_comes_again_has_a_timer_of_its_own(town: Town, house: House) -> None:
    missing(house)
    house.tell(EndAbsence(pupil_id="p1"))
    town.clock.instant = county(9, 10, 9)
    house.tell(NoticeAbsence(pupil_id="p1", day=date(2026, 9, 10)))
    assert due(house) == {"pupil-p1/text": county(9, 10, 9, 30), "pupil-p1/suspect": county(9, 18)}


def test_a_timer_withdrawn_between_looking_and_firing_does_not_fire(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(house)
    missing(house, "p2")
    town.clock.instant = county(9, 20)
    look = house.roll.store.due_timers
    quicker = iter([EndAbsence(pupil_id="p2")])

    def look_slowly(now: str, limit: int) -> list[Timer]:
        timers = look(now, limit)
        for command in quicker:
            house.tell(command)
        return timers

    monkeypatch.setattr(house.roll.store, "due_timers", look_slowly)
    house.settle()
    assert kinds(house)[2:] == ["TextFellDue", "PupilSuspected"]
    assert kinds(house, "p2") == ["PupilEnrolled", "AbsenceNoticed", "AbsenceEnded"]


def test_a_published_calendar_moves_the_timers_that_hang_on_it(town: Town, house: House) -> None:
    missing(house)
    festival = {date(2026, 9, 14): DayKind.OFF, date(2026, 9, 13): DayKind.OFF}
    house.tell(PublishCalendar(calendar_id=ALL_SCHOOLS, edition="2026-1", days=festival))
    house.settle()
    assert due(house) == {"pupil-p1/text": county(9, 8, 10, 30), "pupil-p1/suspect": county(9, 17)}
    house.tell(PublishCalendar(calendar_id="school-1", edition="2026-1", days={date(2026, 9, 12): DayKind.SCHOOL}))
    house.settle()
    assert due(house)["pupil-p1/suspect"] == county(9, 16)
    house.tell(PublishCalendar(calendar_id=ALL_SCHOOLS, edition="2026-2", days={date(2026, 9, 14): DayKind.SCHOOL}))
    house.settle()
    assert due(house)["pupil-p1/suspect"] == county(9, 15)


def test_a_calendar_of_another_school_or_office_moves_nothing(house: House) -> None:
    missing(house)
    before = due(house)
    for calendar in ("school-2", GOVERNMENT):
        house.tell(PublishCalendar(calendar_id=calendar, edition="1", days={date(2026, 9, 14): DayKind.REST}))
    house.settle()
    assert due(house) == before


def test_a_calendar_reaches_the_timers_of_other_services(house: House) -> None:
    house.tell(OpenCase(case_id="c1", pupil_id="p1", episode_id="e1"))
    (timer,) = house.care.store.timers()
    assert timer.due_at == stamp(county(9, 12))
    house.tell(PublishCalendar(calendar_id=GOVERNMENT, edition="1", days={date(2026, 9, 9): DayKind.REST}))
    house.settle()
    (timer,) = house.care.store.timers()
    assert timer.due_at == stamp(county(9, 15))


@pytest.mark.parametrize(
    ("term", "moved_to"), [(school_days(2), county(9, 11)), (minutes(24 * 60), county(9, 9)), (school_days(10), county(9, 23))]
)
def test_a_number_that_the_county_sets_moves_its_timers(house: House, term: Term, moved_to: datetime) -> None:
    missing(house)
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=term))
    house.settle()
    assert due(house) == {"pupil-p1/text": county(9, 8, 10, 30), "pupil-p1/suspect": moved_to}


def test_a_term_that_has_become_shorter_than_the_time_passed_fires_at_once(town: Town, house: House) -> None:
    missing(house)
    pass_until(town, county(9, 12))
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(1)))
    house.settle()
    assert kinds(house)[2:] == ["TextFellDue", "PupilSuspected"]


def test_a_new_timer_is_made_by_the_numbers_and_calendars_in_force(house: House) -> None:
    house.tell(SetPolicy(code=TEXT_AFTER.code, value=minutes(5)))
    house.tell(PublishCalendar(calendar_id="school-1", edition="1", days={date(2026, 9, 9): DayKind.OFF}))
    missing(house)
    assert due(house) == {"pupil-p1/text": county(9, 8, 10, 5), "pupil-p1/suspect": county(9, 17)}


def test_vacation_pauses_the_month_but_no_offices_term(town: Town, house: House) -> None:
    missing(house)
    pass_until(town, county(9, 16))
    assert due(house)["pupil-p1/confirm"] == county(10, 9)
    vacation = {date(2026, 10, 1) + timedelta(days=offset): DayKind.VACATION for offset in range(7)}
    house.tell(PublishCalendar(calendar_id=ALL_SCHOOLS, edition="1", days=vacation))
    house.settle()
    assert due(house)["pupil-p1/confirm"] == county(10, 16)
    assert CONFIRM_AFTER.default.count == 30
    (visit,) = house.care.store.timers()
    assert visit.due_at == stamp(county(9, 22))
    assert VISIT_WITHIN.default == working_days(3)


def test_timers_are_looked_over_when_a_house_is_built(town: Town, house: House) -> None:
    missing(house)
    (early,) = [t for t in house.roll.store.timers() if t.timer_id.endswith("suspect")]
    commit(house.roll.store, Batch(timers={early.timer_id: msgspec.structs.replace(early, due_at=stamp(county(12, 1)))}))
    again = town.rebuild_house()
    again.settle()
    assert due(again)["pupil-p1/suspect"] == county(9, 16)


def test_a_command_that_fails_by_a_bug_is_put_off_and_holds_up_no_other_child(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(house)
    missing(house, "p2")
    decider = house.roll.model.decider_of_stream("pupil-p1")
    right = decider.decide

    def decide(state: object, command: object) -> object:
        if getattr(command, "pupil_id", "") == "p1":
            raise ZeroDivisionError
        return right(state, command)

    with monkeypatch.context() as patched:
        patched.setitem(decider.__dict__, "decide", decide)
        pass_until(town, county(9, 8, 11))
        assert kinds(house) == ["PupilEnrolled", "AbsenceNoticed"]
        assert kinds(house, "p2") == ["PupilEnrolled", "AbsenceNoticed", "TextFellDue"]
        assert due(house)["pupil-p1/text"] == county(9, 8, 10, 30)
        assert not_before(house)["pupil-p1/text"] == stamp(county(9, 8, 11) + PUT_OFF)
    pass_until(town, county(9, 8, 12))
    assert kinds(house)[2:] == ["TextFellDue"]


def test_a_timer_that_its_stream_does_not_ask_for_is_let_go(town: Town, house: House) -> None:
    missing(house)
    (text, *_) = house.roll.store.timers()
    stray = msgspec.structs.replace(text, timer_id="pupil-p9/text", stream_id="pupil-p9")
    house.settle()
    commit(house.roll.store, Batch(timers={"pupil-p9/text": stray}))
    pass_until(town, county(9, 17))
    assert not any(t.startswith("pupil-p9") for t in due(house))
    assert kinds(house, "p9") == []


def test_a_refused_command_that_the_state_still_asks_for_is_tried_again_and_still_knows_when_it_was_due(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(house)
    seen: list[datetime | None] = []
    decider = house.roll.model.decider_of_stream("pupil-p1")
    right = decider.decide

    def decide(state: Any, command: Any) -> Any:
        seen.append(command.given.due_at)
        if len(seen) == 1:
            raise AlreadyMissing
        return right(state, command)

    monkeypatch.setitem(decider.__dict__, "decide", decide)
    pass_until(town, county(9, 8, 11))
    assert not_before(house)["pupil-p1/text"] == stamp(county(9, 8, 12))
    house.roll.turns.county_changed()
    pass_until(town, county(9, 8, 12) - timedelta(microseconds=1))
    assert kinds(house) == ["PupilEnrolled", "AbsenceNoticed"]
    pass_until(town, county(9, 8, 12))
    assert kinds(house)[2:] == ["TextFellDue"]
    assert seen == [county(9, 8, 10, 30)] * 2


def test_a_timer_carries_the_trace_of_the_request_that_asked_for_it(town: Town, house: House) -> None:
    house.tell(EnrolPupil(pupil_id="p1"))
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    house.roll.execute(NoticeAbsence(pupil_id="p1", day=TODAY), Context(actor="officer-1", traceparent=trace))
    pass_until(town, county(9, 8, 11))
    (*_, text) = house.roll.store.walk(["pupil-p1"])
    assert (text.type, text.traceparent) == ("roll.TextFellDue", trace)


def test_a_calendar_taken_in_the_same_step_moves_a_timer_before_it_fires(town: Town, house: House) -> None:
    house.tell(OpenCase(case_id="c1", pupil_id="p1", episode_id="e1"))
    house.settle()
    house.tell(PublishCalendar(calendar_id=GOVERNMENT, edition="1", days={date(2026, 9, 9): DayKind.REST}))
    house.roll_crew.relay.step()
    town.clock.instant = county(9, 12)
    house.care_crew.bus_step()
    (timer,) = house.care.store.timers()
    assert timer.due_at == stamp(county(9, 15))


def test_timers_fire_and_messages_are_taken_while_the_bus_takes_none(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(house)
    taken: list[int] = []
    town.clock.instant = county(9, 8, 11)

    def unavailable(_messages: object) -> int:
        raise BusUnavailable

    def take() -> int:
        taken.append(1)
        return 0

    monkeypatch.setattr(house.bus, "publish", unavailable)
    monkeypatch.setattr(house.roll_crew.consumer, "step", take)
    with pytest.raises(BusUnavailable):
        house.roll_crew.bus_step()
    assert taken == [1]
    assert kinds(house)[2:] == ["TextFellDue"]


@pytest.mark.parametrize("term", [minutes(10**12), school_days(10**6)])
def test_a_number_by_which_a_term_never_ends_is_passed_over_for_the_default(house: House, term: Term) -> None:
    house.tell(SetPolicy(code=TEXT_AFTER.code, value=term))
    missing(house)
    assert due(house)["pupil-p1/text"] == county(9, 8, 10, 30)


def test_a_calendar_without_school_days_holds_up_no_event(house: House) -> None:
    endless = {TODAY + timedelta(days=offset): DayKind.VACATION for offset in range(4000)}
    house.tell(PublishCalendar(calendar_id="school-1", edition="1", days=endless))
    missing(house)
    assert due(house)["pupil-p1/suspect"].year == TODAY.year + 10
    mended = dict.fromkeys(endless, DayKind.SCHOOL)
    house.tell(PublishCalendar(calendar_id="school-1", edition="2", days=mended))
    house.settle()
    assert due(house)["pupil-p1/suspect"] == county(9, 14)


def test_a_calendar_on_which_a_term_never_ends_leaves_that_timer_and_moves_the_others(house: House) -> None:
    missing(house)
    house.tell(EnrolPupil(pupil_id="p2", school_id="school-2"))
    house.tell(NoticeAbsence(pupil_id="p2", day=TODAY))
    endless = {TODAY + timedelta(days=offset): DayKind.VACATION for offset in range(4000)}
    house.tell(PublishCalendar(calendar_id="school-1", edition="1", days=endless))
    house.tell(PublishCalendar(calendar_id="school-2", edition="1", days={date(2026, 9, 9): DayKind.OFF}))
    house.settle()
    assert due(house)["pupil-p1/suspect"] == county(9, 16)
    assert due(house)["pupil-p2/suspect"] == county(9, 17)


def test_looking_over_the_timers_is_tried_again_if_it_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(house)
    house.settle()
    house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(1)))
    with monkeypatch.context() as patched:
        patched.setattr(house.roll.store, "timers", _locked)
        with pytest.raises(OSError, match="no space"):
            house.roll_crew.step()
    house.settle()
    assert due(house)["pupil-p1/suspect"] == county(9, 10)


def _locked(_calendar: object = None) -> object:
    raise OSError("no space")


def test_the_command_knows_when_it_was_due_however_late_it_comes(town: Town, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(house)
    seen: list[datetime | None] = []
    decider = house.roll.model.decider_of_stream("pupil-p1")
    right = decider.decide

    def decide(state: Any, command: Any) -> Any:
        seen.append(command.given.due_at)
        return right(state, command)

    monkeypatch.setitem(decider.__dict__, "decide", decide)
    pass_until(town, county(9, 8, 15))
    assert seen == [county(9, 8, 10, 30)]


def test_more_timers_than_one_step_takes_are_all_fired(town: Town, house: House) -> None:
    for number in range(120):
        missing(house, f"p{number}")
    pass_until(town, county(9, 8, 11))
    assert all(kinds(house, f"p{number}")[2:] == ["TextFellDue"] for number in range(120))
