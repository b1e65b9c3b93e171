"""A return day 返校日 of boarders: a silent class is unknown, and whoever is expected back stands on a list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.contracts.codes import SchoolKind, Session
from services.contracts.ids import PupilId
from services.contracts.registry import RollCallMissing
from services.registry.domain.enrolment import WritePupilRecord
from tests.registry.county import ANNE, BEI, CHUN, EIGHTH, JUNIOR_CODE, SCHOOL_DAYS, SEVENTH, TOWNSHIP, County, at, school

FRIDAY = SCHOOL_DAYS[3]
SUNDAY = FRIDAY + timedelta(days=2)


def boards(pupil: PupilId, version: int = 2) -> WritePupilRecord:
    return WritePupilRecord(pupil_id=pupil, record_version=version, guardians=(), residence_division=TOWNSHIP, boarding=True)


@pytest.fixture
def weekend(county: County) -> County:
    """Anne and Chun board, Bei does not and is missing; since Tuesday the school asks on return days who is back."""
    county.live(1)
    listed = school(JUNIOR_CODE, SchoolKind.JUNIOR, TOWNSHIP)
    county.do(boards(ANNE), boards(CHUN), replace(listed, boarding=True, sessions=(Session.MORNING, Session.RETURN_DAY)))
    county.live(3, BEI, first=1)
    return county


def silent(county: County, of_class: str) -> list[tuple[date, Session]]:
    events = county.events(f"class_term-{of_class}:2026-1")
    return [(event.day, event.session) for event in events if isinstance(event, RollCallMissing)]


def listed(county: County, officer: str, **asked: Any) -> dict[str, tuple[str, str]]:
    answer = county.caller(officer).get("/returns", day=SUNDAY.isoformat(), **asked)
    assert answer.status_code == 200
    return {each["pupil_id"]: (each["list"], each["standing"]) for each in answer.json["items"]}


def by_dorm(county: County, of_class: str, *absent: PupilId) -> int:
    """The supervisor's list of the evening, as answered."""
    body = {"class_id": of_class, "day": SUNDAY.isoformat(), "session": "return_day", "absent": list(absent)}
    status: int = county.caller("dorm").post("/roll-calls", body).status_code
    county.settle()
    return status


def test_a_boarding_class_that_sends_no_list_on_a_return_day_is_an_alarm(weekend: County) -> None:
    weekend.advance(at(SUNDAY, 19))
    assert by_dorm(weekend, EIGHTH) == 201
    weekend.advance(at(SUNDAY, 21))
    assert (silent(weekend, SEVENTH), silent(weekend, EIGHTH)) == ([(SUNDAY, Session.RETURN_DAY)], [])
    alarms = weekend.caller("principal").get("/alarms", kind="roll_call_missing").json["items"]
    assert [(each["class_id"], each["since"], each["session"]) for each in alarms] == [(SEVENTH, SUNDAY.isoformat(), "return_day")]


@pytest.mark.parametrize("officer", ["principal", "dorm", "bureau"])
def test_who_is_expected_back_stands_on_the_list_of_the_school_and_its_supervisor(weekend: County, officer: str) -> None:
    weekend.advance(at(SUNDAY, 19))
    assert listed(weekend, officer) == {ANNE: ("awaited", "unknown"), CHUN: ("awaited", "unknown")}
    by_dorm(weekend, EIGHTH)
    weekend.advance(at(SUNDAY, 21))
    assert listed(weekend, officer) == {ANNE: ("missing", "unknown"), CHUN: ("taken", "back")}
    assert listed(weekend, officer, standing="unknown") == {ANNE: ("missing", "unknown")}
    by_dorm(weekend, SEVENTH, ANNE)
    assert listed(weekend, officer, standing="absent") == {ANNE: ("taken", "absent")}


def test_the_list_of_a_teacher_holds_the_own_class_and_nobody_elses(weekend: County) -> None:
    weekend.advance(at(SUNDAY, 19))
    assert listed(weekend, "teacher-7") == {ANNE: ("awaited", "unknown")}
    assert listed(weekend, "teacher-3") == {}
    assert weekend.caller("aid").get("/returns").status_code == 403


def test_on_a_day_on_which_nobody_comes_back_nobody_is_expected(weekend: County) -> None:
    assert weekend.caller("principal").get("/returns", day=FRIDAY.isoformat()).json["items"] == []


def test_a_return_day_list_that_names_nobody_does_not_end_the_absence_of_a_day_pupil(weekend: County) -> None:
    weekend.advance(at(SUNDAY, 19))
    by_dorm(weekend, SEVENTH)
    assert weekend.happened(BEI)[-2:] == ["SchoolVisitFellDue", "AbsenceReportFellDue"]
    weekend.live(1, first=4)
    assert weekend.happened(BEI)[-3:] == ["AbsenceEnded", "SchoolVisitSettled", "AbsenceReportSettled"]


def test_missing_on_a_return_day_begins_an_absence_but_is_no_school_day(weekend: County) -> None:
    weekend.advance(at(SUNDAY, 19))
    by_dorm(weekend, SEVENTH, ANNE)
    weekend.advance(at(SUNDAY, 23))
    assert weekend.happened(ANNE)[-1] == "AbsenceNoticed"
    weekend.live(1, first=4)
    assert weekend.happened(ANNE)[-1] == "AbsenceEnded"


def test_the_bureau_sees_which_lists_are_expected_on_a_return_day(weekend: County) -> None:
    weekend.advance(at(SUNDAY, 19))
    asked = {"day": SUNDAY.isoformat(), "session": "return_day"}
    items = weekend.caller("bureau").get("/roll-calls", **asked).json["items"]
    assert {each["class_id"] for each in items if each["expected"]} == {SEVENTH, EIGHTH}
