"""Mandatory reports over HTTP: whoever works with children reports, the few named see it, nobody else can tell that it is there."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.contracts.codes import Cause, DutyKind
from services.contracts.registry import PupilEnrolled
from tests.callers import stand_in
from tests.casework.api.desk import OTHERS, Desk
from tests.casework.conftest import OFFICERS, World
from tests.casework.invented import CASE_ID, PUPIL_ID
from tests.contracts.example_events import example_event

SAID = "孩子身上有伤 REVEALING"
FORM = {"pupil_id": PUPIL_ID, "sign": "abuse", "noticed_on": "2026-09-08", "words": SAID}
NUMBER = "M2026-0001"
REPORT = f"/mandatory-reports/{NUMBER}"
EVERYBODY = tuple(name for name, *_ in (*OFFICERS, *OTHERS))
MAY_KNOW = {"teacher", "lead", "police"}
VISIT = {"visited_on": "2026-09-08", "result": "undecided"}
TO_FAMILY = (
    ("visits", VISIT),
    ("commitments", {"signed_on": "2026-09-08", "signed_by": "guardian"}),
    ("commitments:check", {"promise": "no_work", "checked_on": "2026-09-08", "kept": True}),
    ("return-agreements", {"return_on": "2026-09-09"}),
    ("plans", {"measures": [{"cause": "hardship", "kind": "livelihood_talk"}]}),
)
"""What is done with the family, as the school does it."""


@pytest.fixture
def desk(world: World) -> Desk:
    """A case of hardship, whose plan holds a measure with the family and one without."""
    desk = Desk(world)
    world.suspect()
    world.drop_out()
    assert desk.versioned("principal", "/cases/C2026-0001/causes", {"primary": Cause.HARDSHIP}).status_code == 201
    plan = {"measures": [{"cause": "hardship", "kind": "livelihood_talk"}, {"cause": "hardship", "kind": "aid"}]}
    assert desk.versioned("principal", "/cases/C2026-0001/plans", plan).status_code == 201
    world.settle()
    return desk


def body(response: TestResponse) -> Any:
    return json.loads(response.data)


def report(desk: Desk, by: str = "teacher", **facts: Any) -> None:
    assert desk.by(by).post("/mandatory-reports", {**FORM, **facts}).status_code == 201
    desk.world.settle()


def enrol(world: World) -> str:
    """Another child, on a roll and without a case; answers its id."""
    enrolled = example_event(PupilEnrolled)
    assert isinstance(enrolled, PupilEnrolled)
    world.told(enrolled)
    return enrolled.pupil_id


def act(desk: Desk, by: str, step: str, form: dict[str, Any] | None = None) -> int:
    status = desk.by(by).post(f"{REPORT}{step}", form).status_code
    desk.world.settle()
    return status


def substitute(desk: Desk, who: str, absent: str) -> dict[str, str]:
    """`who` stands in for `absent`, each in their first post; answers the header that says so."""
    posts = {name: f"{name}-{role}-{body_id}" for name, role, body_id, *_ in (*OFFICERS, *OTHERS)}
    stand_in(desk.world.others, absent, posts[absent], who, posts[who], until=date(2026, 12, 31))
    desk.world.settle()
    return {"On-Behalf-Of": absent}


def answers(desk: Desk, by: str) -> dict[str, tuple[int, Any, str | None]]:
    """All that casework says to an officer about the child; the trace id of a refusal is another each time."""
    paths = ("/cases", "/cases/C2026-0001", "/alarms", "/duties", "/mandatory-reports", REPORT)
    read = {path: desk.by(by).get(path) for path in paths}
    said = {path: {name: value for name, value in body(each).items() if name != "instance"} for path, each in read.items()}
    return {path: (each.status_code, said[path], each.headers.get("ETag")) for path, each in read.items()}


# --- who reports, who sees --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [*EVERYBODY])
def test_whoever_works_with_children_reports_also_of_a_child_of_others(desk: Desk, by: str) -> None:
    status = desk.by(by).post("/mandatory-reports", FORM).status_code
    assert status == (403 if "parent" in by else 201)


def test_a_child_without_a_case_can_be_reported_and_one_that_is_not_there_cannot(world: World) -> None:
    desk = Desk(world)
    assert body(desk.by("teacher").post("/mandatory-reports", FORM))["code"] == "no-such-child"
    report(desk, pupil_id=enrol(world))
    shown = body(desk.by("teacher").get(REPORT))
    assert (shown["number"], shown["case_id"], shown["status"], shown["held"]) == (NUMBER, None, "opened", True)


def test_only_reporter_lead_and_police_desk_see_it_and_its_words(desk: Desk) -> None:
    report(desk)
    for name in EVERYBODY:
        read, listed = desk.by(name).get(REPORT), desk.by(name).get("/mandatory-reports")
        if "parent" in name:
            assert (read.status_code, listed.status_code) == (403, 403), name
        elif name in MAY_KNOW:
            assert body(read)["timeline"][0]["texts"] == {"words": SAID}, name
            assert [each["number"] for each in body(listed)["items"]] == [NUMBER], name
        else:
            assert body(read)["code"] == "no-such-mandatory-report", name
            assert body(listed)["items"] == [], name


def test_the_report_is_unanswered_in_the_list_until_the_police_acknowledge_it(desk: Desk) -> None:
    report(desk)
    waiting = [each["number"] for each in body(desk.by("police").get("/mandatory-reports", status="opened"))["items"]]
    assert act(desk, "police", ":acknowledge") == 200
    assert (waiting, body(desk.by("police").get("/mandatory-reports", status="opened"))["items"]) == ([NUMBER], [])


def test_who_may_not_know_is_answered_the_same_with_and_without_it(desk: Desk) -> None:
    others = [name for name in EVERYBODY if name not in MAY_KNOW]
    before = {name: answers(desk, name) for name in others}
    report(desk)
    act(desk, "police", ":acknowledge")
    assert {name: answers(desk, name) for name in others} == before


def test_a_case_and_its_version_are_for_those_who_may_know_what_they_were_too(desk: Desk) -> None:
    def case() -> tuple[int, Any, str | None]:
        return answers(desk, "lead")["/cases/C2026-0001"]

    before = case()
    report(desk)
    assert case() == before


def test_the_lead_names_an_officer_who_sees_it_from_then_on(desk: Desk) -> None:
    report(desk)
    assert act(desk, "clerk", "/officers", {"officer_id": "clerk"}) == 403
    assert body(desk.by("lead").post(f"{REPORT}/officers", {"officer_id": "nobody"}))["code"] == "no-such-officer"
    assert act(desk, "lead", "/officers", {"officer_id": "clerk"}) == 200
    assert body(desk.by("clerk").get(REPORT))["officers"] == ["teacher", "clerk"]
    assert desk.by("other-principal").get(REPORT).status_code == 404


def test_whoever_opens_its_words_stands_in_the_access_log_which_the_lead_reads(desk: Desk) -> None:
    report(desk)
    for name in ("police", "principal"):
        desk.by(name).get(REPORT)
    (entry,) = body(desk.by("lead").get("/reveal-log", person_id=PUPIL_ID))["items"]
    opened = body(desk.by("lead").get(REPORT))["report_id"]
    assert (entry["caller"], entry["purpose"], entry["report_id"]) == ("police", "mandatory_report", opened)
    assert entry["plain"] == ["MandatoryReportOpened.words"]


def test_a_name_in_a_report_is_not_lent_either_way(desk: Desk) -> None:
    report(desk)
    for who, absent in (("teacher", "principal"), ("principal", "teacher")):
        header = substitute(desk, who, absent)
        assert desk.by(who).get(REPORT, header).status_code == 404, who
        assert body(desk.by(who).get("/mandatory-reports", header))["items"] == [], who
        visit = desk.by(who).post("/cases/C2026-0001/visits", VISIT, header)
        assert body(visit)["code"] == "ask-the-bureau-first", who
    assert act(desk, "lead", "/officers", {"officer_id": "principal"}) == 200
    assert desk.by("principal").get(REPORT, {"On-Behalf-Of": "teacher"}).status_code == 200, "both are named"


def test_the_leads_substitute_names_neither_themselves_nor_the_lead(desk: Desk) -> None:
    report(desk)
    header = substitute(desk, "aid", "lead")
    for name in ("aid", "lead"):
        refused = desk.by("aid").post(f"{REPORT}/officers", {"officer_id": name}, header)
        assert (refused.status_code, body(refused)["code"]) == (409, "names-themselves")
    assert desk.by("aid").get(REPORT, header).status_code == 200
    assert desk.by("aid").get(REPORT).status_code == 404


def test_whom_the_lead_shuts_out_sees_it_no_more_the_reporter_neither(desk: Desk) -> None:
    report(desk)
    act(desk, "lead", "/officers", {"officer_id": "clerk"})
    form = {"officer_id": "clerk", "reason": "under_suspicion"}
    assert {act(desk, name, "/officers:release", form) for name in ("clerk", "teacher", "police")} == {403}
    for name in ("clerk", "teacher"):
        assert desk.by(name).get(REPORT).status_code == 200
        assert act(desk, "lead", "/officers:release", {**form, "officer_id": name}) == 200
        assert (desk.by(name).get(REPORT).status_code, body(desk.by(name).get("/mandatory-reports"))["items"]) == (404, [])
    assert act(desk, "clerk", ":answer", {"hold": False, "evidence_name": "x"}) == 404
    shown = body(desk.by("lead").get(REPORT))
    assert (shown["officers"], shown["chosen"], shown["released"]) == ([], [], ["clerk", "teacher"])
    assert shown["by_officer_id"] == "teacher"
    assert act(desk, "lead", "/officers", {"officer_id": "clerk"}) == 200
    assert desk.by("clerk").get(REPORT).status_code == 200


# --- the answer -------------------------------------------------------------------------------------------------------


def test_the_police_answer_and_the_reporter_is_told_that_they_did_but_not_what(desk: Desk) -> None:
    report(desk)
    assert act(desk, "police", ":answer", {"hold": False, "answer": "已立案 REVEALING"}) == 200

    def texts(name: str) -> dict[str, str]:
        return body(desk.by(name).get(REPORT))["timeline"][-1]["texts"]

    assert texts("lead") == texts("police") == {"answer": "已立案 REVEALING"}
    assert texts("teacher") == {}
    assert body(desk.by("teacher").get(REPORT))["status"] == "answered"


def test_a_named_clerk_or_the_lead_enters_the_scanned_reply_and_nobody_else(desk: Desk) -> None:
    report(desk)
    reply = {"hold": False, "evidence_name": "公函〔2026〕9号.pdf"}
    assert act(desk, "clerk", ":answer", reply) == 404
    assert act(desk, "police-station", ":answer", reply) == 404
    assert act(desk, "next-county", ":acknowledge") == 404
    assert act(desk, "teacher", ":answer", reply) == 403
    act(desk, "lead", "/officers", {"officer_id": "clerk"})
    assert body(desk.by("clerk").post(f"{REPORT}:answer", {"hold": False}))["code"] == "police-reply-not-cited"
    assert act(desk, "clerk", ":answer", reply) == 200
    last = body(desk.by("lead").get(REPORT))["timeline"][-1]
    assert (last["actor"], last["on_behalf_of"]) == ("clerk", "department:public_security")


@pytest.mark.parametrize("step", [":acknowledge", ":answer"])
@pytest.mark.parametrize(
    ("reporter", "by", "absent"),
    [
        ("aid", "aid", "clerk"),
        ("clerk", "aid", "clerk"),
        ("clerk", "clerk", None),
        ("lead", "lead", None),
        ("aid", "aid", "lead"),
        ("aid", "aid", "police"),
        ("police", "aid", "police"),
        ("police", "police", None),
    ],
)
def test_whoever_reported_never_answers_for_the_police(desk: Desk, step: str, reporter: str, by: str, absent: str | None) -> None:
    report(desk, by=reporter)
    for named in {"aid", "clerk"} - {reporter}:
        act(desk, "lead", "/officers", {"officer_id": named})
    header = {} if absent is None else substitute(desk, by, absent)
    refused = desk.by(by).post(f"{REPORT}{step}", {"hold": False, "evidence_name": "x"} if step == ":answer" else None, header)
    assert (refused.status_code, body(refused)["code"]) == (403, "reporter-does-not-answer")
    assert body(desk.by("lead").get(REPORT))["status"] == "opened"


def test_who_substitutes_for_a_named_clerk_answers_only_if_the_lead_has_named_them_too(desk: Desk) -> None:
    report(desk)
    header, reply = substitute(desk, "aid", "clerk"), {"hold": False, "evidence_name": "公函〔2026〕9号.pdf"}
    assert desk.by("aid").post(f"{REPORT}:answer", reply, header).status_code == 404
    act(desk, "lead", "/officers", {"officer_id": "clerk"})
    assert desk.by("aid").post(f"{REPORT}:answer", reply, header).status_code == 404
    act(desk, "lead", "/officers", {"officer_id": "aid"})
    assert desk.by("aid").post(f"{REPORT}:answer", reply, header).status_code == 200


def test_only_the_lead_corrects_and_withdraws(desk: Desk) -> None:
    report(desk)
    for step, form in ((":correct", {"sign": "abandonment", "reason": "x"}), (":withdraw", {"reason": "x"})):
        assert {act(desk, name, step, form) for name in ("clerk", "teacher", "police", "leader")} == {403}
        assert act(desk, "lead", step, form) == 200
    shown = body(desk.by("lead").get(REPORT))
    assert (shown["sign"], shown["status"], shown["held"]) == ("abandonment", "withdrawn", False)


REPLY = {"hold": True, "evidence_name": "公函〔2026〕9号.pdf"}


@pytest.mark.parametrize(
    ("absent", "step", "form", "entered_for"),
    [
        ("principal", "", FORM, None),
        ("police", ":acknowledge", None, None),
        ("lead", ":acknowledge", None, "department:public_security"),
        ("police", ":answer", {"hold": True}, None),
        ("lead", ":answer", REPLY, "department:public_security"),
        ("lead", "/officers", {"officer_id": "clerk"}, None),
        ("lead", "/officers:release", {"officer_id": "teacher", "reason": "moved_on"}, None),
        ("lead", ":correct", {"sign": "abandonment", "reason": "x"}, None),
        ("lead", ":withdraw", {"reason": "x"}, None),
    ],
)
def test_every_step_of_a_substitute_is_written_down_with_the_officer_for_whom(
    desk: Desk, absent: str, step: str, form: dict[str, Any] | None, entered_for: str | None
) -> None:
    header, opens = substitute(desk, "aid", absent), not step
    if not opens:
        report(desk)
    done = desk.by("aid").post("/mandatory-reports" if opens else f"{REPORT}{step}", form, header)
    assert done.status_code == (201 if opens else 200)
    last = body(desk.by("lead").get(REPORT))["timeline"][-1]
    assert (last["actor"], last["on_behalf_of"]) == ("aid", absent)
    assert last["facts"].get("on_behalf_of") == entered_for


# --- the clock --------------------------------------------------------------------------------------------------------


def test_it_is_recalled_every_two_hours_of_the_night_and_the_county_leader_is_told_and_named(desk: Desk) -> None:
    report(desk)
    assert desk.by("leader").get(REPORT).status_code == 404
    for _ in range(7):
        desk.world.clock.instant += timedelta(hours=1)
        desk.world.settle()
    shown = body(desk.by("leader").get(REPORT))
    assert (shown["reminders"], shown["told"], shown["officers"]) == (3, "county_leader", ["teacher", "leader"])
    assert desk.by("other-leader").get(REPORT).status_code == 404
    act(desk, "police", ":acknowledge")
    desk.world.clock.instant += timedelta(hours=80)
    desk.world.settle()
    events = [each["event"] for each in body(desk.by("lead").get(REPORT))["timeline"]]
    assert events[-2:] == ["MandatoryReportAcknowledged", "MandatoryReportEscalated"]
    assert not desk.world.service.store.parked()


def test_it_waits_again_once_a_leader_is_told_of_it_or_a_held_answer_is_recalled_until_the_next_answer(desk: Desk) -> None:
    def waiting() -> set[str]:
        readers = ("lead", "police", "leader")
        listed = {name: body(desk.by(name).get("/mandatory-reports", waiting="true"))["items"] for name in readers}
        return {name for name, items in listed.items() if items}

    def after(hours: int) -> set[str]:
        for _ in range(hours // 6):
            desk.world.clock.instant += timedelta(hours=6)
            desk.world.settle()
        return waiting()

    report(desk)
    assert waiting() == {"lead", "police"}
    act(desk, "police", ":acknowledge")
    assert waiting() == after(66) == set()
    assert after(6) == {"lead", "police", "leader"}, "escalated"
    assert body(desk.by("leader").get("/mandatory-reports", waiting="false"))["items"] == []
    act(desk, "police", ":answer", {"hold": True})
    assert waiting() == after(162) == set()
    assert after(6) == {"lead", "police", "leader"}, "recalled"
    act(desk, "police", ":answer", {"hold": True})
    assert waiting() == set()
    assert after(168) == {"lead", "police", "leader"}, "recalled again"
    assert body(desk.by("lead").get(REPORT))["recalls"] == 2
    act(desk, "police", ":answer", {"hold": False})
    assert waiting() == after(174) == set()


def test_who_stands_in_for_the_leader_who_is_told_is_named_too_and_does_not_answer_for_the_police(desk: Desk) -> None:
    header = substitute(desk, "clerk", "leader")
    report(desk)
    assert desk.by("clerk").get(REPORT, header).status_code == 404
    desk.world.clock.instant += timedelta(hours=7)
    desk.world.settle()
    shown = body(desk.by("clerk").get(REPORT, header))
    assert (shown["officers"], shown["chosen"]) == (["teacher", "leader", "clerk"], [])
    assert act(desk, "clerk", ":answer", {"hold": False, "evidence_name": "x"}) == 404, "the lead has not named them"
    assert not desk.world.service.store.parked()


def test_a_leader_whom_the_lead_has_shut_out_is_not_told_again_but_another_is(desk: Desk) -> None:
    report(desk)
    act(desk, "lead", "/officers", {"officer_id": "leader"})
    act(desk, "lead", "/officers:release", {"officer_id": "leader", "reason": "under_suspicion"})
    desk.world.clock.instant += timedelta(hours=7)
    desk.world.settle()
    assert body(desk.by("lead").get(REPORT))["officers"] == ["teacher", "other-leader"]
    assert desk.by("leader").get(REPORT).status_code == 404


# --- persuasion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "form"), TO_FAMILY, ids=[path for path, _ in TO_FAMILY])
def test_what_is_done_with_the_family_is_refused_until_the_police_have_answered(
    desk: Desk, path: str, form: dict[str, Any]
) -> None:
    def refusal(name: str) -> str | None:
        answer = body(desk.versioned(name, f"/cases/C2026-0001/{path}", form))
        return answer.get("code")

    assert desk.versioned("principal", "/cases/C2026-0001/commitments", TO_FAMILY[1][1]).status_code == 201
    report(desk, by="principal")
    assert refusal("principal") == "persuasion-held"
    assert refusal("clerk") == "ask-the-bureau-first"
    act(desk, "police", ":answer", {"hold": True})
    assert refusal("clerk") == "ask-the-bureau-first"
    act(desk, "police", ":answer", {"hold": False})
    assert refusal("clerk") is None


def test_what_is_refused_anyhow_is_refused_as_if_there_were_no_report(desk: Desk) -> None:
    def answers() -> list[tuple[int, str | None]]:
        clerk, case = desk.by("clerk"), "/cases/C2026-0001"
        tried = (
            clerk.post(f"{case}/visits", {**VISIT, "visited_on": "2027-01-01"}),
            clerk.post(f"{case}/visits", {**VISIT, "visited_on": "2020-01-01"}),
            clerk.post(f"{case}/plans", TO_FAMILY[4][1], {"If-Match": '"1"'}),
            clerk.post(f"{case}/commitments:check", TO_FAMILY[2][1]),
            clerk.post(f"{case}/measures/unknown:done", {"done_on": "2026-09-08"}),
        )
        return [(answer.status_code, body(answer).get("code")) for answer in tried]

    without = answers()
    assert all(code is not None for _, code in without)
    report(desk)
    assert answers() == without


def test_a_report_that_is_withdrawn_holds_nobody_up(desk: Desk) -> None:
    report(desk)
    act(desk, "lead", ":withdraw", {"reason": "x"})
    assert desk.by("principal").post("/cases/C2026-0001/visits", VISIT).status_code == 201


def test_measures_without_the_family_go_on(desk: Desk) -> None:
    report(desk)
    plan = {each["kind"]: each["measure_id"] for each in body(desk.by("lead").get("/cases/C2026-0001"))["plan"]}
    done = {
        kind: desk.by("principal").post(f"/cases/C2026-0001/measures/{of}:done", {"done_on": "2026-09-08"})
        for kind, of in plan.items()
    }
    assert done["aid"].status_code == 200
    assert body(done["livelihood_talk"])["code"] == "ask-the-bureau-first"
    assert (
        desk.versioned("principal", "/cases/C2026-0001/plans", {"measures": [{"cause": "hardship", "kind": "aid"}]}).status_code
        == 201
    )


def test_the_duty_to_persuade_waits_and_the_other_duties_do_not(desk: Desk) -> None:
    report(desk)
    duties = {duty.kind: duty.number for duty in desk.world.duties(CASE_ID)}
    persuade = desk.by("township").post(f"/duties/{duties[DutyKind.PERSUADE]}:complete", {"finding": "will_return"})
    assert body(persuade)["code"] == "ask-the-bureau-first"
    relief = desk.by("relief").post(f"/duties/{duties[DutyKind.DECIDE_RELIEF]}:complete", {"finding": "granted"})
    assert relief.status_code == 200


def test_a_child_of_whom_nothing_is_reported_is_not_held(desk: Desk) -> None:
    report(desk, pupil_id=enrol(desk.world))
    assert desk.by("principal").post("/cases/C2026-0001/visits", VISIT).status_code == 201
