"""What the head of a school owes a missing child, over HTTP: who records it, who reads it, where it is an alarm."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.casework.domain.errors import AskTheBureauFirst as AskedInCasework
from services.chassis.decider import Event
from services.contracts.casework import MandatoryReportAnswered, MandatoryReportOpened, MandatoryReportWithdrawn
from services.contracts.codes import Role
from services.contracts.registry import AbsenceReportWritten, SchoolVisitRecorded
from services.registry.domain.errors import AskTheBureauFirst
from tests.callers import appoint
from tests.contracts.example_events import example_event
from tests.registry.county import ANNE, BEI, JUNIOR, OTHER_TOWNSHIP, SCHOOL_DAYS, TOWNSHIP, County, at

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


def test_once_there_is_a_case_visits_are_recorded_there(third_day: County) -> None:
    third_day.live(3, ANNE, first=3)
    assert visits_due(third_day) == [ANNE], "nobody has been there, case or not"
    assert third_day.caller("principal").post(f"/pupils/{ANNE}/visits", visit()).json["code"] == "visit-belongs-to-case"


def test_a_corrected_list_withdraws_the_visit(third_day: County) -> None:
    third_day.advance(at(SCHOOL_DAYS[3], 8))
    list_of_third = f"/roll-calls/{_class_of(third_day)}/{THIRD}/morning:correct"
    assert third_day.caller("teacher-7").post(list_of_third, {"present": [ANNE]}).status_code == 200
    third_day.settle()
    assert visits_due(third_day) == []


def _class_of(county: County) -> str:
    return str(county.caller("principal").get("/ledger", school_id=JUNIOR, missing="true").json["items"][0]["class_id"])


# --- the report ---------------------------------------------------------------------------------------------------------

REPORT = "missing for three days; the grandmother is ill and there is nobody else to look after the goats"


def reports_due(county: County, officer: str = "bureau") -> list[str]:
    return [row["pupil_id"] for row in county.caller(officer).get("/alarms", kind="report_due").json["items"]]


def reported(county: County) -> str:
    answer = county.caller("principal").post(f"/pupils/{ANNE}/reports", {"report": REPORT})
    assert (answer.status_code, answer.json["ledger"]) == (201, "school_age")
    return str(answer.json["report_id"])


def test_the_principals_report_ends_the_alarm_of_school_township_and_bureau(third_day: County) -> None:
    for officer in ("principal", "township", "bureau"):
        assert reports_due(third_day, officer) == [ANNE], officer
    assert third_day.caller("bureau").get(f"/pupils/{ANNE}").json["report_due_on"] == THIRD
    report_id = reported(third_day)
    for officer in ("principal", "township", "bureau"):
        assert reports_due(third_day, officer) == [], officer
    [event] = [event for event in third_day.events(f"pupil-{ANNE}") if isinstance(event, AbsenceReportWritten)]
    assert (event.report_id, event.township, event.by_officer_id) == (report_id, TOWNSHIP, "principal")
    again = third_day.caller("principal").post(f"/pupils/{ANNE}/reports", {"report": REPORT})
    assert (again.status_code, again.json["code"]) == (409, "absence-already-reported")


def test_the_report_is_read_by_those_to_whom_it_is_addressed_and_by_the_school(third_day: County) -> None:
    appoint(third_day.others, "far-township", Role.TOWNSHIP_OFFICER, "body-far", division=OTHER_TOWNSHIP)
    third_day.settle()
    report_id = reported(third_day)
    for officer in ("principal", "teacher-7", "township", "bureau"):
        [listed] = third_day.caller(officer).get("/reports").json["items"]
        assert (listed["report_id"], listed["pupil_id"], "report" in listed) == (report_id, ANNE, False), officer
        assert third_day.caller(officer).get(f"/reports/{report_id}").json["report"] == REPORT, officer
    for officer in ("far-township", "teacher-3", "central"):
        assert third_day.caller(officer).get("/reports").json["items"] == [], officer
        assert third_day.caller(officer).get(f"/reports/{report_id}").json["code"] == "no-such-report", officer
    for officer in ("registrar", "aid", "dorm"):
        assert third_day.caller(officer).get(f"/reports/{report_id}").status_code == 403, officer


def test_who_read_the_report_stands_in_the_log_with_the_purpose(third_day: County) -> None:
    appoint(third_day.others, "lead", Role.BUREAU_LEAD, "body-bureau", division="990126")
    third_day.settle()
    report_id = reported(third_day)
    third_day.caller("township").get("/reports")
    assert third_day.caller("lead").get("/reveal-log").json["items"] == [], "a list opens nothing"
    third_day.caller("township").get(f"/reports/{report_id}")
    [read] = third_day.caller("lead").get("/reveal-log", person_id=ANNE).json["items"]
    assert (read["caller"], read["purpose"], read["plain"]) == ("township", "absence_report", ["report"])


def test_what_the_report_says_lies_sealed(third_day: County) -> None:
    reported(third_day)
    third_day.settle()
    for path in third_day.directory.iterdir():
        assert REPORT.encode() not in path.read_bytes()


@pytest.mark.parametrize("officer", ["teacher-7", "registrar", "township", "bureau"])
def test_nobody_but_the_head_of_the_school_reports(third_day: County, officer: str) -> None:
    assert third_day.caller(officer).post(f"/pupils/{ANNE}/reports", {"report": REPORT}).status_code == 403


def test_a_case_leaves_the_report_due_and_a_correction_withdraws_it(third_day: County) -> None:
    class_id = _class_of(third_day)
    third_day.live(3, ANNE, first=3)
    assert reports_due(third_day) == [ANNE], "the child is suspected by now, and nobody has reported it"
    teacher = third_day.caller("teacher-7")
    for day in SCHOOL_DAYS[2:6]:
        teacher.post(f"/roll-calls/{class_id}/{day}/morning:correct", {"present": [ANNE]})
    third_day.settle()
    assert reports_due(third_day) == []


# --- while the family is left alone -----------------------------------------------------------------------------------


def told_of_report(county: County, *events: type[Event], hold: bool = True) -> None:
    """casework tells of a mandatory report about Anne."""
    for event in events:
        changes = {"hold": hold} if event is MandatoryReportAnswered else {}
        county.told("mandatory_report-r", replace(example_event(event), pupil_id=ANNE, **changes))


def asked(county: County) -> list[tuple[int, str | None]]:
    """What those are answered who would go to the household or call it."""
    contact = {"day": THIRD, "means": "home_visit", "reached": True}
    answers = [
        county.caller("teacher-7").post(f"/pupils/{ANNE}/contacts", contact),
        county.caller("teacher-7").post(f"/pupils/{ANNE}/contacts", {**contact, "means": "call", "reached": False}),
        county.caller("principal").post(f"/pupils/{ANNE}/visits", visit(visitors=["principal", "teacher-7"])),
    ]
    return [(answer.status_code, answer.json.get("code")) for answer in answers]


def what_is_due(county: County) -> list[object]:
    """Each answer that tells whom somebody has to go to, or to ask."""
    answers = []
    for officer in ("teacher-7", "principal", "bureau"):
        caller = county.caller(officer)
        asked = (caller.get("/alarms"), caller.get("/ledger", missing="true"), caller.get(f"/pupils/{ANNE}"))
        answers += [(answer.status_code, answer.json) for answer in asked]
    return answers


def test_while_the_police_have_a_report_nobody_goes_to_the_household_and_what_is_due_stands_as_ever(third_day: County) -> None:
    due = what_is_due(third_day)
    told_of_report(third_day, MandatoryReportOpened)
    assert what_is_due(third_day) == due
    assert asked(third_day) == [(409, "ask-the-bureau-first")] * 3
    told_of_report(third_day, MandatoryReportAnswered)
    assert asked(third_day) == [(409, "ask-the-bureau-first")] * 3
    assert what_is_due(third_day) == due
    told_of_report(third_day, MandatoryReportAnswered, hold=False)
    assert asked(third_day) == [(201, None)] * 3


def test_a_report_that_is_taken_back_lets_them_go_again(third_day: County) -> None:
    told_of_report(third_day, MandatoryReportOpened, MandatoryReportWithdrawn)
    assert asked(third_day) == [(201, None)] * 3


def test_what_the_registry_refuses_then_is_word_for_word_what_casework_does() -> None:
    for language in ("zh", "en"):
        assert AskTheBureauFirst().sentence(language) == AskedInCasework().sentence(language)


def test_another_childs_household_is_visited_as_ever(third_day: County) -> None:
    told_of_report(third_day, MandatoryReportOpened)
    third_day.live(3, BEI, first=3)
    day = SCHOOL_DAYS[5].isoformat()
    assert third_day.caller("principal").post(f"/pupils/{BEI}/visits", visit(visited_on=day)).status_code == 201
