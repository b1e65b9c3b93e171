"""Cases over HTTP: who sees and does what, and a whole case from suspicion to closing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.chassis.web.access import unguarded_routes
from services.contracts import registry
from services.contracts.codes import Cause, Outcome, Role
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId
from services.contracts.labels import LABELS
from tests.callers import appoint, stand_in
from tests.casework.api.desk import Desk
from tests.casework.conftest import World
from tests.casework.invented import CASE_ID, EPISODE_ID, PUPIL_ID, SCHOOL_ID, SEALED, TODAY, VILLAGE

SAID = "孩子说想去表哥的厂里 REVEALING"
NUMBER = "C2026-0001"
HARDSHIP = {"primary": "hardship", "note": SAID}


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def case(desk: Desk) -> str:
    """A numbered case of the school, with officers on all lines."""
    desk.world.suspect()
    desk.world.drop_out()
    return NUMBER


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a numbered case, for questions and refusals that change nothing."""
    world = World(tmp_path_factory.mktemp("still"))
    desk = Desk(world)
    world.suspect()
    world.drop_out()
    before = world.happened()
    yield desk
    assert world.happened() == before
    world.service.close()
    world.bus.close()


def body(response: TestResponse) -> Any:
    return json.loads(response.data)


def code(response: TestResponse) -> str:
    answer = body(response)
    assert answer["status"] == response.status_code
    assert SAID not in response.text
    return str(answer["code"])


# --- reading ----------------------------------------------------------------------------------------------------------


def test_every_route_says_who_may_call(still: Desk) -> None:
    assert unguarded_routes(still.app) == []


READERS = ("clerk", "lead", "leader", "principal", "vice", "teacher", "township", "cadre")


@pytest.mark.parametrize("name", READERS)
def test_those_of_the_cases_places_see_it_by_number_and_by_id(still: Desk, name: str) -> None:
    listed = body(still.by(name).get("/cases"))
    assert [item["number"] for item in listed["items"]] == [NUMBER]
    for key in (NUMBER, CASE_ID):
        shown = still.by(name).get(f"/cases/{key}")
        assert (shown.status_code, body(shown)["case_id"]) == (200, CASE_ID)
        assert shown.headers["ETag"] == f'"{still.world.case().version}"'


@pytest.mark.parametrize("name", ["other-principal", "other-teacher", "other-township", "other-cadre"])
def test_nobody_of_other_places_sees_it(still: Desk, name: str) -> None:
    assert body(still.by(name).get("/cases")) == {"items": [], "next": None, "total": 0}
    assert code(still.by(name).get(f"/cases/{NUMBER}")) == "no-such-case"


@pytest.mark.parametrize("name", ["police", "relief", "aid", "roll"])
def test_departments_and_others_see_no_case(still: Desk, name: str) -> None:
    assert still.by(name).get("/cases").status_code == 403
    assert still.by(name).get(f"/cases/{NUMBER}").status_code == 403


def test_a_teacher_sees_the_case_in_which_they_are_named(desk: Desk, case: str) -> None:
    assert code(desk.by("tutor").get(f"/cases/{case}")) == "no-such-case"
    assert desk.by("principal").post(f"/cases/{case}/officers", {"line": "class", "officer_id": "tutor"}).status_code == 201
    assert desk.by("tutor").get(f"/cases/{case}").status_code == 200
    visit = {"visited_on": "2026-09-08", "result": "undecided"}
    assert desk.by("tutor").post(f"/cases/{case}/visits", visit).status_code == 201


@pytest.mark.parametrize("named", [{"accompanied_by": ["parent"]}, {"witness_id": "parent"}], ids=["in company", "as witness"])
def test_a_parent_representative_sees_the_cases_in_which_they_are_named_without_cause_duty_and_words(
    desk: Desk, case: str, named: dict[str, Any]
) -> None:
    parent = desk.by("parent")
    assert body(parent.get("/cases"))["items"] == []
    assert code(parent.get(f"/cases/{case}")) == "no-such-case"
    desk.fill_in(case, SAID)
    visit = {"visited_on": "2026-09-08", "result": "undecided", "parents_words": SAID, **named}
    assert desk.by("principal").post(f"/cases/{case}/visits", visit).status_code == 201
    desk.world.settle()
    [listed] = body(parent.get("/cases"))["items"]
    answer = parent.get(f"/cases/{case}")
    shown = body(answer)
    assert (listed["number"], listed["primary_cause"], listed["restricted"]) == (case, None, None)
    assert (shown["primary_cause"], shown["plan"], shown["duties"], shown["groups"]) == (None, [], [], [])
    assert shown["reads_words"] is False
    assert shown["visit_records"][-1]["facts"]["result"] == "undecided"
    assert "REVEALING" not in answer.text
    assert "hardship" not in answer.text
    assert body(parent.get("/cases", cause="hardship"))["total"] == 0
    for stranger in ("other-parent", "next-schools-parent"):
        assert body(desk.by(stranger).get("/cases"))["total"] == 0
        assert code(desk.by(stranger).get(f"/cases/{case}")) == "no-such-case"
    assert parent.post(f"/cases/{case}/visits", visit).status_code == 403
    assert parent.get("/alarms").status_code == 403


def test_a_central_school_acts_for_the_points_under_it(desk: Desk) -> None:
    point = registry.SchoolChanged(
        school_id=SchoolId("point"),
        name="点",
        name_en="Point",
        kind="teaching_point",  # type: ignore[arg-type]  # as it comes from the bus
        division=VILLAGE,
        boarding=False,
        central_school_id=SCHOOL_ID,
    )
    desk.world.others.tell("school-point", point)
    desk.world.suspect(school_id=SchoolId("point"), class_id=ClassId("point-1"))
    desk.world.drop_out()
    assert body(desk.by("principal").get("/cases"))["total"] == 1
    agreed = desk.by("principal").post(f"/cases/{CASE_ID}/return-agreements", {"return_on": "2026-09-09"})
    assert agreed.status_code == 201
    assert body(desk.by("vice").get("/cases"))["total"] == 0


