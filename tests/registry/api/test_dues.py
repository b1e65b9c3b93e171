"""The visit that the head of a school owes a missing child, over HTTP: who records it, who reads it, where it is an alarm."""

from __future__ import annotations

import pytest

from services.contracts.registry import SchoolVisitRecorded
from tests.registry.county import ANNE, BEI, JUNIOR, SCHOOL_DAYS, County, at

WORDS = "the grandmother says that she looks after the goats"
THIRD = SCHOOL_DAYS[2].isoformat()


@pytest.fixture
def third_day(county: County) -> County:
    """Anne has been missing for three school days."""
    county.live(3, ANNE)
    return county


def visit(**fields: object) -> dict[str, object]:
    return {"visited_on": THIRD, "result": "undecided", "met_child": True, "words": WORDS, **fields}


def visits_due(county: County) -> list[str]:
    return [row["pupil_id"] for row in county.caller("bureau").get("/alarms", kind="visit_due").json["items"]]


def test_the_principal_records_the_visit_of_the_team_and_the_alarm_goes(third_day: County) -> None:
    assert visits_due(third_day) == [ANNE]
    third_day.caller("teacher-7").post(f"/pupils/{ANNE}/contacts", {"day": THIRD, "means": "home_visit", "reached": True})
    assert visits_due(third_day) == [ANNE], "the homeroom teacher alone is no team"
    answer = third_day.caller("principal").post(f"/pupils/{ANNE}/visits", visit(visitors=["principal", "teacher-7"]))
    assert (answer.status_code, answer.json["ledger"]) == (201, "school_age")
    assert visits_due(third_day) == []
    [event] = [event for event in third_day.events(f"pupil-{ANNE}") if isinstance(event, SchoolVisitRecorded)]
    assert (event.visit_id, event.visitors) == (answer.json["visit_id"], ("principal", "teacher-7"))


def test_what_was_said_is_read_by_those_who_read_notes_and_lies_sealed(third_day: County) -> None:
    third_day.caller("principal").post(f"/pupils/{ANNE}/visits", visit())
    for officer, words in (("teacher-7", WORDS), ("bureau", WORDS), ("township", None), ("registrar", None)):
        [shown] = third_day.caller(officer).get(f"/pupils/{ANNE}").json["visits"]
        assert (shown["result"], shown["visitors"], shown["words"]) == ("undecided", ["principal"], words), officer
    for path in third_day.directory.iterdir():
        assert WORDS.encode() not in path.read_bytes()


@pytest.mark.parametrize("officer", ["teacher-7", "registrar", "township", "bureau", "aid"])
def test_nobody_but_the_head_of_the_school_records_it(third_day: County, officer: str) -> None:
    assert third_day.caller(officer).post(f"/pupils/{ANNE}/visits", visit()).status_code == 403


@pytest.mark.parametrize(
    ("pupil", "fields", "code"),
    [
        (ANNE, {"visitors": ["teacher-7"]}, "visit-not-by-team"),
        (ANNE, {"visitors": ["principal", "teacher-3"]}, "visitor-not-of-school"),
        (ANNE, {"visited_on": "2026-08-31"}, "visit-before-absence"),
        (BEI, {}, "nobody-is-missing"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(third_day: County, pupil: str, fields: dict[str, object], code: str) -> None:
    assert third_day.caller("principal").post(f"/pupils/{pupil}/visits", visit(**fields)).json["code"] == code


def test_another_schools_head_finds_no_such_child(third_day: County) -> None:
    assert third_day.caller("central").post(f"/pupils/{ANNE}/visits", visit()).status_code == 404


def test_a_case_takes_over_and_a_correction_takes_back(third_day: County) -> None:
    third_day.live(3, ANNE, first=3)
    assert visits_due(third_day) == []
    assert third_day.caller("principal").post(f"/pupils/{ANNE}/visits", visit()).json["code"] == "visit-belongs-to-case"


def test_a_corrected_list_withdraws_the_visit(third_day: County) -> None:
    third_day.advance(at(SCHOOL_DAYS[3], 8))
    list_of_third = f"/roll-calls/{_class_of(third_day)}/{THIRD}/morning:correct"
    assert third_day.caller("teacher-7").post(list_of_third, {"present": [ANNE]}).status_code == 200
    third_day.settle()
    assert visits_due(third_day) == []


def _class_of(county: County) -> str:
    return str(county.caller("principal").get("/ledger", school_id=JUNIOR, missing=True).json["items"][0]["class_id"])
