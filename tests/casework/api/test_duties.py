"""Duties over HTTP: each body sees and answers its own, others enter written replies for it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.casework.storage.rows import DutyRow
from services.contracts.casework import DutyCompleted
from services.contracts.codes import DutyKind, Role
from tests.callers import appoint, stand_in
from tests.casework.api.desk import Desk
from tests.casework.conftest import World
from tests.neighbours import events_of

SAID = "家长说不需要救助 REVEALING"
GRANTED = {"finding": "granted", "answer": SAID}
REPLY = {**GRANTED, "evidence_name": "云民函〔2026〕7号 REVEALING"}


@pytest.fixture
def desk(world: World) -> Desk:
    """A case whose causes ask civil affairs, rural revitalisation, police, township, school and bureau."""
    desk = Desk(world)
    world.suspect()
    world.drop_out()
    causes = {"primary": "hardship", "others": ["lost_contact", "religion", "learning", "school_factor"]}
    assert desk.versioned("principal", "/cases/C2026-0001/causes", causes).status_code == 201
    world.settle()
    return desk


def body(response: TestResponse) -> Any:
    return json.loads(response.data)


def duty(desk: Desk, kind: DutyKind) -> DutyRow:
    return next(duty for duty in desk.world.duties() if duty.kind is kind)


KINDS = {
    "relief": {"decide_relief"},
    "police": {"verify_whereabouts"},
    "police-station": set[str](),
    "next-county": set[str](),
    "labour": set[str](),
    "township": {"persuade"},
    "cadre": {"persuade"},
    "other-township": set[str](),
    "other-cadre": set[str](),
    "principal": {"school_visit"},
    "other-principal": set[str](),
    "clerk": {"decide_relief", "verify_household_status", "verify_whereabouts", "persuade", "school_visit", "supervise_school"},
}


def test_each_body_sees_its_own_duties_only(desk: Desk) -> None:
    for name, kinds in KINDS.items():
        listed = body(desk.by(name).get("/duties"))
        assert {item["kind"] for item in listed["items"]} == kinds, name
        for each in desk.world.duties():
            expected = 200 if each.kind in kinds else 404
            assert desk.by(name).get(f"/duties/{each.number}").status_code == expected, (name, each.kind)
    for name in ("teacher", "aid", "roll"):
        assert desk.by(name).get("/duties").status_code == 403


@pytest.mark.parametrize("name", ["police-station", "next-county"])
def test_an_office_of_another_division_than_the_duty_was_given_to_answers_none(desk: Desk, name: str) -> None:
    number = duty(desk, DutyKind.VERIFY_WHEREABOUTS).number
    assert desk.by(name).post(f"/duties/{number}:acknowledge").status_code == 404
    assert desk.by(name).post(f"/duties/{number}:complete", {"finding": "found", "answer": SAID}).status_code == 404


def test_a_department_sees_a_pseudonym_and_neither_child_nor_cause(desk: Desk) -> None:
    item = body(desk.by("relief").get("/duties"))["items"][0]
    assert (item["case_number"], item["kind_zh"], item["due_on"]) == ("C2026-0001", "审定救助", "2026-09-22")
    assert not {"pupil_id", "case_id", "cause"} & set(item)
    shown = desk.by("relief").get(f"/duties/{item['duty_id']}")
    assert (body(shown)["case_id"], body(shown)["pupil_id"]) == (None, "pupil-1")
    assert "hardship" not in shown.text
    assert {finding["code"] for finding in body(shown)["findings"]} == {"granted", "refused", "receiving", "done"}
    assert body(desk.by("clerk").get(f"/duties/{item['duty_id']}"))["case_id"] is not None


def test_an_answered_duty_keeps_the_day_until_which_it_was_due_and_says_whether_it_came_in_time(desk: Desk) -> None:
    def shown(kind: DutyKind) -> tuple[str | None, bool | None]:
        item = body(desk.by("clerk").get(f"/duties/{duty(desk, kind).number}"))
        return item["due_on"], item["answered_late"]

    def answer(name: str, kind: DutyKind, finding: str) -> int:
        path = f"/duties/{duty(desk, kind).number}:complete"
        return desk.by(name).post(path, {"finding": finding, "answer": SAID}).status_code

    visit = {"visited_on": "2026-09-08", "result": "undecided"}
    assert desk.by("teacher").post("/cases/C2026-0001/visits", visit).status_code == 201
    desk.world.settle()
    assert shown(DutyKind.SCHOOL_VISIT) == ("2026-09-09", False), "a visit answers it, without a form"
    assert shown(DutyKind.DECIDE_RELIEF) == ("2026-09-22", None)
    assert answer("relief", DutyKind.DECIDE_RELIEF, "granted") == 200
    assert shown(DutyKind.DECIDE_RELIEF) == ("2026-09-22", False)
    desk.world.pass_days(10)
    assert answer("police", DutyKind.VERIFY_WHEREABOUTS, "found") == 200
    assert shown(DutyKind.VERIFY_WHEREABOUTS) == ("2026-09-11", True)
    number = duty(desk, DutyKind.DECIDE_RELIEF).number
    assert desk.by("clerk").post(f"/duties/{number}:return", {"reason": SAID}).status_code == 200
    assert shown(DutyKind.DECIDE_RELIEF) == ("2026-10-02", None), "the term began anew"


def test_a_department_acknowledges_and_answers(desk: Desk) -> None:
    number, relief = duty(desk, DutyKind.DECIDE_RELIEF).number, desk.by("relief")
    acknowledged = relief.post(f"/duties/{number}:acknowledge")
    assert (acknowledged.status_code, body(acknowledged)["status"]) == (200, "acknowledged")
    stale = relief.post(f"/duties/{number}:complete", GRANTED, {"If-Match": '"1"'})
    assert stale.status_code == 412
    answered = relief.post(f"/duties/{number}:complete", GRANTED, {"If-Match": acknowledged.headers["ETag"]})
    assert (answered.status_code, body(answered)["status"]) == (200, "completed")
    shown = body(relief.get(f"/duties/{number}"))
    assert shown["timeline"][-1]["texts"] == {"answer": SAID}
    assert shown["timeline"][-1]["on_behalf_of"] is None
    again = relief.post(f"/duties/{number}:complete", GRANTED)
    assert (again.status_code, body(again)["code"]) == (409, "duty-already-answered")


@pytest.mark.parametrize("name", ["clerk", "township"])
def test_the_written_reply_of_a_department_is_entered_by_clerk_or_township(desk: Desk, name: str) -> None:
    row = duty(desk, DutyKind.VERIFY_HOUSEHOLD_STATUS)
    uncited = desk.by(name).post(f"/duties/{row.number}:complete", {"finding": "monitored"})
    assert (uncited.status_code, body(uncited)["code"]) == (409, "reply-not-cited")
    reply = {"finding": "monitored", "evidence_name": REPLY["evidence_name"]}
    assert desk.by(name).post(f"/duties/{row.number}:complete", reply).status_code == 200
    answer = events_of(desk.world.service, f"duty-{row.duty_id}")[-1]
    assert isinstance(answer, DutyCompleted)
    assert (answer.by_officer_id, answer.on_behalf_of) == (name, "department:rural_revitalisation")


def test_who_stands_in_answers_as_the_other_would_and_the_envelope_says_for_whom(desk: Desk) -> None:
    """The department's own answer needs no cited reply, one entered for it by the clerk's substitute does."""
    others, office = desk.world.others, "stand-in-bureau_clerk-bureau"
    appoint(others, "stand-in", Role.BUREAU_CLERK, "bureau", division="990126")
    stand_in(others, "relief", "relief-department_officer-civil", "stand-in", office, until=date(2026, 9, 30))
    stand_in(others, "clerk", "clerk-bureau_clerk-bureau", "stand-in", office, until=date(2026, 9, 30))
    desk.world.settle()
    own, entered = duty(desk, DutyKind.DECIDE_RELIEF), duty(desk, DutyKind.VERIFY_HOUSEHOLD_STATUS)
    caller = desk.by("stand-in")
    done = caller.post(f"/duties/{own.number}:complete", GRANTED, {"On-Behalf-Of": "relief"})
    assert done.status_code == 200, done.text
    uncited = caller.post(f"/duties/{entered.number}:complete", {"finding": "monitored"}, {"On-Behalf-Of": "clerk"})
    assert (uncited.status_code, body(uncited)["code"]) == (409, "reply-not-cited")
    reply = {"finding": "monitored", "evidence_name": REPLY["evidence_name"]}
    assert caller.post(f"/duties/{entered.number}:complete", reply, {"On-Behalf-Of": "clerk"}).status_code == 200
    for row, absent, department in ((own, "relief", None), (entered, "clerk", "department:rural_revitalisation")):
        envelope = list(desk.world.service.store.walk([f"duty-{row.duty_id}"]))[-1]
        event = events_of(desk.world.service, f"duty-{row.duty_id}")[-1]
        assert isinstance(event, DutyCompleted)
        assert (envelope.actor, envelope.on_behalf_of, event.on_behalf_of) == ("stand-in", absent, department)


def test_the_township_does_not_answer_for_the_bureau(desk: Desk) -> None:
    number = duty(desk, DutyKind.SUPERVISE_SCHOOL).number
    assert desk.by("township").post(f"/duties/{number}:complete", {**REPLY, "finding": "done"}).status_code == 404


@pytest.mark.parametrize("name", ["police", "principal", "cadre", "other-township", "leader", "lead"])
def test_nobody_else_answers_for_a_department(desk: Desk, name: str) -> None:
    number = duty(desk, DutyKind.DECIDE_RELIEF).number
    refused = desk.by(name).post(f"/duties/{number}:complete", REPLY)
    assert refused.status_code in (403, 404)
    assert desk.by(name).post(f"/duties/{number}:acknowledge").status_code in (403, 404)


def test_a_duty_is_declined_returned_and_answered_again(desk: Desk) -> None:
    number, police = duty(desk, DutyKind.VERIFY_WHEREABOUTS).number, desk.by("police")
    unanswered = desk.by("clerk").post(f"/duties/{number}:return", {"reason": SAID})
    assert body(unanswered)["code"] == "duty-not-answered"
    assert police.post(f"/duties/{number}:decline", {"reason": SAID}).status_code == 200
    assert police.post(f"/duties/{number}:return", {"reason": SAID}).status_code == 403
    assert desk.by("clerk").post(f"/duties/{number}:return", {"reason": SAID}).status_code == 200
    assert police.post(f"/duties/{number}:complete", {"finding": "found"}).status_code == 200
    texts = [each["texts"] for each in body(police.get(f"/duties/{number}"))["timeline"]]
    assert texts.count({"reason": SAID}) == 2


def test_the_bureau_and_the_school_answer_their_own_duties_as_themselves(desk: Desk) -> None:
    for name, kind in (("lead", DutyKind.SUPERVISE_SCHOOL), ("principal", DutyKind.SCHOOL_VISIT), ("cadre", DutyKind.PERSUADE)):
        row = duty(desk, kind)
        assert desk.by(name).post(f"/duties/{row.duty_id}:complete", {"finding": "done"}).status_code == 200
        answer = events_of(desk.world.service, f"duty-{row.duty_id}")[-1]
        assert isinstance(answer, DutyCompleted)
        assert answer.on_behalf_of is None


def test_the_county_leader_follows_duties_without_their_words(desk: Desk) -> None:
    named = {"line": "county", "officer_id": "other-leader"}
    assert desk.by("clerk").post("/cases/C2026-0001/officers", named).status_code == 201
    desk.world.settle()
    number = duty(desk, DutyKind.DECIDE_RELIEF).number
    desk.by("relief").post(f"/duties/{number}:complete", GRANTED)
    shown = desk.by("other-leader").get(f"/duties/{number}")
    assert (body(shown)["finding"], SAID in shown.text) == ("granted", False)


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"finding": "found"}, 409, "finding-not-of-duty"),
        ({"finding": "whatever"}, 422, "form-rejected"),
        ({}, 422, "form-rejected"),
        ({**GRANTED, "finding": None}, 422, "form-rejected"),
    ],
)
def test_an_answer_has_one_of_the_findings(desk: Desk, form: dict[str, Any], status: int, code: str) -> None:
    refused = desk.by("relief").post(f"/duties/{duty(desk, DutyKind.DECIDE_RELIEF).number}:complete", form)
    assert (refused.status_code, body(refused)["code"]) == (status, code)


def test_duties_are_narrowed_by_state(desk: Desk) -> None:
    clerk = desk.by("clerk")
    desk.by("relief").post(f"/duties/{duty(desk, DutyKind.DECIDE_RELIEF).number}:complete", GRANTED)
    desk.world.pass_days(4)
    for query, kinds in (
        ({"answered": "true"}, {"decide_relief"}),
        ({"overdue": "true"}, {"verify_whereabouts", "persuade", "school_visit"}),
        ({"answered": "false", "overdue": "false"}, {"verify_household_status", "supervise_school"}),
        ({"department": "education"}, {"school_visit", "supervise_school"}),
        ({"kind": "persuade"}, {"persuade"}),
        ({"status": "completed"}, {"decide_relief"}),
    ):
        assert {item["kind"] for item in body(clerk.get("/duties", **query))["items"]} == kinds, query
    late = next(item for item in body(clerk.get("/duties", overdue="true"))["items"] if item["kind"] == "verify_whereabouts")
    assert (late["due_on"], late["overdue_on"]) == ("2026-09-11", "2026-09-11")