def test_lists_are_narrowed_and_paged(desk: Desk) -> None:
    for child in ("a", "b", "c"):
        desk.world.suspect(PupilId(child), EpisodeId(f"episode-{child}"))
    desk.world.drop_out(PupilId("a"), EpisodeId("episode-a"))
    clerk = desk.by("clerk")
    first = body(clerk.get("/cases", limit=2))
    second = body(clerk.get("/cases", limit=2, cursor=first["next"]))
    assert (first["total"], second["next"]) == (3, None)
    assert len({item["case_id"] for item in first["items"] + second["items"]}) == 3
    for query, total in (
        ({"stage": "open"}, 1),
        ({"stage": "suspected"}, 2),
        ({"standing": "ended"}, 0),
        ({"pupil_id": "b"}, 1),
        ({"class_id": "class-1"}, 3),
        ({"division": "990126100"}, 3),
        ({"division": "990126101"}, 0),
        ({"hard": "true"}, 0),
        ({"cause": "hardship"}, 0),
    ):
        assert body(clerk.get("/cases", **query))["total"] == total, query
    assert clerk.get("/cases", stage="nowhere").status_code == 422
    assert clerk.get("/cases", cursor="nonsense").status_code == 422


def test_the_tables_of_the_field_are_shown_to_everyone_signed_in(still: Desk) -> None:
    tables = body(still.by("police").get("/tables"))
    assert {cause["code"] for cause in tables["causes"]} >= {"hardship", "labour"}
    assert all(measure["zh"] and measure["en"] for cause in tables["causes"] for measure in cause["measures"])
    assert {each["code"]: (each["zh"], each["en"]) for each in tables["causes"]} == LABELS[Cause]
    assert {each["code"]: (each["zh"], each["en"]) for each in tables["outcomes"]} == LABELS[Outcome]
    assert {"code": "sealed_certificate", "zh": "就读学校盖章在读证明", "en": "the other school's sealed certificate"} in next(
        outcome["evidence"] for outcome in tables["outcomes"] if outcome["code"] == "enrolled_elsewhere"
    )
    assert len(tables["duty_kinds"]) == 15
    assert len(tables["departments"]) == 13


# --- what is typed ----------------------------------------------------------------------------------------------------


def test_words_are_read_by_those_who_persuade_and_by_nobody_else(desk: Desk, case: str) -> None:
    visit = {"visited_on": "2026-09-08", "result": "refused", "parents_words": SAID, "next_step": SAID}
    assert desk.by("teacher").post(f"/cases/{case}/visits", visit).status_code == 201
    for name in ("teacher", "principal", "vice", "township", "cadre", "clerk", "lead"):
        shown = body(desk.by(name).get(f"/cases/{case}"))
        assert shown["visit_records"][0]["texts"] == {"parents_words": SAID, "next_step": SAID}, name
    shown = body(desk.by("leader").get(f"/cases/{case}"))
    assert (shown["reads_words"], shown["visit_records"][0]["texts"]) == (False, {})
    assert SAID not in json.dumps(shown, ensure_ascii=False)


def test_words_are_nowhere_in_the_databases(desk: Desk, case: str, tmp_path: Path) -> None:
    desk.fill_in(case, SAID)
    duty = desk.world.duties()[0].duty_id
    answer = {"finding": "granted", "answer": SAID, "evidence_name": SAID}
    assert desk.by("relief").post(f"/duties/{duty}:complete", answer).status_code == 200
    desk.world.settle()
    for path in tmp_path.iterdir():
        assert SAID.encode() not in path.read_bytes(), path.name
        assert b"REVEALING" not in path.read_bytes(), path.name


def test_an_erased_childs_words_are_gone_and_its_case_stays(desk: Desk, case: str) -> None:
    desk.fill_in(case, SAID)
    service = desk.world.service
    with service.store.exclusive() as writer:
        writer.execute("DELETE FROM subject_keys WHERE subject_id = ?", (PUPIL_ID,))
    service.keyring.forget(PUPIL_ID)
    shown = desk.by("principal").get(f"/cases/{case}")
    assert set(body(shown)["visit_records"][0]["texts"].values()) == {None}
    assert body(shown)["visits"] == 1


def test_who_may_not_know_restricted_causes_is_told_of_no_case_whether_it_is_restricted(desk: Desk, case: str) -> None:
    before = body(desk.by("vice").get("/cases"))["items"][0]
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "early_marriage", "note": SAID}).status_code == 201
    desk.world.settle()
    after = body(desk.by("vice").get("/cases"))["items"][0]
    assert before == after
    assert body(desk.by("principal").get("/cases"))["items"][0]["restricted"] is True


def plan_for_illness(desk: Desk, case: str) -> None:
    """A restricted cause, and a plan with a measure that is due soon."""
    principal = desk.by("principal")
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "disability_illness", "note": SAID}).status_code == 201
    measures = next(each for each in body(principal.get("/tables"))["causes"] if each["code"] == "disability_illness")["measures"]
    planned = {"cause": "disability_illness", "kind": measures[0]["code"], "due_on": "2026-09-20"}
    assert desk.versioned("principal", f"/cases/{case}/plans", {"measures": [planned]}).status_code == 201
    desk.world.settle()
    assert body(principal.get(f"/cases/{case}"))["plan"]


def test_the_page_of_a_restricted_case_is_the_one_that_it_was_before_the_cause_and_its_plan(desk: Desk, case: str) -> None:
    before = body(desk.by("vice").get(f"/cases/{case}"))
    plan_for_illness(desk, case)
    assert body(desk.by("vice").get(f"/cases/{case}")) == before
    assert before["reads_words"] is True


