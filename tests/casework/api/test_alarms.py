"""Alarms over HTTP: what somebody has to look at, until it is done."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.contracts import registry
from services.contracts.ids import CaseId, ClassId, EpisodeId, PupilId
from tests.callers import Caller
from tests.casework.api.desk import Desk
from tests.casework.conftest import World
from tests.casework.invented import EPISODE_ID, PUPIL_ID, TODAY

SAID = "人已找到 REVEALING"
OVER = "upper_age_reached"


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_a_recheck_of_a_lost_child_is_an_alarm_of_those_only_who_may_know_a_restricted_cause(desk: Desk, case: str) -> None:
    causes = {"primary": "disability_illness", "others": ["lost_contact"]}
    assert desk.versioned("principal", f"/cases/{case}/causes", causes).status_code == 201
    desk.world.settle()
    desk.world.clock.instant += timedelta(days=91)
    desk.world.settle()
    seen = {name: alarms(desk.by(name), kind="recheck_due") for name in ("principal", "clerk", "vice", "leader")}
    assert seen == {"principal": ["recheck_due"], "clerk": ["recheck_due"], "vice": [], "leader": []}


@pytest.fixture
def case(desk: Desk) -> str:
    """A numbered case of the school."""
    desk.world.suspect()
    desk.world.drop_out()
    return "C2026-0001"


def body(response: TestResponse) -> Any:
    return json.loads(response.data)


def alarms(caller: Caller, **query: str | int) -> list[str]:
    return [item["kind"] for item in body(caller.get("/alarms", **query))["items"]]


def test_what_somebody_has_to_look_at_is_an_alarm_until_it_is_done(desk: Desk, case: str) -> None:
    principal = desk.by("principal")
    assert alarms(principal) == []
    desk.world.leave("clerk", TODAY)
    desk.world.pass_days(1)
    assert alarms(principal) == ["no_officer"]
    assert principal.post(f"/cases/{case}/officers", {"line": "bureau", "officer_id": "lead"}).status_code == 201
    assert alarms(principal) == []
    desk.versioned("principal", f"/cases/{case}/causes", {"primary": "lost_contact"})
    desk.world.settle()
    desk.world.pass_days(6)
    assert alarms(principal) == ["duty_overdue"]
    found = {"finding": "found", "answer": SAID}
    assert desk.by("police").post(f"/duties/{desk.world.duties()[0].number}:complete", found).status_code == 200
    assert alarms(principal) == []
    desk.world.pass_days(26)
    assert alarms(principal) == ["hard_case"]
    assert alarms(principal, kind="relapse") == []
    assert alarms(desk.by("other-principal")) == []


def test_an_overdue_measure_is_an_alarm_until_it_is_done_and_a_promise_shows_when_it_was_checked(desk: Desk, case: str) -> None:
    principal = desk.by("principal")
    desk.versioned("principal", f"/cases/{case}/causes", {"primary": "learning"})
    measures = [{"cause": "learning", "kind": "counselling", "due_on": "2026-09-08"}]
    made = desk.versioned("principal", f"/cases/{case}/plans", {"measures": measures})
    [measure] = body(made)["measure_ids"]
    assert alarms(principal, kind="measure_overdue") == []
    desk.world.pass_days(1)
    assert alarms(principal, kind="measure_overdue") == ["measure_overdue"]
    path = f"/cases/{case}/measures/{measure}:done"
    assert desk.by("other-principal").post(path, {"done_on": "2026-09-09"}).status_code == 404
    assert principal.post(path, {"done_on": "2026-09-09", "note": SAID}).status_code == 200
    assert alarms(principal, kind="measure_overdue") == []
    principal.post(f"/cases/{case}/commitments", {"signed_on": "2026-09-08", "signed_by": "guardian", "promises": ["no_work"]})
    check = {"promise": "no_work", "checked_on": "2026-09-09", "kept": False, "note": SAID}
    assert desk.by("cadre").post(f"/cases/{case}/commitments:check", check).status_code == 200
    shown = body(principal.get(f"/cases/{case}"))
    assert shown["promises"] == [{"promise": "no_work", "checked_on": "2026-09-09", "kept": False}]
    assert [(each["done_on"], each["overdue"]) for each in shown["plan"]] == [("2026-09-09", False)]
    texts = [each["texts"] for each in shown["timeline"] if each["event"] in ("MeasureDone", "CommitmentChecked")]
    assert texts == [{"note": SAID}] * 2


def test_a_declined_duty_is_an_alarm_until_the_bureau_returns_it_or_agrees(desk: Desk, case: str) -> None:
    clerk, police = desk.by("clerk"), desk.by("police")
    desk.versioned("principal", f"/cases/{case}/causes", {"primary": "lost_contact"})
    desk.world.settle()
    number = desk.world.duties()[0].number
    for answer, form in (("return", {"reason": SAID}), ("accept-decline", {"note": SAID})):
        assert police.post(f"/duties/{number}:decline", {"reason": SAID}).status_code == 200
        [alarm] = body(clerk.get("/alarms", kind="duty_declined"))["items"]
        assert alarm["duty_id"] == desk.world.duties()[0].duty_id
        assert police.post(f"/duties/{number}:{answer}", form).status_code == 403
        assert clerk.post(f"/duties/{number}:{answer}", form).status_code == 200
        assert alarms(clerk) == []
    shown = body(clerk.get(f"/duties/{number}"))
    assert (shown["status"], shown["timeline"][-1]["texts"]) == ("excused", {"note": SAID})


def test_a_relapse_and_a_missed_contact_are_alarms(desk: Desk, case: str) -> None:
    principal = desk.by("principal")
    principal.post(f"/cases/{case}/returns", {"returned_on": "2026-09-08", "placement": "other_class"})
    desk.world.settle()
    desk.world.pass_days(8)
    assert alarms(principal) == ["follow_up_overdue"]
    desk.world.told(registry.ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=date(2026, 9, 16)))
    assert alarms(principal) == ["relapse"]


def test_a_child_past_the_upper_age_is_an_alarm_while_it_is_away(desk: Desk, case: str) -> None:
    desk.world.told(registry.UpperAgeReached(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, noticed_on=TODAY))
    shown = {name: alarms(desk.by(name)) for name in ("clerk", "lead", "principal", "other-principal")}
    assert shown == {"clerk": [OVER], "lead": [OVER], "principal": [OVER], "other-principal": []}
    desk.by("principal").post(f"/cases/{case}/returns", {"returned_on": "2026-09-08", "placement": "other_class"})
    assert alarms(desk.by("principal"), kind=OVER) == []
    desk.world.told(registry.ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=TODAY))
    assert alarms(desk.by("principal"), kind=OVER) == [OVER]
    form = {"outcome": "over_age", "evidence": SAID, "evidence_kind": "birth_record", "reference": "1"}
    assert desk.propose(case, form).status_code == 200
    assert desk.versioned("township", f"/cases/{case}/closing:confirm", {}).status_code == 200
    assert desk.versioned("lead", f"/cases/{case}/closing:approve", {}).status_code == 200
    assert alarms(desk.by("principal"), kind=OVER) == []


def test_a_child_that_is_not_at_the_other_school_any_more_is_an_alarm_and_its_case_goes_on(desk: Desk, case: str) -> None:
    principal = desk.by("principal")
    form = {"outcome": "enrolled_elsewhere", "evidence": SAID, "evidence_kind": "sealed_certificate", "reference": "1"}
    assert desk.propose(case, form).status_code == 200
    assert desk.versioned("township", f"/cases/{case}/closing:confirm", {}).status_code == 200
    assert desk.versioned("lead", f"/cases/{case}/closing:approve", {}).status_code == 200
    desk.world.leave("teacher", TODAY)
    desk.world.clock.instant += timedelta(days=151)
    desk.world.settle()
    assert alarms(principal) == ["recheck_due"]
    today = desk.world.clock.instant.date().isoformat()
    answer = {"checked_on": today, "changed": True, "finding": SAID}
    assert principal.post(f"/cases/{case}/rechecks", answer).status_code == 201
    desk.world.settle()
    assert alarms(principal) == ["no_officer", "recheck_changed"], "whoever has left meanwhile is released"
    shown = body(principal.get(f"/cases/{case}"))
    assert (shown["number"], shown["stage"], shown["outcome"]) == (case, "open", None)
    assert [each["event"] for each in shown["timeline"]].count("CaseClosed") == 1, "its history is kept"
    visit = {"visited_on": today, "result": "undecided"}
    assert principal.post(f"/cases/{case}/visits", visit).status_code == 201
    assert alarms(principal) == ["no_officer"]
    assert desk.propose(case, form).status_code == 200


def test_the_old_case_of_a_child_that_has_another_stays_closed(desk: Desk, case: str) -> None:
    form = {"outcome": "enrolled_elsewhere", "evidence": SAID, "evidence_kind": "sealed_certificate", "reference": "1"}
    desk.propose(case, form)
    desk.versioned("township", f"/cases/{case}/closing:confirm", {})
    desk.versioned("lead", f"/cases/{case}/closing:approve", {})
    desk.world.clock.instant += timedelta(days=151)
    desk.world.settle()
    desk.world.suspect(PUPIL_ID, EpisodeId("a later episode"), on=desk.world.clock.instant.date())
    answer = {"checked_on": desk.world.clock.instant.date().isoformat(), "changed": True, "finding": SAID}
    assert desk.by("principal").post(f"/cases/{case}/rechecks", answer).status_code == 201
    assert body(desk.by("principal").get(f"/cases/{case}"))["stage"] == "closed"


def test_alarms_are_paged(desk: Desk) -> None:
    for child in ("a", "b", "c"):
        desk.world.suspect(PupilId(child), EpisodeId(f"episode-{child}"), class_id=ClassId("unknown"))
    first = body(desk.by("clerk").get("/alarms", limit=2))
    second = body(desk.by("clerk").get("/alarms", limit=2, cursor=first["next"]))
    assert (first["total"], len(first["items"]), len(second["items"])) == (3, 2, 1)
    assert CaseId(first["items"][0]["case_id"]) != second["items"][0]["case_id"]
