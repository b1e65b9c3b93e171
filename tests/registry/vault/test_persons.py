"""Who is behind the ids: by purpose, within scope, masked where not entitled, and logged without a value."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.contracts.assistance import ApplicationDrafted
from services.contracts.casework import (
    CaseClosed,
    DutyAssigned,
    DutyWithdrawn,
    MandatoryReportAnswered,
    MandatoryReportOpened,
    VisitRecorded,
)
from services.contracts.codes import Cause, Department, DutyKind, Role
from services.contracts.ids import CaseId, DutyId, OfficerId, PupilId, school_id
from services.registry.api import persons
from services.registry.domain import purposes
from services.registry.domain.pupil import PUPIL
from services.registry.domain.roster_rows import COLUMNS
from tests.callers import appoint, stand_in
from tests.contracts.example_events import example_event
from tests.neighbours import Neighbours, settle
from tests.registry.offices import NOW, TOWNSHIP, Offices
from tests.registry.rosters import OTHER_SCHOOL_CODE, SCHOOL_CODE, child, children, roster, school, school_class, school_list

NAME = str(child(0)["姓名"])
HOUSEHOLD = ["name", "address", "guardian_name", "phone", "id_number"]


ROWS = [child(0), child(1, 年级="5")]


@pytest.fixture(scope="module")
def enrolled(standing: Offices) -> Offices:
    standing.bring("registrar", roster(ROWS))
    return standing


@pytest.fixture
def pupil(enrolled: Offices) -> str:
    """The child of class 4(1); nobody has asked for it yet."""
    with enrolled.service.store.exclusive() as writer:
        writer.execute("DELETE FROM reveal_log")
    return enrolled.pupils()[0]


def ask(offices: Offices, officer: str, purpose: str, *pupils: str, fields: list[str] | None = None, **more: Any) -> Any:
    body = {"purpose": purpose, "pupil_ids": list(pupils), "fields": fields or ["name"], **more}
    return offices.post(officer, "/persons:resolve", body)


def reveals(offices: Offices) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (offices.get("lead", "/reveal-log", limit=200).json or {})["items"]
    return items


def test_to_reach_the_family_a_homeroom_teacher_reads_its_address_and_phone(enrolled: Offices, pupil: str) -> None:
    (person,) = ask(enrolled, "homeroom", "contact_family", pupil, fields=HOUSEHOLD).json["persons"]
    assert (person["name"], person["address"]) == (child(0)["姓名"], child(0)["现住地址"])
    assert (person["id_number"], person["masked"]) == ("9****", ["id_number"])
    (mother,) = person["guardians"]
    assert (mother["name"], mother["phone"], mother["relation"]) == (child(0)["监护人1姓名"], child(0)["监护人1电话"], "mother")


def test_casework_shows_the_name_and_all_else_masked(enrolled: Offices, pupil: str) -> None:
    fields = ["name", "birth_date", "address", "division", "phone", "guardian_name", "roll_number"]
    (person,) = ask(enrolled, "principal", "casework", pupil, fields=fields).json["persons"]
    (mother,) = person.pop("guardians")
    assert person == {
        "pupil_id": pupil,
        "name": child(0)["姓名"],
        "birth_date": "2016",
        "address": "990126101",
        "division": "990126101",
        "roll_number": "G****",
        "masked": sorted(set(fields) - {"name"}),
    }
    assert (mother["name"], mother["phone"]) == ("阿*", "尾号0000")


@pytest.mark.parametrize(
    ("officer", "purpose", "shown"),
    [
        ("homeroom", "roll_call", NAME),
        ("homeroom", "view_text", NAME),
        ("principal", "view_text", "测*"),
        ("clerk", "casework", NAME),
        ("clerk", "roll_administration", NAME),
        ("registrar", "roll_administration", NAME),
        ("aid", "aid", NAME),
        ("aid", "casework", "测*"),
        ("parent", "casework", None),
        ("township", "casework", NAME),
        ("township", "contact_family", NAME),
        ("central", "casework", None),
        ("other-homeroom", "casework", None),
        ("other-principal", "casework", None),
        ("other-registrar", "roll_administration", None),
        ("far-township", "contact_family", None),
    ],
)
def test_a_child_is_shown_by_name_masked_or_not_at_all_as_role_and_purpose_say(
    enrolled: Offices, pupil: str, officer: str, purpose: str, shown: str | None
) -> None:
    answer = ask(enrolled, officer, purpose, pupil).json
    assert [person["name"] for person in answer["persons"]] == ([] if shown is None else [shown])
    assert answer["withheld"] == ([pupil] if shown is None else [])


def test_a_central_school_answers_for_the_points_under_it(offices: Offices) -> None:
    offices.bring("registrar", roster(ROWS))
    pupil, _ = offices.pupils()
    point = school(SCHOOL_CODE, 办学类型="教学点", 中心校代码=OTHER_SCHOOL_CODE)
    offices.bring("clerk", school_list([point], [school_class(SCHOOL_CODE, 4, 1)]), kind="schools")
    assert len(ask(offices, "central", "casework", pupil).json["persons"]) == 1
    assert ask(offices, "other-principal", "casework", pupil).json["persons"] == []


@pytest.mark.parametrize(
    ("officer", "body", "status", "code"),
    [
        ("operator", {}, 403, "not-permitted"),
        ("township", {"purpose": "roll_administration"}, 403, "purpose-not-yours"),
        ("principal", {"purpose": "send_text"}, 403, "purpose-not-yours"),
        ("service:oversight", {}, 403, "not-permitted"),
        ("service:notifications", {"purpose": "casework"}, 403, "purpose-not-yours"),
        ("homeroom", {"purpose": "roll_call", "fields": ["phone"]}, 403, "field-not-for-purpose"),
        ("aid", {"fields": ["name", "phone"]}, 403, "field-not-for-purpose"),
        ("teacher", {}, 403, "not-permitted"),
        ("parent", {"purpose": "roll_call"}, 403, "purpose-not-yours"),
        ("parent", {"fields": ["phone"]}, 403, "field-not-for-purpose"),
        ("police", {"purpose": "duty"}, 409, "duty-not-named"),
        ("police", {"purpose": "duty", "duty_id": "duty-1", "fields": ["phone"]}, 403, "field-not-for-purpose"),
        ("principal", {"purpose": "gossip"}, 422, "form-rejected"),
        ("principal", {"fields": ["shoe_size"]}, 422, "form-rejected"),
        ("principal", {"fields": []}, 422, "form-rejected"),
        ("principal", {"pupil_ids": []}, 422, "form-rejected"),
        ("principal", {"pupil_ids": ["p"] * 201}, 422, "form-rejected"),
        ("principal", {"pupil_ids": [None]}, 422, "form-rejected"),
    ],
)
def test_nobody_is_told_more_than_role_and_purpose_allow_and_nothing_is_logged(
    enrolled: Offices, pupil: str, officer: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = enrolled.post(officer, "/persons:resolve", {"purpose": "casework", "pupil_ids": [pupil], "fields": ["name"], **body})
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
    assert reveals(enrolled) == []


def test_more_than_a_large_class_is_not_revealed_at_once_but_may_be_listed_masked(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons, "PLAIN_PEOPLE_AT_MOST", 2)
    offices.bring("registrar", roster(children(3)))
    pupils = offices.pupils()
    refused = ask(offices, "principal", "casework", *pupils)
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-revealed")
    assert len(ask(offices, "principal", "view_text", *pupils).json["persons"]) == 3
    assert purposes.PLAIN_PEOPLE_AT_MOST == 60


def test_whoever_asks_for_a_masked_answer_reveals_nobody(enrolled: Offices, pupil: str) -> None:
    (person,) = ask(enrolled, "clerk", "casework", pupil, masked=True).json["persons"]
    assert (person["name"], person["masked"]) == ("测*", ["name"])
    (logged,) = reveals(enrolled)
    assert (logged["plain"], logged["masked"]) == ([], ["name"])


def test_a_department_reads_name_and_division_for_a_named_duty(enrolled: Offices, pupil: str) -> None:
    assigned(enrolled, Neighbours(enrolled.bus, enrolled.clock), pupil, "duty-7")
    answer = ask(enrolled, "police", "duty", pupil, fields=["name", "division"], duty_id="duty-7").json
    (person,) = answer["persons"]
    assert (person["name"], person["division"]) == (child(0)["姓名"], child(0)["现住区划"])
    (reveal,) = reveals(enrolled)
    assert (reveal["duty_id"], reveal["purpose"], reveal["caller"]) == ("duty-7", "duty", "police")


def test_a_duty_is_about_its_own_child_for_its_own_department_until_it_is_done(enrolled: Offices, pupil: str) -> None:
    others = Neighbours(enrolled.bus, enrolled.clock)
    assigned(enrolled, others, pupil, "duty-8")
    assigned(enrolled, others, pupil, "duty-9", Department.HEALTH)

    def shown(of: str, duty: str) -> int:
        return len(ask(enrolled, "police", "duty", of, duty_id=duty).json["persons"])

    assert (shown(pupil, "duty-8"), shown(pupil, "number-duty-8")) == (1, 1)
    near, far = (ask(enrolled, f"{station}-station", "duty", pupil, duty_id="duty-8").json for station in ("near", "far"))
    assert ([person["name"] for person in near["persons"]], far["persons"]) == ([child(0)["姓名"]], [])
    assert [shown(enrolled.pupils()[1], "duty-8"), shown(pupil, "duty-9"), shown(pupil, "duty-none")] == [0, 0, 0]
    withdrawn = DutyWithdrawn(duty_id=DutyId("duty-8"), case_id=CaseId("case-1"), pupil_id=PupilId(pupil))
    others.tell("duty-duty-8", withdrawn, key=pupil)
    settle(enrolled.crew)
    assert shown(pupil, "duty-8") == 0


def test_a_parent_representative_reads_masked_the_names_of_the_own_schools_children_on_whose_visits_they_went_along(
    offices: Offices,
) -> None:
    offices.bring("registrar", roster([child(0), child(1, 年级="5")]))
    pupil, other = offices.pupils()
    others = Neighbours(offices.bus, offices.clock)
    went = ((pupil, "case-1", ("parent", "other-parent")), (pupil, "case-1", ()), (other, "case-2", ("teacher",)))
    for of, case, companions in went:
        visit = msgspec.structs.replace(
            example_event(VisitRecorded),
            case_id=CaseId(case),
            pupil_id=PupilId(of),
            accompanied_by=tuple(OfficerId(each) for each in companions),
        )
        others.tell(f"case-{case}", visit, key=of)
    settle(offices.crew)
    answer = ask(offices, "parent", "casework", pupil, other).json
    assert answer == {"persons": [{"pupil_id": pupil, "name": "测*", "masked": ["name"]}], "withheld": [other]}
    (reveal,) = reveals(offices)
    assert (reveal["caller"], reveal["person_id"], reveal["plain"], reveal["masked"]) == ("parent", pupil, [], ["name"])
    assert ask(offices, "other-parent", "casework", pupil).json["persons"] == [], "of another school"
    closed = msgspec.structs.replace(example_event(CaseClosed), case_id=CaseId("case-1"), pupil_id=PupilId(pupil))
    others.tell("case-case-1", closed, key=pupil)
    settle(offices.crew)
    assert ask(offices, "parent", "casework", pupil).json["withheld"] == [pupil], "the case has ended"


def test_the_aid_officer_of_the_county_reads_and_finds_those_only_for_whom_aid_is_applied_for(offices: Offices) -> None:
    offices.bring("registrar", roster([child(0), child(1, 年级="5")]))
    pupil, other = offices.pupils()
    number = str(child(0)["证件号码"])
    assert ask(offices, "county-aid", "aid", pupil, other).json == {"persons": [], "withheld": [pupil, other]}
    assert find(offices, "county-aid", id_number=number, purpose="aid").status_code == 404
    drafted = msgspec.structs.replace(example_event(ApplicationDrafted), pupil_id=PupilId(pupil))
    Neighbours(offices.bus, offices.clock).tell("application-1", drafted, key=pupil)
    settle(offices.crew)
    answer = ask(offices, "county-aid", "aid", pupil, other).json
    assert answer == {"persons": [{"pupil_id": pupil, "name": NAME, "masked": []}], "withheld": [other]}
    assert find(offices, "county-aid", id_number=number, purpose="aid").json == {"pupil_id": pupil}
    assert len(ask(offices, "clerk", "aid", pupil, other).json["persons"]) == 2
    assert len(ask(offices, "aid", "aid", pupil, other).json["persons"]) == 2, "a school's drafts the applications"


def test_the_police_read_name_and_division_for_a_mandatory_report_until_they_let_the_family_be_approached(
    enrolled: Offices, pupil: str
) -> None:
    others = Neighbours(enrolled.bus, enrolled.clock)
    example = example_event(MandatoryReportOpened)
    report = msgspec.structs.replace(example, pupil_id=pupil, number="M2026-0001", division="990126")
    others.tell("mandatory_report-r", report, key=pupil)
    settle(enrolled.crew)

    def shown(caller: str, named: str) -> int:
        answer = ask(enrolled, caller, "duty", pupil, fields=["name"], duty_id=named).json
        return len(answer.get("persons", ()))

    assert [shown(caller, "M2026-0001") for caller in ("police", "far-station")] == [1, 0]
    for hold, people in ((True, 1), (False, 0)):
        answered = msgspec.structs.replace(example_event(MandatoryReportAnswered), pupil_id=pupil, hold=hold)
        others.tell("mandatory_report-r", answered, key=pupil)
        settle(enrolled.crew)
        assert shown("police", "M2026-0001") == people


def assigned(
    offices: Offices, others: Neighbours, pupil: str, duty: str, department: Department = Department.PUBLIC_SECURITY
) -> None:
    event = DutyAssigned(
        duty_id=DutyId(duty),
        case_id=CaseId("case-1"),
        pupil_id=PupilId(pupil),
        number=f"number-{duty}",
        department=department,
        division=TOWNSHIP,
        kind=next(iter(DutyKind)),
        cause=next(iter(Cause)),
        case_number=None,
        assigned_on=NOW.date(),
        term_days=5,
    )
    others.tell(f"duty-{duty}", event, key=event.pupil_id)
    settle(offices.crew)


def test_the_text_service_reads_the_childs_name_and_the_guardians_phone(enrolled: Offices, pupil: str) -> None:
    with enrolled.service.turns.open() as turn:
        (mother,) = turn.state(PUPIL, pupil)[0].record.guardians
    asked = {"fields": ["name", "phone"], "guardian_ids": [mother.guardian_id]}
    (person,) = ask(enrolled, "service:notifications", "send_text", pupil, **asked).json["persons"]
    assert person["name"] == child(0)["姓名"]
    assert [guardian["phone"] for guardian in person["guardians"]] == [child(0)["监护人1电话"]]
    (person,) = ask(enrolled, "service:notifications", "send_text", pupil, fields=["phone"], guardian_ids=["else"]).json["persons"]
    assert person["guardians"] == []


def test_an_answer_is_logged_by_person_and_field_and_holds_no_value(enrolled: Offices, pupil: str) -> None:
    answer = ask(enrolled, "homeroom", "contact_family", pupil, fields=HOUSEHOLD, case_id="case-9")
    mother = answer.json["persons"][0]["guardians"][0]["guardian_id"]
    of_mother, of_child = sorted(reveals(enrolled), key=lambda reveal: reveal["person_id"] == pupil)
    assert (of_child["person_id"], of_child["plain"], of_child["masked"]) == (pupil, ["address", "name"], ["id_number"])
    assert (of_mother["person_id"], of_mother["plain"], of_mother["masked"]) == (mother, ["guardian_name", "phone"], [])
    assert of_child["case_id"] == "case-9"
    assert of_child["trace_id"] in answer.headers["traceparent"]
    values = [str(value) for value in child(0).values() if len(str(value)) > 3]
    assert not any(value in str(reveals(enrolled)) for value in values)


def test_what_a_substitute_sees_is_logged_with_the_officer_for_whom(enrolled: Offices, pupil: str) -> None:
    others, school = Neighbours(enrolled.bus, enrolled.clock), school_id(SCHOOL_CODE)
    appoint(others, "head", Role.PRINCIPAL, school, division=TOWNSHIP)
    stand_in(others, "head", f"head-principal-{school}", "teacher", f"teacher-teacher-{school}", until=date(2030, 1, 1))
    settle(enrolled.crew)
    asked = {"purpose": "casework", "pupil_ids": [pupil], "fields": ["name"]}
    assert enrolled.post("teacher", "/persons:resolve", asked, **{"On-Behalf-Of": "head"}).json["persons"]
    (entry,) = reveals(enrolled)
    assert (entry["caller"], entry["on_behalf_of"]) == ("teacher", "head")


def test_what_is_withheld_is_not_logged_and_unknown_is_as_withheld_as_foreign(enrolled: Offices, pupil: str) -> None:
    answer = ask(enrolled, "other-principal", "casework", pupil, "nobody").json
    assert answer == {"persons": [], "withheld": [pupil, "nobody"]}
    assert reveals(enrolled) == []


def test_the_log_is_for_the_bureaus_lead_and_may_be_asked_by_person_and_caller(enrolled: Offices, pupil: str) -> None:
    ask(enrolled, "principal", "casework", pupil)
    ask(enrolled, "clerk", "casework", pupil)
    assert enrolled.get("clerk", "/reveal-log").status_code == 403
    by_caller = (enrolled.get("lead", "/reveal-log", caller="clerk").json or {})["items"]
    assert [reveal["caller"] for reveal in by_caller] == ["clerk"]
    assert (enrolled.get("lead", "/reveal-log", person_id=pupil).json or {})["total"] == 2


# --- finding ------------------------------------------------------------------------------------------------------------


def find(offices: Offices, officer: str, **asked: Any) -> Any:
    return offices.post(officer, "/persons:find", {"purpose": "roll_call", **asked})


def test_a_child_is_found_by_roll_or_identity_number_however_it_is_typed(enrolled: Offices, pupil: str) -> None:
    roll_number, number = str(child(0)["学籍号"]), str(child(0)["证件号码"])
    assert find(enrolled, "homeroom", roll_number=f" {roll_number.lower()} ").json == {"pupil_id": pupil}
    assert find(enrolled, "registrar", id_number=number, purpose="roll_administration").json == {"pupil_id": pupil}
    assert {(reveal["caller"], reveal["person_id"]) for reveal in reveals(enrolled)} == {("homeroom", pupil), ("registrar", pupil)}


@pytest.mark.parametrize(
    ("officer", "asked", "status"),
    [
        ("other-homeroom", {"roll_number": child(0)["学籍号"]}, 404),
        ("homeroom", {"roll_number": child(9)["学籍号"]}, 404),
        ("homeroom", {"roll_number": "G123"}, 422),
        ("homeroom", {"id_number": "123"}, 422),
        ("homeroom", {}, 422),
        ("homeroom", {"roll_number": child(0)["学籍号"], "id_number": child(0)["证件号码"]}, 422),
        ("homeroom", {"roll_number": child(0)["学籍号"], "purpose": "duty"}, 403),
        ("township", {"roll_number": child(0)["学籍号"]}, 403),
        ("township", {"roll_number": child(0)["学籍号"], "purpose": "casework"}, 403),
        ("principal", {"roll_number": child(0)["学籍号"]}, 403),
        ("principal", {"id_number": child(0)["证件号码"], "purpose": "contact_family"}, 403),
    ],
)
def test_a_number_of_a_child_elsewhere_of_nobody_or_out_of_form_finds_nobody(
    enrolled: Offices, pupil: str, officer: str, asked: dict[str, Any], status: int
) -> None:
    answer = find(enrolled, officer, **asked)
    assert answer.status_code == status
    assert not any(str(value) in answer.text for name, value in asked.items() if name != "purpose")
    assert reveals(enrolled) == []


# --- groups and disability ----------------------------------------------------------------------------------------------

GROUPS = ["restricted_groups", "disability_kind", "disability_grade"]
INVOLVED = child(0, 困难类别="残疾、涉案未成年人", 残疾类别="听力", 残疾等级="二级")


@pytest.mark.parametrize(
    ("officer", "purpose", "shown"),
    [
        ("lead", "casework", ("involved_in_case", "hearing", "2")),
        ("registrar", "roll_administration", ("involved_in_case", "hearing", "2")),
        ("clerk", "aid", (None, "hearing", "2")),
        ("principal", "casework", (None, None, None)),
        ("homeroom", "contact_family", (None, None, None)),
    ],
)
def test_a_restricted_group_and_a_disability_are_looked_up_with_a_purpose_and_stand_in_no_event(
    offices: Offices, officer: str, purpose: str, shown: tuple[str | None, ...]
) -> None:
    offices.bring("registrar", roster([INVOLVED]))
    (pupil,) = offices.pupils()
    assert not any(b"involved_in_case" in each.data or b"hearing" in each.data for each in offices.service.store.walk())
    answer = ask(offices, officer, purpose, pupil, fields=["name", *GROUPS])
    seen = tuple(field for field, text in zip(GROUPS, shown, strict=True) if text is not None)
    if len(seen) < len(GROUPS):
        assert answer.status_code == 403, "fields that the purpose does not show are refused"
        answer = ask(offices, officer, purpose, pupil, fields=["name", *seen])
    (person,) = answer.json["persons"]
    assert tuple(person.get(field) for field in GROUPS) == shown
    assert {field for each in reveals(offices) for field in each["plain"]} & set(GROUPS) == set(seen)


def test_a_restricted_group_that_is_none_any_more_is_not_shown(offices: Offices) -> None:
    offices.bring("registrar", roster([INVOLVED]))
    offices.bring("registrar", roster([child(0)]))
    (pupil,) = offices.pupils()
    (person,) = ask(offices, "lead", "casework", pupil, fields=GROUPS).json["persons"]
    assert [person[field] for field in GROUPS] == [None, None, None]


def test_a_roster_of_the_release_before_lacks_the_columns_of_disability_and_is_taken(offices: Offices) -> None:
    columns = [column for column in COLUMNS if not column.startswith("残疾")]
    offices.bring("registrar", roster([child(0)], columns))
    assert len(offices.pupils()) == 1