def refusals(desk: Desk, case: str, measure_id: str) -> list[tuple[int, str]]:
    """What the vice-principal is answered to acts on causes, plan (every cause's first measure) and measures of a case."""
    vice = desk.by("vice")
    table = body(vice.get("/tables"))["causes"]
    plans = [
        {"cause": each["code"], "kind": each["measures"][0]["code"], "due_on": "2026-09-20"} for each in table if each["measures"]
    ]
    answers = [
        desk.versioned("vice", f"/cases/{case}/causes", {"primary": "other"}),
        vice.post(f"/cases/{case}/measures/{measure_id}:done", {"done_on": "2026-09-08"}),
        vice.post(f"/cases/{case}/rechecks", {"checked_on": "2026-09-08", "changed": False, "finding": SAID}),
        *(desk.versioned("vice", f"/cases/{case}/plans", {"measures": [planned]}) for planned in plans),
    ]
    return [(answer.status_code, code(answer)) for answer in answers]


@pytest.mark.parametrize("officer", ["lead", "vice", "township", "leader"])
def test_whoever_may_not_record_causes_is_told_who_may(desk: Desk, case: str, officer: str) -> None:
    refused = desk.versioned(officer, f"/cases/{case}/causes", HARDSHIP)
    assert (refused.status_code, code(refused)) == (403, "causes-not-yours")
    assert "教育局控辍专干认定" in body(refused)["detail"]


def test_whoever_may_not_know_a_restricted_cause_is_refused_as_if_none_were_recorded(desk: Desk, case: str) -> None:
    before = refusals(desk, case, "measure-1")
    plan_for_illness(desk, case)
    measure_id = body(desk.by("principal").get(f"/cases/{case}"))["plan"][0]["measure_id"]
    assert refusals(desk, case, measure_id) == before
    assert set(before) == {
        (403, "causes-not-yours"),
        (404, "no-such-measure"),
        (409, "no-recheck-due"),
        (409, "cause-not-recorded"),
    }
    assert body(desk.by("principal").get(f"/cases/{case}"))["primary_cause"] == "disability_illness"


def test_the_version_of_a_restricted_case_moves_only_with_what_the_reader_sees(desk: Desk, case: str) -> None:
    vice = desk.by("vice")
    before = vice.get(f"/cases/{case}").headers["ETag"]
    plan_for_illness(desk, case)
    assert vice.get(f"/cases/{case}").headers["ETag"] == before
    assert desk.by("principal").get(f"/cases/{case}").headers["ETag"] != before
    assert code(vice.post(f"/cases/{case}/whereabouts", {"place": SAID}, {"If-Match": '"1"'})) == "superseded"
    told = vice.post(f"/cases/{case}/whereabouts", {"place": SAID}, {"If-Match": before})
    assert told.status_code == 201
    desk.world.settle()
    assert told.headers["ETag"] == vice.get(f"/cases/{case}").headers["ETag"] != before
    assert code(vice.post(f"/cases/{case}/whereabouts", {"place": SAID}, {"If-Match": before})) == "superseded"


def test_an_overdue_measure_of_a_restricted_case_is_an_alarm_for_those_only_who_may_know_its_cause(desk: Desk, case: str) -> None:
    plan_for_illness(desk, case)
    desk.world.pass_days(20)
    seen = {name: body(desk.by(name).get("/alarms", kind="measure_overdue"))["total"] for name in ("clerk", "principal", "vice")}
    assert seen == {"clerk": 1, "principal": 1, "vice": 0}


def test_the_county_leader_follows_the_duties_of_a_restricted_case_once_told_of_the_delay(desk: Desk, case: str) -> None:
    leader = desk.by("other-leader")
    assert body(leader.get("/duties"))["total"] == body(desk.by("lead").get("/duties"))["total"]
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "early_marriage", "note": SAID}).status_code == 201
    desk.world.settle()
    restricted = {each["number"] for each in body(desk.by("lead").get(f"/cases/{case}"))["duties"]}
    assert restricted
    assert restricted.isdisjoint(each["number"] for each in body(leader.get("/duties", limit=200))["items"])
    assert {code(leader.get(f"/duties/{number}")) for number in restricted} == {"no-such-duty"}
    desk.world.pass_days(60)
    told = {each["number"] for each in body(leader.get("/duties", limit=200))["items"]}
    assert told & restricted
    assert {leader.get(f"/duties/{number}").status_code for number in told & restricted} == {200}


def test_an_overdue_duty_of_a_restricted_case_is_an_alarm_for_those_only_who_may_know_its_cause(desk: Desk, case: str) -> None:
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "early_marriage", "note": SAID}).status_code == 201
    desk.world.settle()
    desk.world.pass_days(20)
    seen = {name: body(desk.by(name).get("/alarms", kind="duty_overdue"))["total"] for name in ("clerk", "principal", "vice")}
    assert seen["clerk"] == seen["principal"] > 0
    assert seen["vice"] == 0


def test_a_restricted_cause_is_seen_by_the_bureau_and_those_named(desk: Desk, case: str) -> None:
    cause = {"primary": "early_marriage", "note": SAID}
    assert desk.versioned("principal", f"/cases/{case}/causes", cause).status_code == 201
    desk.world.settle()
    for name in ("principal", "clerk", "lead", "teacher"):
        shown = body(desk.by(name).get(f"/cases/{case}"))
        assert (shown["primary_cause"], len(shown["duties"])) == ("early_marriage", 3), name
    hidden = desk.by("vice").get(f"/cases/{case}")
    shown = body(hidden)
    assert (shown["restricted"], shown["primary_cause"], shown["duties"]) == (None, None, [])
    assert "early_marriage" not in hidden.text
    assert body(desk.by("vice").get("/cases"))["items"][0]["primary_cause"] is None
    assert body(desk.by("vice").get("/cases"))["items"][0]["restricted"] is None
    assert body(desk.by("clerk").get("/cases"))["items"][0]["restricted"] is True
    assert body(desk.by("vice").get("/cases", cause="early_marriage"))["total"] == 0
    assert body(desk.by("clerk").get("/cases", cause="early_marriage"))["total"] == 1


