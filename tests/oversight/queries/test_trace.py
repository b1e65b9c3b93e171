"""The trace of a case, duty, pupil, application, text or event: what belongs to it, who did it, and to whom it is told."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.codes import Cause
from services.oversight.domain.errors import NothingToTrace
from services.oversight.queries.scope import Scope
from services.oversight.queries.trace import trace
from tests.oversight.conftest import AID, CASE, CHILD, DUTY, EPISODE, SCHOOL, TEXT, VILLAGE, County

BUREAU = Scope(county=True, sees_restricted=True)
LEADER = Scope(county=True, officer_id="another-leader")
PRINCIPAL = Scope(schools=(SCHOOL,), officer_id="principal")
TOWNSHIP = Scope(divisions=(VILLAGE[:9],), officer_id="township")
POLICE = Scope(departments=(("public_security", "990126"),), officer_id="police")


def told(county: County, reference: str, scope: Scope = BUREAU) -> dict[str, Any]:
    return trace(county.service.engine, reference, scope)


def types(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(item["depth"], item["type"].partition(".")[2]) for item in answer["items"]]


def test_a_case_number_tells_the_chain_over_all_services(county: County) -> None:
    county.live()
    answer = told(county, "2026-0001")
    assert (answer["kind"], answer["subject_id"], answer["truncated"]) == ("case", CASE, False)
    assert {item["service"] for item in answer["items"]} == {"registry", "notifications", "casework", "assistance"}
    outline = types(answer)
    assert outline[outline.index((0, "RollCallTaken")) :][:4] == [
        (0, "RollCallTaken"),
        (1, "AbsenceNoticed"),
        (2, "NotificationScheduled"),
        (2, "PupilSuspected"),
    ]
    [assigned] = [item for item in answer["items"] if item["type"] == "casework.DutyAssigned"]
    by_id = {item["event_id"]: item for item in answer["items"]}
    assert by_id[assigned["caused_by"]]["type"] == "casework.AidMeasurePlanned"


def test_the_same_chain_is_found_by_case_id_and_episode(county: County) -> None:
    county.live()
    assert types(told(county, CASE)) == types(told(county, "2026-0001")) == types(told(county, EPISODE))


def test_a_child_is_traced_from_its_enrolment(county: County) -> None:
    county.live()
    outline = types(told(county, CHILD))
    assert outline[0] == (0, "PupilEnrolled")
    assert (0, "RollCallTaken") in outline
    assert ("PupilReturned") in {name for _, name in outline}


@pytest.mark.parametrize(
    ("reference", "kind", "count"),
    [("D2026-0001", "duty", 2), (DUTY, "duty", 2), (AID, "application", 1), (TEXT, "text", 1)],
)
def test_a_duty_an_application_a_text_are_traced_with_what_caused_them(
    county: County, reference: str, kind: str, count: int
) -> None:
    county.live()
    answer = told(county, reference)
    own = [item for item in answer["items"] if item["stream_id"].startswith(("duty-", "application-", "notification-"))]
    assert (answer["kind"], len(own)) == (kind, count)
    assert answer["items"][0]["stream_id"] not in {item["stream_id"] for item in own}


def test_an_event_is_traced_with_its_causes_and_its_consequences(county: County) -> None:
    county.live()
    noticed = next(each for each in county.others.told if each.type == "registry.AbsenceNoticed")
    outline = types(told(county, noticed.event_id))
    assert outline[:4] == [(0, "RollCallTaken"), (1, "AbsenceNoticed"), (2, "NotificationScheduled"), (2, "PupilSuspected")]
    assert (3, "CaseOpened") in outline
    assert "PupilEnrolled" not in {name for _, name in outline}


def test_who_did_it_is_told_with_role_and_body_of_the_day(county: County) -> None:
    county.live()
    [completed] = [item for item in told(county, DUTY)["items"] if item["type"] == "casework.DutyCompleted"]
    assert completed["who"] == {
        "service": None,
        "officer_id": "police",
        "name": "名-police",
        "offices": [
            {
                "role": "department_officer",
                "role_zh": "部门联络员",
                "role_en": "department officer",
                "body_id": "police-office",
                "body_zh": "某县公安局",
                "body_en": "Public Security Bureau",
            }
        ],
    }
    assert completed["zh"] == "公安办结：核实身份与下落——已查明下落"
    [assigned] = [item for item in told(county, DUTY)["items"] if item["type"] == "casework.DutyAssigned"]
    assert assigned["who"] == {"service": "casework", "officer_id": None, "name": None, "offices": []}


def test_what_is_sealed_is_nowhere_in_a_trace(county: County) -> None:
    county.live()
    assert "c2VhbGVk" not in str(told(county, CHILD))


def test_a_principal_and_a_township_trace_their_own_children_only(county: County) -> None:
    county.live()
    whole = types(told(county, CASE))
    assert types(told(county, CASE, PRINCIPAL)) == whole
    assert types(told(county, CASE, TOWNSHIP)) == whole
    for stranger in (Scope(schools=("other-school",)), Scope(divisions=("990126101",)), Scope()):
        with pytest.raises(NothingToTrace):
            told(county, CASE, stranger)


def test_a_department_traces_the_events_of_its_own_duties_only(county: County) -> None:
    county.live()
    for reference in (DUTY, "D2026-0001", CASE, "2026-0001"):
        answer = told(county, reference, POLICE)
        assert types(answer) == [(0, "DutyAssigned"), (0, "DutyCompleted")]
        assert answer["subject_id"] == (DUTY if answer["kind"] == "duty" else "2026-0001")
    shown = str(answer)
    assert CHILD not in shown.replace("child_labour", "")
    assert "hardship" not in shown
    assert answer["items"][0]["facts"]["case_number"] == "2026-0001"
    for reference in (CHILD, AID, EPISODE, TEXT):
        with pytest.raises(NothingToTrace):
            told(county, reference, POLICE)
    for other in (Scope(departments=(("civil_affairs", "990126"),)), Scope(departments=(("public_security", "990127"),))):
        with pytest.raises(NothingToTrace):
            told(county, DUTY, other)


def test_the_codes_of_a_restricted_case_are_told_to_the_bureau_and_those_named_in_it_only(county: County) -> None:
    county.live(Cause.RELIGION)

    def cause(scope: Scope) -> str:
        answer = told(county, CASE, scope)
        [item] = [item for item in answer["items"] if item["type"] == "casework.CauseRecorded"]
        assert ("primary" in item["facts"]) is not answer["restricted"]
        return str(item["en"])

    assert cause(BUREAU) == cause(PRINCIPAL) == cause(TOWNSHIP) == "The cause was recorded: religion"
    unnamed = Scope(schools=(SCHOOL,), officer_id="vice-principal")
    assert cause(unnamed) == "The cause was recorded: (restricted)"
    assert "religion" not in str(told(county, CASE, unnamed))
    assert cause(LEADER) == "The cause was recorded: (restricted)"


def test_the_trace_of_a_restricted_case_leaves_its_duties_out_for_who_may_not_know_the_cause(county: County) -> None:
    county.live(Cause.RELIGION)
    for scope, seen in ((BUREAU, True), (PRINCIPAL, True), (LEADER, False)):
        for reference in (CASE, DUTY, CHILD):
            answer = told(county, reference, scope)
            assert any("Duty" in item["type"] for item in answer["items"]) is seen, reference
            assert ("term_days" in str(answer)) is seen, reference


def test_a_restricted_cause_is_not_told_by_way_of_an_event_about_no_child(county: County) -> None:
    county.live(Cause.RELIGION)
    roll_call = next(each for each in county.others.told if each.type == "registry.RollCallTaken")
    for reference in (roll_call.event_id, CASE, DUTY, AID, CHILD, EPISODE):
        assert told(county, reference, LEADER)["restricted"], reference
        assert "religion" not in str(told(county, reference, LEADER)), reference
    assert not told(county, CASE)["restricted"]


def test_what_does_not_exist_is_not_traced(county: County) -> None:
    county.live()
    with pytest.raises(NothingToTrace):
        told(county, "2026-9999")


def test_an_event_about_no_child_is_the_countys_to_trace(county: County) -> None:
    county.live()
    registered = next(each for each in county.others.told if each.type == "identity.OfficerRegistered")
    assert types(told(county, registered.event_id)) == [(0, "OfficerRegistered")]
    with pytest.raises(NothingToTrace):
        told(county, registered.event_id, PRINCIPAL)


def test_an_application_is_told_by_its_programmes_name(county: County) -> None:
    county.live()
    [drafted] = [item for item in told(county, AID)["items"] if item["type"] == "assistance.ApplicationDrafted"]
    assert drafted["zh"] == "拟制资助申请：初中寄宿生生活补助"
    assert drafted["en"] == "An application was drafted: Living allowance, junior boarders"
