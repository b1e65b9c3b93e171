"""Oversight over HTTP: who may read what."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.web.access import unguarded_routes
from services.contracts import registry
from services.contracts.codes import Cause, Role, Session
from services.contracts.ids import EpisodeId, PupilId
from services.oversight.app import app
from services.oversight.queries import anchors
from tests.callers import Caller, SignedTokens, appoint
from tests.contracts.example_events import example_event
from tests.oversight.conftest import CASE, CLASS, DUTY, SCHOOL, County
from tests.oversight.test_read_models import checkpoint


class Desk:
    """The app, and everybody who calls it."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.tokens = SignedTokens()
        self.app = app(county.service, self.tokens.verifier, version="test")

    def as_(self, subject: str) -> Caller:
        return Caller(self.app, self.tokens.of(subject))


@pytest.fixture
def desk(county: County) -> Desk:
    county.live()
    return Desk(county)


def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_every_route_states_who_may_call_it(desk: Desk) -> None:
    assert unguarded_routes(desk.app) == []


def test_the_bureau_traces_a_case_by_its_number(desk: Desk) -> None:
    answer = desk.as_("clerk").get("/trace/2026-0001")
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["kind"], body["subject_id"]) == ("case", CASE)
    assert body["items"][0] == {
        "depth": 0,
        "event_id": body["items"][0]["event_id"],
        "caused_by": None,
        "service": "registry",
        "type": "registry.RollCallTaken",
        "stream_id": f"class_term-{CLASS}/2026-1",
        "version": 1,
        "occurred_at": body["items"][0]["occurred_at"],
        "recorded_at": body["items"][0]["recorded_at"],
        "who": {
            "service": None,
            "officer_id": "teacher",
            "name": "名-teacher",
            "offices": [
                {
                    "role": "homeroom_teacher",
                    "role_zh": "班主任",
                    "role_en": "homeroom teacher",
                    "body_id": SCHOOL,
                    "body_zh": "青石中心小学",
                    "body_en": "Qingshi Central Primary",
                }
            ],
        },
        "on_behalf_of": None,
        "told_to": None,
        "zh": "点名（2026-09-08 上午）",
        "en": "The roll was called (2026-09-08, morning)",
        "facts": {"class_id": CLASS, "school_id": SCHOOL, "day": "2026-09-08", "session": "morning", "stale": False},
    }


@pytest.mark.parametrize(
    ("officer", "status"),
    [
        ("lead", 200),
        ("principal", 200),
        ("township", 200),
        ("police", 200),
        ("other-principal", 404),
        ("other-township", 404),
        ("civil", 404),
        ("school-aid", 403),
        ("county-aid", 403),
        ("county-leader", 200),
        ("teacher", 403),
    ],
)
def test_each_officer_traces_what_is_theirs(desk: Desk, officer: str, status: int) -> None:
    assert desk.as_(officer).get(f"/trace/{DUTY}").status_code == status


def test_the_police_see_their_duty_and_nothing_else(desk: Desk) -> None:
    items = desk.as_("police").get("/trace/2026-0001").get_json()["items"]
    assert [item["type"] for item in items] == ["casework.DutyAssigned", "casework.DutyCompleted"]
    for path in ("/summary", "/distribution", "/alarms"):
        assert desk.as_("police").get(path).status_code == 403


def test_an_aid_officer_of_the_county_who_leads_a_school_traces_that_school_only(desk: Desk) -> None:
    appoint(desk.county.others, "other-principal", Role.AID_OFFICER, "bureau")
    desk.county.settle()
    assert desk.as_("other-principal").get(f"/trace/{DUTY}").status_code == 404
    assert desk.as_("other-principal").get("/summary").get_json()["rates"]["pupils"] == 1


def test_the_restricted_causes_are_for_the_bureau_and_not_for_the_county_leader(county: County) -> None:
    county.live(Cause.RELIGION)
    desk = Desk(county)
    shown = {"lead": "religion", "clerk": "religion", "county-leader": "", "county-aid": "others"}
    for officer, seen in shown.items():
        [share] = desk.as_(officer).get("/distribution", by="cause").get_json()["items"]
        assert share["key"] == seen, officer
    assert "religion" in desk.as_("clerk").get(f"/trace/{CASE}").text
    assert "religion" not in desk.as_("county-leader").get(f"/trace/{CASE}").text