def test_a_county_leader_is_told_a_restricted_cause_by_a_persons_choice_and_not_by_the_post(desk: Desk, case: str) -> None:
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "early_marriage"}).status_code == 201
    desk.world.settle()
    leader, [named] = desk.by("leader"), desk.world.case().officers["county"]
    assert (named.officer_id, named.by_person) == ("leader", False)
    assert body(leader.get(f"/cases/{case}"))["primary_cause"] is None
    assert body(leader.get("/duties"))["total"] == 0
    path, choice = f"/cases/{case}/officers", {"line": "county", "officer_id": "leader"}
    assert code(desk.by("vice").post(path, choice)) == "naming-not-yours"
    assert desk.by("principal").post(path, choice).status_code == 201
    assert body(leader.get(f"/cases/{case}"))["primary_cause"] == "early_marriage"
    assert body(leader.get("/duties"))["total"] == 3
    named = desk.world.case().officers["county"]
    assert desk.by("principal").post(path, choice).status_code == 201
    assert desk.world.case().officers["county"] == named, "whom somebody has chosen is not chosen again"
    assert body(desk.by("other-leader").get(f"/cases/{case}"))["primary_cause"] is None


@pytest.mark.parametrize("primary", ["early_marriage", "hardship"])
def test_a_school_leader_who_is_not_named_names_nobody_and_is_told_by_that_of_no_cause(desk: Desk, case: str, primary: str) -> None:
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": primary}).status_code == 201
    refused = desk.by("vice").post(f"/cases/{case}/officers", {"line": "school", "officer_id": "vice"})
    assert (refused.status_code, code(refused)) == (403, "naming-not-yours")
    assert desk.by("clerk").post(f"/cases/{case}/officers", {"line": "school", "officer_id": "vice"}).status_code == 201
    assert body(desk.by("vice").get(f"/cases/{case}"))["primary_cause"] == primary


def test_a_cause_is_told_to_its_second_level_to_whom_the_cause_is_told(desk: Desk, case: str) -> None:
    form = {"primary": "disability_illness", "others": ["learning"], "details": ["illness", "weary_of_school"]}
    assert desk.versioned("principal", f"/cases/{case}/causes", form).status_code == 201
    assert body(desk.by("principal").get(f"/cases/{case}"))["cause_details"] == ["illness", "weary_of_school"]
    for name in ("leader", "vice"):
        page = desk.by(name).get(f"/cases/{case}")
        assert (body(page)["cause_details"], "illness" in page.text) == ([], False), name
    causes = {each["code"]: each for each in body(desk.by("clerk").get("/tables"))["causes"]}
    assert [(each["code"], each["zh"]) for each in causes["learning"]["details"]] == [
        ("cannot_follow", "学习困难"),
        ("weary_of_school", "厌学"),
    ]
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "learning"}).status_code == 201
    assert body(desk.by("principal").get(f"/cases/{case}"))["cause_details"] == [], "those of the causes in force"


def test_a_substitute_neither_lends_a_name_nor_makes_the_absent_privy_to_a_restricted_cause(desk: Desk, case: str) -> None:
    """The teacher knows the cause by name, the vice principal has the post: neither has both, nor has the teacher for the vice."""
    office = f"teacher-homeroom_teacher-{SCHOOL_ID}"
    stand_in(desk.world.others, "vice", f"vice-vice_principal-{SCHOOL_ID}", "teacher", office, until=date(2026, 12, 31))
    stand_in(desk.world.others, "principal", f"principal-principal-{SCHOOL_ID}", "teacher", office, until=date(2026, 12, 31))
    desk.world.settle()
    assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": "early_marriage"}).status_code == 201
    desk.world.settle()
    path, absent = f"/cases/{case}", {"On-Behalf-Of": "vice"}
    assert body(desk.by("teacher").get(path))["primary_cause"] == "early_marriage"
    assert body(desk.by("teacher").get(path, absent))["primary_cause"] is None
    naming = {"line": "school", "officer_id": "vice"}
    assert code(desk.by("teacher").post(f"{path}/officers", naming, absent)) == "naming-not-yours"
    plan = {"measures": [{"cause": "early_marriage", "kind": "care_plan"}]}
    assert code(desk.versioned("teacher", f"{path}/plans", plan, on_behalf_of="vice")) == "cause-not-recorded"
    assert body(desk.by("vice").get(path))["primary_cause"] is None
    principal = {"On-Behalf-Of": "principal"}
    assert body(desk.by("teacher").get(path, principal))["primary_cause"] == "early_marriage", "both know it by name"


@pytest.mark.parametrize(("line", "named"), [("bureau", "stand-in"), ("school", "stand-in"), ("bureau", "lead")])
def test_a_substitute_names_neither_themselves_nor_whom_they_act_for(desk: Desk, case: str, line: str, named: str) -> None:
    stand_ins(desk)
    naming = {"line": line, "officer_id": named}
    refused = desk.by("stand-in").post(f"/cases/{case}/officers", naming, {"On-Behalf-Of": "lead"})
    assert (refused.status_code, code(refused)) == (403, "named-by-substitute")
    other = {"line": "bureau", "officer_id": "second"}
    assert desk.by("stand-in").post(f"/cases/{case}/officers", other, {"On-Behalf-Of": "lead"}).status_code == 201


def test_what_a_substitute_opens_is_logged_with_the_officer_for_whom(desk: Desk, case: str) -> None:
    stand_ins(desk)
    assert desk.by("principal").post(f"/cases/{case}/whereabouts", {"place": SAID}).status_code == 201
    assert SAID in desk.by("stand-in").get(f"/cases/{case}", {"On-Behalf-Of": "principal"}).text
    [entry] = body(desk.by("lead").get("/reveal-log"))["items"]
    assert (entry["caller"], entry["on_behalf_of"]) == ("stand-in", "principal")


