"""The trace of a case, duty, pupil, application, text or event: what belongs to it, who did it, and to whom it is told."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts import casework
from services.contracts.codes import Cause
from services.contracts.ids import OfficerId
from services.oversight.domain.errors import NothingToTrace
from services.oversight.queries.scope import Scope
from services.oversight.queries.summary import summary
from services.oversight.queries.trace import trace
from tests.oversight.conftest import AID, CASE, CHILD, DAY, DUTY, EPISODE, SCHOOL, TEXT, VILLAGE, County

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


UNNAMED = Scope(schools=(SCHOOL,), officer_id="vice-principal")


def events_of(answer: dict[str, Any]) -> set[str]:
    return {item["type"].rpartition(".")[2] for item in answer["items"]}


def test_a_restricted_cause_is_told_to_the_bureau_and_those_named_in_the_case_only(county: County) -> None:
    county.live(Cause.RELIGION)
    for scope in (BUREAU, PRINCIPAL, TOWNSHIP):
        [item] = [item for item in told(county, CASE, scope)["items"] if item["type"] == "casework.CauseRecorded"]
        assert item["en"] == "The cause was recorded: religion"
    assert told(county, CASE)["restricted"] is True


@pytest.mark.parametrize(("actor", "privy"), [("service:casework", False), ("clerk", True)], ids=["the post", "a person's choice"])
def test_a_county_leader_is_told_a_restricted_cause_by_a_persons_choice_and_not_by_the_post(
    county: County, actor: str, *, privy: bool
) -> None:
    county.live(Cause.RELIGION)
    named = casework.OfficerNamed(case_id=CASE, pupil_id=CHILD, line="county", officer_id=OfficerId("another-leader"))
    county.tell(f"case-{CASE}", named, actor=actor)
    county.settle()
    assert ("CauseRecorded" in events_of(told(county, CASE, LEADER))) is privy
    assert bool(summary(county.service.engine, LEADER, DAY)["duties"]) is privy


@pytest.mark.parametrize("scope", [UNNAMED, LEADER], ids=["of the school", "the county leader"])
def test_to_everybody_else_the_trace_looks_as_if_no_cause_were_recorded(county: County, scope: Scope) -> None:
    county.live(Cause.RELIGION)
    answer = told(county, CASE, scope)
    assert events_of(answer) >= {"CaseOpened", "DropoutConfirmed"}
    assert not [each for each in events_of(answer) if "Duty" in each or "Aid" in each or "Measure" in each]
    assert events_of(answer).isdisjoint({"CauseRecorded", "PlanMade"})
    assert "religion" not in str(answer)
    for reference in (DUTY, AID):
        with pytest.raises(NothingToTrace):
            told(county, reference, scope)


@pytest.mark.parametrize("cause", [Cause.RELIGION, Cause.HARDSHIP])
@pytest.mark.parametrize("scope", [UNNAMED, LEADER, PRINCIPAL], ids=["of the school", "the county leader", "named"])
def test_nobody_but_the_bureau_is_told_whether_a_case_is_restricted_or_shown_a_gap(
    county: County, cause: Cause, scope: Scope
) -> None:
    county.live(cause)
    answer = told(county, CASE, scope)
    assert answer["restricted"] is None
    assert {item["version"] for item in answer["items"]} == {None}
    of_bureau = told(county, CASE)
    assert of_bureau["restricted"] is (cause is Cause.RELIGION)
    assert all(item["version"] > 0 for item in of_bureau["items"])


def test_an_unrestricted_cause_is_told_to_the_county_leader_with_its_duties(county: County) -> None:
    county.live()
    assert events_of(told(county, CASE, LEADER)) >= {"CauseRecorded", "DutyAssigned"}
    assert told(county, DUTY, LEADER)["kind"] == "duty"


def test_a_restricted_cause_is_not_told_by_way_of_an_event_about_no_child(county: County) -> None:
    county.live(Cause.RELIGION)
    roll_call = next(each for each in county.others.told if each.type == "registry.RollCallTaken")
    for reference in (roll_call.event_id, CASE, CHILD, EPISODE):
        answer = told(county, reference, LEADER)
        assert "religion" not in str(answer), reference
        assert events_of(answer).isdisjoint({"CauseRecorded", "DutyAssigned"}), reference


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
