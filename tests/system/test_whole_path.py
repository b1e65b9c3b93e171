"""A county lives its 30 school days over HTTP: the planted came true, all can be verified and rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.chassis.rebuild import rebuild
from services.cli.reach import Reach
from services.cli.verifying import verified
from services.contracts.services import SERVICES
from services.demo.checking import check
from services.demo.performance import on_stage
from services.demo.stage import answered
from tests.neighbours import read_model
from tests.read_models import order_among_streams_is_free
from tests.system.played import Played


def ask(county: Played, login: str, path: str) -> Any:
    with on_stage(county.house, county.county) as stage:
        return answered(stage.client(login).get(path), path)


def test_every_child_came_where_it_was_planted(county: Played) -> None:
    with on_stage(county.house, county.county) as stage:
        assert check(stage, county.county.truth()) == []


def test_nothing_is_left_waiting(county: Played) -> None:
    assert county.house.quiescent()
    for name, service in county.house.services.items():
        backlog = service.store.backlog()
        assert (name, backlog["outbox"], backlog["work"], backlog["parked"]) == (name, 0, 0, 0)


def test_what_was_typed_can_still_be_read_by_those_who_may(county: Played, canary: str) -> None:
    cases = ask(county, "bureau_clerk", f"/casework/cases?pupil_id={canary}")["items"]
    page = ask(county, "bureau_clerk", f"/casework/cases/{cases[0]['case_id']}")
    assert county.canary["姓名"] in str(page)


def test_the_trace_follows_the_child_over_all_services(county: Played, canary: str) -> None:
    items = ask(county, "bureau_lead", f"/oversight/trace/{canary}")["items"]
    told = [item["type"] for item in items]
    for step in (
        "AbsenceNoticed", "NotificationSent", "PupilSuspected", "CaseOpened", "DropoutConfirmed", "CaseNumbered",
        "CauseRecorded", "PlanMade", "DutyAssigned", "DutyCompleted", "ApplicationDrafted", "AidGranted", "ReturnConfirmed",
        "PupilReturned", "FollowUpRecorded", "ClosingProposed", "ClosingConfirmed", "CaseClosed", "PupilStruckOff",
    ):  # fmt: skip
        assert any(name.endswith(f".{step}") or name == step for name in told), step
    assert {item["service"] for item in items} >= {"registry", "casework", "assistance", "notifications"}
    closing = {item["type"].rpartition(".")[2]: item["who"]["officer_id"] for item in items if "Clos" in item["type"]}
    assert len({closing["ClosingProposed"], closing["ClosingConfirmed"], closing["CaseClosed"]}) == 3
    assert sum(1 for item in items if item["depth"]) > len(items) / 2


@pytest.mark.parametrize("service", SERVICES)
def test_rebuilt_read_models_are_the_live_ones(county: Played, service: str) -> None:
    at_work = county.house.services[service]
    live = read_model(at_work)
    assert any(live.values())
    rebuild(at_work.model, at_work.store)
    assert read_model(at_work) == live


@pytest.mark.parametrize("service", SERVICES)
def test_the_countys_events_shuffled_across_streams_make_the_same_read_models(county: Played, service: str) -> None:
    order_among_streams_is_free(county.house.services[service], shuffles=1)


def test_the_whole_county_verifies_against_the_anchors(county: Played) -> None:
    for service in county.house.services.values():
        service.checkpoints.sign()
    county.house.settle()
    with county.house.client(county.house.service_token("operator")) as operator:
        house = Reach(operator, county.data, None, lambda: county.house.service_token("operator"))
        for name in SERVICES:
            report = verified(house, name)
            assert (report.sound, report.findings) == (True, ())
            assert report.checkpoints == report.anchors or name == "oversight"


def test_texts_were_sent_once_and_can_be_looked_at(county: Played) -> None:
    page = ask(county, "bureau_lead", "/notifications/outbox?limit=200")
    keys = [(item["notification_id"]) for item in page["items"]]
    assert keys
    assert len(keys) == len(set(keys)) or any(item["status"] == "uncertain" for item in page["items"])
    with on_stage(county.house, county.county) as stage:
        html = stage.client("bureau_lead").get("/notifications/outbox", headers={"Accept": "text/html"})
    assert html.status_code == 200
    assert "<html" in html.text


def test_data_lie_in_the_directory_of_the_deployment_only(county: Played) -> None:
    names = {path.name for path in Path(county.data).iterdir()}
    assert {f"{name}.sqlite" for name in SERVICES} | {"bus.sqlite", "keys", "clock.json", "deployment.json"} <= names