def test_whoever_opens_what_was_typed_stands_in_the_access_log(desk: Desk, case: str) -> None:
    def logged(**query: str) -> list[tuple[str, str, list[str]]]:
        items = body(desk.by("lead").get("/reveal-log", **query))["items"]
        return [(each["caller"], each["purpose"], each["plain"]) for each in items]

    path = f"/cases/{case}"
    assert desk.by("principal").post(f"{path}/whereabouts", {"place": SAID}).status_code == 201
    desk.by("principal").get("/cases")
    desk.by("leader").get(path)
    assert logged() == [], "a list opens nothing, nor does the page of whoever may not read words"
    assert SAID in desk.by("teacher").get(path).text
    assert logged() == [("teacher", "casework", ["WhereaboutsRecorded.place"])]
    [entry] = body(desk.by("lead").get("/reveal-log", person_id=PUPIL_ID))["items"]
    assert (entry["case_id"], entry["duty_id"], entry["on_behalf_of"]) == (desk.world.case().case_id, None, None)
    assert SAID not in str(entry)
    desk.versioned("principal", f"{path}/causes", {"primary": "lost_contact"})
    desk.world.settle()
    duty = desk.world.duties()[0]
    desk.by("police").get(f"/duties/{duty.number}")
    desk.by("police").post(f"/duties/{duty.number}:complete", {"finding": "found", "answer": SAID})
    desk.by("leader").get(f"/duties/{duty.number}")
    assert logged(caller="police") == []
    desk.by("police").get(f"/duties/{duty.number}")
    assert logged(caller="police") == [("police", "duty", ["DutyCompleted.answer"])]
    for name in ("clerk", "principal", "leader"):
        assert desk.by(name).get("/reveal-log").status_code == 403, name


def test_a_restricted_cause_that_another_has_replaced_stays_hidden(desk: Desk, case: str) -> None:
    for primary in ("early_marriage", "hardship"):
        assert desk.versioned("principal", f"/cases/{case}/causes", {"primary": primary}).status_code == 201
    desk.world.settle()
    assert "early_marriage" in desk.by("principal").get(f"/cases/{case}").text
    assert "early_marriage" not in desk.by("vice").get(f"/cases/{case}").text


# --- acting -----------------------------------------------------------------------------------------------------------


def test_a_whole_case_from_suspicion_to_closing(desk: Desk, case: str) -> None:
    desk.fill_in(case, SAID)
    principal = desk.by("principal")
    returned = principal.post(f"/cases/{case}/returns", {"returned_on": "2026-09-08", "placement": "original_class"})
    assert returned.status_code == 201
    contact = {"contacted_on": "2026-09-08", "study": SAID, "attendance": SAID}
    follow_up = desk.by("teacher").post(f"/cases/{case}/follow-ups", contact)
    assert (follow_up.status_code, body(follow_up)["nth"]) == (201, 1)
    desk.world.settle()

    shown = body(principal.get(f"/cases/{case}"))
    assert (shown["stage"], shown["agreed_on"], shown["term_ends_on"]) == ("returned", None, "2027-01-31")
    assert {"purpose": "observation-1", "due_on": "2026-10-06"} in shown["falling_due"]
    assert shown["lines_without_officer"] == []
    assert shown["follow_up_records"][0]["texts"] == {"study": SAID, "attendance": SAID}
    assert [measure["kind"] for measure in shown["plan"]] == ["aid", "livelihood_talk"]
    plan = next(each for each in shown["timeline"] if each["event"] == "PlanMade")
    assert (plan["texts"], plan["facts"]["measures"][0]["kind"]) == ({"measures.aid": SAID}, "aid")
    assert {duty["kind"] for duty in shown["duties"]} >= {"decide_relief", "persuade", "protect_returned"}

    proposal = {"outcome": "returned", "evidence": SAID}
    assert desk.propose(case, proposal).status_code == 409
    desk.world.pass_days(29)
    assert desk.propose(case, proposal).status_code == 200
    assert desk.versioned("township", f"/cases/{case}/closing:confirm", {"note": SAID}).status_code == 200
    assert desk.versioned("lead", f"/cases/{case}/closing:approve", {"note": SAID}).status_code == 200
    desk.world.settle()
    shown = body(desk.by("lead").get(f"/cases/{case}"))
    assert (shown["stage"], shown["outcome"]) == ("closed", "returned")
    assert {duty["status"] for duty in shown["duties"]} == {"withdrawn"}
    actors = [each["actor"] for each in shown["timeline"] if each["event"] in ("ClosingProposed", "ClosingConfirmed", "CaseClosed")]
    assert actors == ["principal", "township", "lead"]
    correlated = {envelope.correlation_id for envelope in desk.world.service.store.walk([f"case-{CASE_ID}"])}
    assert correlated == {EPISODE_ID}


def propose_as(desk: Desk, case: str, outcome: str, kind: str) -> str:
    """What comes of the principal's proposal, sent back at once where it was accepted."""
    form = {"outcome": outcome, "evidence": SAID, "evidence_kind": kind, "reference": SAID}
    answer = desk.propose(case, form)
    if answer.status_code != 200:
        return code(answer)
    desk.versioned("lead", f"/cases/{case}/closing:send-back", {"reason": SAID})
    return "proposed"


def test_in_autumn_nobody_of_grade_nine_has_graduated_and_after_its_last_term_somebody_may_have(desk: Desk) -> None:
    desk.world.suspect(grade=9)
    desk.world.drop_out()
    assert propose_as(desk, NUMBER, "graduated", "graduation_record") == "last-term-not-ended"
    desk.world.clock.instant += date(2027, 9, 1) - TODAY
    desk.world.settle()
    assert propose_as(desk, NUMBER, "graduated", "graduation_record") == "proposed"