def test_whoever_may_not_read_the_cases_is_told_no_small_cells_and_the_same_sum(desk: Desk) -> None:
    grades = {"pupil-a": 7, "pupil-b": 8, **{f"pupil-{number}": 9 for number in range(5)}}
    for pupil, grade in grades.items():
        desk.county.enrol(pupil, grade=grade)
        suspected = msgspec.structs.replace(
            example_event(registry.PupilSuspected), pupil_id=PupilId(pupil), episode_id=EpisodeId(f"episode-{pupil}")
        )
        desk.county.tell(f"pupil-{pupil}", suspected)
    desk.county.settle()
    asked = {officer: desk.as_(officer).get("/distribution", by="grade").get_json()["items"] for officer in ("lead", "county-aid")}
    exact = {item["key"]: item["suspected"] for item in asked["lead"]}
    assert (exact["7"], exact["8"], exact["9"]) == (1, 1, 5)
    told = [(item["key"], item["suspected"], item["under_observation"]) for item in asked["county-aid"]]
    assert told == [("others", 7, 1)]


def test_the_summary_is_the_callers_part_of_the_county(desk: Desk) -> None:
    whole = desk.as_("lead").get("/summary").get_json()
    assert (whole["on"], whole["school_year"], whole["ledgers"]["dropout"]) == ("2026-09-08", 2026, 1)
    assert desk.as_("principal").get("/summary").get_json()["rates"]["pupils"] == 1
    assert desk.as_("other-principal").get("/summary").get_json()["rates"]["pupils"] == 0
    assert code_of(desk.as_("school-aid").get("/summary")) == (403, "not-permitted")


def test_a_distribution_is_asked_by_one_of_its_dimensions(desk: Desk) -> None:
    answer = desk.as_("clerk").get("/distribution", by="cause").get_json()
    assert answer == {
        "by": "cause",
        "items": [
            {
                "key": "hardship",
                "zh": "家庭经济困难",
                "en": "family hardship",
                "suspected": 0,
                "dropout": 0,
                "under_observation": 1,
            }
        ],
    }
    assert code_of(desk.as_("clerk").get("/distribution", by="name")) == (422, "form-rejected")
    assert code_of(desk.as_("clerk").get("/distribution")) == (422, "form-rejected")


def test_alarms_are_paged_the_oldest_first_and_asked_by_kind(desk: Desk) -> None:
    for day in range(1, 6):
        missing = registry.RollCallMissing(class_id=CLASS, school_id=SCHOOL, day=date(2026, 9, day), session=Session.MORNING)
        desk.county.tell(f"class_term-{CLASS}/2026-1", missing)
    desk.county.settle()
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        shown = desk.as_("principal").get("/alarms", kind="silent_class", limit=2, **cursor).get_json()
        assert shown["total"] == 5
        seen += [item["since"] for item in shown["items"]]
        if shown["next"] is None:
            break
        cursor = {"cursor": shown["next"]}
    assert seen == [f"2026-09-0{day}" for day in range(1, 6)]
    [alarm] = desk.as_("clerk").get("/alarms", kind="officer_missing").get_json()["items"]
    assert (alarm["zh"], alarm["case_id"], alarm["detail"]) == ("包保责任人空缺", CASE, "village")
    assert desk.as_("other-principal").get("/alarms").get_json()["total"] == 0
    assert code_of(desk.as_("clerk").get("/alarms", kind="nothing")) == (422, "form-rejected")


def test_anchors_are_given_as_they_were_signed_to_who_verifies(desk: Desk) -> None:
    desk.county.others.tell("checkpoint-registry", checkpoint(1))
    desk.county.others.tell("checkpoint-registry", checkpoint(2))
    desk.county.settle()
    answer = desk.as_("service:operator").get("/anchors/registry").get_json()
    assert [msgspec.convert(item, CheckpointSigned) for item in answer["items"]] == [checkpoint(1), checkpoint(2)]
    assert answer["last"] == 2
    assert desk.as_("lead").get("/anchors/casework").get_json() == {"service": "casework", "items": [], "last": 0}
    assert code_of(desk.as_("lead").get("/anchors/nobody")) == (404, "no-such-service")
    assert desk.as_("principal").get("/anchors/registry").status_code == 403
    assert desk.as_("service:casework").get("/anchors/registry").status_code == 403


def test_anchors_come_in_pages_that_end_by_what_they_name_or_by_their_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "ANCHORS_A_PAGE", 4)
    monkeypatch.setattr(anchors, "ENTRIES_A_PAGE", 2)
    monkeypatch.setattr(anchors, "ANCHORS_A_READ", 3)
    for number in range(1, 12):  # every third names one message
        desk.county.others.tell("checkpoint-registry", checkpoint(number))
    desk.county.settle()
    pages: list[list[int]] = []
    while not pages or pages[-1]:
        after = pages[-1][-1] if pages else 0
        answer = desk.as_("service:operator").get("/anchors/registry", after=after).get_json()
        assert answer["last"] == 11
        pages.append([item["number"] for item in answer["items"]])
    assert pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11], []]
    assert code_of(desk.as_("lead").get("/anchors/registry", after=-1)) == (422, "form-rejected")


def test_nothing_is_traced_that_is_not_there(desk: Desk) -> None:
    assert code_of(desk.as_("lead").get("/trace/nothing")) == (404, "nothing-to-trace")