def test_a_closing_is_held_against_what_the_registry_says_of_age_and_transfer(desk: Desk, case: str) -> None:
    def over_age() -> str:
        return propose_as(desk, case, "over_age", "birth_record")

    assert over_age() == "age-not-answered"
    desk.world.told(registry.AgeAnswered(pupil_id=PUPIL_ID, on=TODAY, under_16=False, reached_upper_age=False))
    assert over_age() == "age-not-answered", "sixteen is not the county's upper age"
    desk.world.pass_days(1)
    tomorrow = TODAY + timedelta(days=1)
    desk.world.told(registry.AgeAnswered(pupil_id=PUPIL_ID, on=tomorrow, under_16=False, reached_upper_age=True))
    assert over_age() == "proposed"
    desk.world.told(registry.AgeAnswered(pupil_id=PUPIL_ID, on=tomorrow, under_16=False, reached_upper_age=False))
    assert over_age() == "age-not-answered", "the county has raised the age"
    desk.world.told(registry.UpperAgeReached(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, noticed_on=tomorrow))
    assert over_age() == "proposed"
    assert propose_as(desk, case, "enrolled_elsewhere", "transfer_completed") == "transfer-not-completed"
    assert propose_as(desk, case, "enrolled_elsewhere", "sealed_certificate") == "proposed"
    desk.world.told(registry.TransferCompleted(pupil_id=PUPIL_ID, completed_on=TODAY, evidence=SEALED))
    assert propose_as(desk, case, "enrolled_elsewhere", "transfer_completed") == "proposed"


def test_child_labour_is_held_against_the_age_that_the_registry_answered(desk: Desk, case: str) -> None:
    def said(under_16: bool, worked_on: str) -> int:
        form = {"primary": "labour", "under_16_at_work": under_16, "worked_on": worked_on}
        return desk.versioned("principal", f"/cases/{case}/causes", form).status_code

    desk.world.told(registry.AgeAnswered(pupil_id=PUPIL_ID, on=date(2026, 9, 7), under_16=True))
    assert [said(under_16=each, worked_on="2026-09-01") for each in (False, True)] == [409, 201]
    assert said(under_16=False, worked_on="2026-09-08") == 201, "the registry has not been asked for this day"
    desk.world.told(registry.AgeAnswered(pupil_id=PUPIL_ID, on=date(2026, 9, 8), under_16=False))
    refused = desk.versioned("principal", f"/cases/{case}/causes", {"primary": "labour", "under_16_at_work": True})
    assert (refused.status_code, code(refused)) == (409, "working-age-contradicted")


def enrolled() -> registry.PupilEnrolled:
    return registry.PupilEnrolled(
        pupil_id=PUPIL_ID,
        school_id=SCHOOL_ID,
        class_id=ClassId("class-1"),
        grade=8,
        sex="male",
        boarding=False,
        residence_division=VILLAGE,
        guardians=(),
        record_version=1,
    )


def test_the_village_proposes_the_closing_of_a_child_on_no_roll_and_of_no_other(desk: Desk, case: str) -> None:
    form, path = {"outcome": "deceased", "evidence": SAID, "reference": SAID}, f"/cases/{case}/closing:propose"
    assert desk.by("other-cadre").post(path, form, {"If-Match": '"9"'}).status_code == 404
    desk.world.told(enrolled())
    refused = desk.versioned("cadre", path, form)
    assert (refused.status_code, code(refused)) == (403, "proposal-is-the-schools")
    left = registry.PupilStruckOff(
        pupil_id=PUPIL_ID, episode_id=EpisodeId("before"), outcome=Outcome.MOVED_ABROAD, struck_off_on=TODAY
    )
    desk.world.told(left)
    assert desk.versioned("cadre", path, form).status_code == 200
    steps = (("township", "confirm", {}), ("lead", "approve", {}))
    for who, step, note in steps:
        assert desk.versioned(who, f"/cases/{case}/closing:{step}", note).status_code == 200
    shown = body(desk.by("lead").get(f"/cases/{case}"))["timeline"]
    proposal = next(each for each in shown if each["event"] == "ClosingProposed")
    assert (proposal["actor"], proposal["on_behalf_of"]) == ("cadre", None)


def test_nobody_closes_twice_even_with_two_posts(desk: Desk, case: str) -> None:
    moved = {"outcome": "moved_abroad", "evidence": SAID, "reference": SAID}
    appoint(desk.world.others, "principal", Role.TOWNSHIP_OFFICER, "township-1", division="990126100")
    desk.world.settle()
    assert desk.versioned("vice", f"/cases/{case}/closing:propose", moved).status_code == 200
    refused = desk.versioned("principal", f"/cases/{case}/closing:confirm", {})
    assert (refused.status_code, code(refused)) == (403, "same-person-twice")


def stand_ins(desk: Desk) -> None:
    """A colleague at the bureau stands in for principal, township officer and lead; a second one for the lead's clerk."""
    others = desk.world.others
    for name in ("stand-in", "second"):
        appoint(others, name, Role.BUREAU_CLERK, "bureau", division="990126")
    for officer, role, body in (
        ("principal", "principal", SCHOOL_ID),
        ("township", "township_officer", "township-1"),
        ("lead", "bureau_lead", "bureau"),
    ):
        for name in ("stand-in", "second"):
            office = f"{name}-bureau_clerk-bureau"
            stand_in(others, officer, f"{officer}-{role}-{body}", name, office, until=date(2026, 12, 31))
    desk.world.settle()


def test_a_substitute_closes_in_the_others_place_and_is_one_pair_of_eyes_with_them(desk: Desk, case: str) -> None:
    """Neither takes the substitute another step, whoever for, nor the officer for whom the step was taken."""
    stand_ins(desk)
    moved, path = {"outcome": "moved_abroad", "evidence": SAID, "reference": SAID}, f"/cases/{case}/closing"
    assert desk.versioned("stand-in", f"{path}:propose", moved).status_code == 403, "who does not say for whom"
    assert desk.versioned("stand-in", f"{path}:propose", moved, on_behalf_of="principal").status_code == 200
    appoint(desk.world.others, "principal", Role.TOWNSHIP_OFFICER, "township-1", division="990126100")
    desk.world.settle()
    for who, absent in (("stand-in", "township"), ("principal", None)):
        refused = desk.versioned(who, f"{path}:confirm", {}, on_behalf_of=absent)
        assert (refused.status_code, code(refused)) == (403, "same-person-twice"), who
    assert desk.versioned("second", f"{path}:confirm", {}, on_behalf_of="township").status_code == 200
    for who in ("stand-in", "second"):
        refused = desk.versioned(who, f"{path}:approve", {}, on_behalf_of="lead")
        assert (refused.status_code, code(refused)) == (403, "same-person-twice"), who
    assert desk.versioned("lead", f"{path}:approve", {}).status_code == 200
    shown = body(desk.by("lead").get(f"/cases/{case}"))["timeline"]
    acts = [(each["event"], each["actor"], each["on_behalf_of"]) for each in shown if each["event"].startswith("Closing")]
    assert acts == [("ClosingProposed", "stand-in", "principal"), ("ClosingConfirmed", "second", "township")]


def test_a_substitute_of_a_vice_principal_does_not_stand_in_for_the_principal(desk: Desk, case: str) -> None:
    appoint(desk.world.others, "stand-in", Role.BUREAU_CLERK, "bureau", division="990126")
    vice, office = f"vice-vice_principal-{SCHOOL_ID}", "stand-in-bureau_clerk-bureau"
    stand_in(desk.world.others, "vice", vice, "stand-in", office, until=date(2026, 12, 31))
    desk.world.settle()
    moved = {"outcome": "moved_abroad", "evidence": SAID, "reference": SAID}
    refused = desk.versioned("stand-in", f"/cases/{case}/closing:propose", moved, on_behalf_of="vice")
    assert (refused.status_code, code(refused)) == (403, "substitute-of-a-stand-in")


def test_a_closing_is_sent_back(desk: Desk, case: str) -> None:
    desk.versioned("principal", f"/cases/{case}/closing:propose", {"outcome": "deceased", "evidence": SAID, "reference": SAID})
    assert desk.versioned("township", f"/cases/{case}/closing:send-back", {"reason": SAID}).status_code == 200
    shown = body(desk.by("lead").get(f"/cases/{case}"))
    assert shown["proposed_outcome"] is None
    assert shown["timeline"][-1]["texts"] == {"reason": SAID}


@pytest.mark.parametrize("act", ["causes", "plans", "closing:propose", "closing:confirm", "closing:approve", "closing:send-back"])
def test_causes_plan_and_closing_name_the_version_that_was_read(still: Desk, act: str) -> None:
    bodies = {
        "causes": HARDSHIP,
        "plans": {"measures": [{"cause": "hardship", "kind": "aid"}]},
        "closing:propose": {"outcome": "deceased", "evidence": SAID, "reference": SAID},
        "closing:send-back": {"reason": SAID},
    }
    who = {"closing:confirm": "township", "closing:approve": "lead", "closing:send-back": "lead"}.get(act, "principal")
    caller = still.by(who)
    assert caller.post(f"/cases/{NUMBER}/{act}", bodies.get(act, {})).status_code == 428
    stale = caller.post(f"/cases/{NUMBER}/{act}", bodies.get(act, {}), {"If-Match": '"1"'})
    assert (stale.status_code, code(stale)) == (412, "superseded")


ACTS: tuple[tuple[str, dict[str, Any], set[str]], ...] = (
    ("causes", HARDSHIP, {"principal", "teacher", "clerk"}),
    ("whereabouts", {"place": SAID}, {"principal", "vice", "teacher", "clerk", "township", "cadre"}),
    (
        "commitments",
        {"signed_on": "2026-09-08", "signed_by": "both"},
        {"principal", "vice", "teacher", "clerk", "township", "cadre"},
    ),
    ("visits", {"visited_on": "2026-09-08", "result": "undecided"}, {"principal", "vice", "teacher", "clerk", "township", "cadre"}),
    ("officers", {"line": "bureau", "officer_id": "lead"}, {"principal", "clerk", "lead"}),
    ("return-agreements", {"return_on": "2026-09-09"}, {"principal", "vice", "teacher", "clerk", "township", "cadre"}),
    ("returns", {"returned_on": "2026-09-08", "placement": "other_class"}, {"principal", "vice"}),
)
EVERYBODY = (*READERS, "tutor", "police", "relief", "aid", "roll", "other-principal", "other-teacher", "other-township")


@pytest.mark.parametrize(("act", "form", "may"), ACTS, ids=[act for act, _, _ in ACTS])
def test_each_act_is_for_its_people(desk: Desk, case: str, act: str, form: dict[str, Any], may: set[str]) -> None:
    did = {name for name in EVERYBODY if desk.versioned(name, f"/cases/{case}/{act}", form).status_code == 201}
    assert did == may


@pytest.mark.parametrize(
    ("act", "form", "refused", "field"),
    [
        ("causes", {"primary": "labour"}, "working-age-not-stated", "under_16_at_work"),
        ("causes", {"primary": "other", "others": ["other"]}, "cause-named-twice", "others"),
        ("visits", {"visited_on": "2026-09-09", "result": "refused"}, "in-the-future", "visited_on"),
        ("visits", {"visited_on": "2026-09-07", "result": "refused"}, "before-the-case", "visited_on"),
        (
            "visits",
            {"visited_on": "2026-09-08", "result": "refused", "accompanied_by": ["13800000000"]},
            "no-such-officer",
            "accompanied_by.0",
        ),
        ("officers", {"line": "township", "officer_id": "principal"}, "officer-not-of-line", "officer_id"),
        ("returns", {"returned_on": "2026-09-08", "placement": "special_school"}, "placement-needs-decision", "decision_reference"),
        ("return-agreements", {"return_on": "2026-09-07"}, "agreed-day-past", "return_on"),
        ("rechecks", {"checked_on": "2026-09-08", "changed": False, "finding": "x"}, "no-recheck-due", None),
        ("follow-ups", {"contacted_on": "2026-09-08", "study": "x"}, "not-returned", None),
        ("return-agreements:call-off", {}, "no-return-agreed", None),
    ],
)
def test_refusals_name_rule_and_field(still: Desk, act: str, form: dict[str, Any], refused: str, field: str | None) -> None:
    response = still.versioned("principal", f"/cases/{NUMBER}/{act}", form)
    assert (response.status_code, code(response)) == (409, refused)
    assert [error["field"] for error in body(response).get("errors", [])] == ([field] if field else [])


@pytest.mark.parametrize("who", ["next-schools-parent", "other-principal", "other-township", "next-county", "other-cadre"])
@pytest.mark.parametrize("place", ["accompanied_by", "witness_id"])
def test_who_goes_along_on_a_visit_is_of_the_cases_place(still: Desk, who: str, place: str) -> None:
    named = {"accompanied_by": [who]} if place == "accompanied_by" else {"witness_id": who}
    visit = {"visited_on": "2026-09-08", "result": "refused", **named}
    assert code(still.by("principal").post(f"/cases/{NUMBER}/visits", visit)) == "companion-not-of-place"


def test_who_goes_along_on_a_visit_is_in_office_that_day(desk: Desk, case: str) -> None:
    visit = {"visited_on": "2026-09-08", "result": "refused", "accompanied_by": ["cadre", "police", "clerk", "tutor"]}
    assert desk.by("principal").post(f"/cases/{case}/visits", visit).status_code == 201
    desk.world.leave("cadre", TODAY - timedelta(days=1))
    assert code(desk.by("principal").post(f"/cases/{case}/visits", visit)) == "companion-not-of-place"


@pytest.mark.parametrize(
    ("act", "form", "field"),
    [
        ("causes", {"primary": "laziness"}, "primary"),
        ("causes", {}, "primary"),
        ("visits", {"visited_on": "yesterday", "result": "refused"}, "visited_on"),
        ("visits", {"visited_on": "2026-09-08", "result": "refused", "childs_words": "x" * 4001}, "childs_words"),
        ("officers", {"line": "national", "officer_id": "x"}, "line"),
        ("returns", {"returned_on": "2026-09-08", "placement": "nowhere"}, "placement"),
        ("commitments", {"signed_on": "2026-09-08", "signed_by": "uncle"}, "signed_by"),
    ],
)
def test_forms_are_checked_field_by_field(still: Desk, act: str, form: dict[str, Any], field: str) -> None:
    response = still.by("principal").post(f"/cases/{NUMBER}/{act}", form)
    assert response.status_code == 422
    assert [error["field"] for error in body(response)["errors"]] == [field]


@pytest.mark.parametrize("act", ["causes", "closing:propose", "returns"])
def test_what_does_not_exist_is_not_found(still: Desk, act: str) -> None:
    forms = {"causes": HARDSHIP, "closing:propose": {"outcome": "deceased", "evidence": "x", "reference": "x"}}
    form = forms.get(act, {"returned_on": "2026-09-08", "placement": "other_class"})
    for key in ("C2026-9999", "nothing", "%00", "É"):
        assert still.by("principal").get(f"/cases/{key}").status_code in (400, 404), key
        assert still.by("principal").get(f"/duties/{key}").status_code in (400, 404), key
        assert still.by("principal").post(f"/duties/{key}:acknowledge").status_code in (400, 404), key
        response = still.by("principal").post(f"/cases/{key}/{act}", form, {"If-Match": '"1"'})
        assert response.status_code in (400, 404), key


def test_a_plan_that_is_not_of_the_causes_is_refused_in_its_place(desk: Desk, case: str) -> None:
    desk.versioned("principal", f"/cases/{case}/causes", HARDSHIP)
    plan = {"measures": [{"cause": "hardship", "kind": "aid"}, {"cause": "learning", "kind": "tutoring"}]}
    refused = desk.versioned("principal", f"/cases/{case}/plans", plan)
    assert code(refused) == "measure-not-of-cause"
    assert [error["field"] for error in body(refused)["errors"]] == ["measures.1.kind"]


def test_a_hard_case_of_a_lost_child_gets_its_special_plan_and_its_recheck(desk: Desk, case: str) -> None:
    principal = desk.by("principal")
    desk.versioned("principal", f"/cases/{case}/causes", {"primary": "lost_contact"})
    desk.world.clock.instant += timedelta(days=91)
    desk.world.settle()
    plan = {"measures": [{"cause": "lost_contact", "kind": "tracing"}]}
    assert code(desk.versioned("principal", f"/cases/{case}/plans", plan)) == "special-plan-needs-lead"
    assert code(desk.versioned("principal", f"/cases/{case}/plans", {**plan, "lead_id": "teacher"})) == "special-plan-needs-lead"
    made = desk.versioned("principal", f"/cases/{case}/plans", {**plan, "lead_id": "clerk"})
    assert (made.status_code, len(body(made)["measure_ids"])) == (201, 1)
    answer = {"checked_on": "2026-12-08", "changed": False, "finding": SAID}
    assert principal.post(f"/cases/{case}/rechecks", answer).status_code == 201
    shown = body(principal.get(f"/cases/{case}"))
    assert (shown["lead_id"], shown["recheck_due_on"]) == ("clerk", None)
    assert shown["timeline"][-1]["texts"] == {"finding": SAID}


def test_the_same_key_gives_the_same_answer_once(desk: Desk, case: str) -> None:
    visit = {"visited_on": "2026-09-08", "result": "undecided"}
    answers = [desk.by("teacher").post(f"/cases/{case}/visits", visit, {"Idempotency-Key": "the-same-key"}) for _ in range(2)]
    assert body(answers[0]) == body(answers[1])
    assert desk.world.case().visits == 1
