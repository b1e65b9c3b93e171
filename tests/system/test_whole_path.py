"""A county lives its 30 school days over HTTP: the planted came true, nothing leaked, all can be verified and rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.rebuild import rebuild
from services.contracts.services import SERVICES
from services.demo.checking import check
from services.demo.performance import on_stage
from services.demo.stage import answered
from tests.neighbours import read_model
from tests.system.played import Played, played


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(tmp_path_factory.mktemp("played")) as county:
        yield county


def ask(county: Played, login: str, path: str) -> Any:
    with on_stage(county.house, county.county) as stage:
        return answered(stage.client(login).get(path), path)


def written_forms(text: str) -> list[bytes]:
    """The ways in which a text may stand in a file."""
    escaped = text.encode("ascii", "backslashreplace")
    return list({text.encode(), text.encode("gb18030"), text.encode("utf-16-le"), escaped})


def test_every_child_came_where_it_was_planted(county: Played) -> None:
    with on_stage(county.house, county.county) as stage:
        assert check(stage, county.county.truth()) == []


def test_nothing_is_left_waiting(county: Played) -> None:
    assert county.house.quiescent()
    for name, service in county.house.services.items():
        backlog = service.store.backlog()
        assert (name, backlog["outbox"], backlog["work"], backlog["parked"]) == (name, 0, 0, 0)


def test_the_canary_is_found_in_no_file_topic_or_log(county: Played) -> None:
    assert len(county.canary) >= 5
    needles = [(column, form) for column, text in county.canary.items() for form in written_forms(text)]
    files = [path for path in county.data.rglob("*") if path.is_file() and county.county.path not in path.parents]
    assert {path.suffix for path in files} >= {".sqlite", ".sqlite-wal"} or any(path.suffix == ".sqlite" for path in files)
    for path in files:
        content = path.read_bytes()
        found = {column for column, needle in needles if needle in content}
        assert not found, (path.name, found)
    logged = county.logs.getvalue()
    assert logged.count("\n") > 100
    assert not {column for column, text in county.canary.items() if text in logged}


def test_what_was_typed_can_still_be_read_by_those_who_may(county: Played) -> None:
    pupil = find_canary(county)
    cases = ask(county, "bureau_clerk", f"/casework/cases?pupil_id={pupil}")["items"]
    page = ask(county, "bureau_clerk", f"/casework/cases/{cases[0]['case_id']}")
    assert county.canary["姓名"] in str(page)


def find_canary(county: Played) -> str:
    case = county.story()
    ledger = ask(county, "bureau_clerk", "/registry/ledger?limit=200")["items"]
    school = [row for row in ledger if row["grade"] == case["grade"] and row["dropout_on"]]
    with on_stage(county.house, county.county) as stage:
        answer = stage.client("bureau_clerk").post(
            "/registry/persons:find", json={"purpose": "casework", "roll_number": county.roll_number}
        )
    pupil = str(answered(answer, "find the canary")["pupil_id"])
    assert pupil in {row["pupil_id"] for row in school}
    return pupil


def test_no_answer_without_a_purpose_shows_the_canary(county: Played) -> None:
    pupil = find_canary(county)
    for path in (
        "/registry/ledger?limit=200",
        f"/oversight/trace/{pupil}",
        "/oversight/summary",
        "/oversight/alarms",
        f"/assistance/applications?pupil_id={pupil}",
        f"/notifications/?pupil_id={pupil}",
    ):
        shown = str(ask(county, "bureau_lead", path))
        assert not {column for column, text in county.canary.items() if text in shown}, path


def test_the_trace_follows_the_child_over_all_services(county: Played) -> None:
    items = ask(county, "bureau_lead", f"/oversight/trace/{find_canary(county)}")["items"]
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


def test_the_whole_county_verifies_against_the_anchors(county: Played) -> None:
    for service in county.house.services.values():
        service.checkpoints.sign()
    county.house.settle()
    with county.house.client(county.house.service_token("operator")) as operator:
        for name in SERVICES:
            anchors = answered(operator.get(f"/oversight/anchors/{name}"), name)["items"]
            held = {"anchors": ("anchors.json", msgspec.json.encode(anchors))}
            report = answered(operator.post(f"/{name}/operator/verify", files=held), name)
            assert (report["sound"], report["findings"]) == (True, [])
            assert report["checkpoints"] == len(anchors) or name == "oversight"


def test_texts_were_sent_once_and_can_be_looked_at(county: Played) -> None:
    page = ask(county, "bureau_lead", "/notifications/outbox?limit=200")
    keys = [(item["notification_id"]) for item in page["items"]]
    assert keys
    assert len(keys) == len(set(keys)) or any(item["status"] == "uncertain" for item in page["items"])
    with on_stage(county.house, county.county) as stage:
        html = stage.client("bureau_lead").get("/notifications/outbox", headers={"Accept": "text/html"})
    assert html.status_code == 200
    assert "<html" in html.text


def test_the_operator_sees_no_child(county: Played) -> None:
    with county.house.client(county.house.service_token("operator")) as operator:
        for path in ("/registry/ledger", "/casework/cases", "/assistance/applications", "/notifications/", "/oversight/summary"):
            assert operator.get(path).status_code == 403, path


def test_data_lie_in_the_directory_of_the_deployment_only(county: Played) -> None:
    names = {path.name for path in Path(county.data).iterdir()}
    assert {f"{name}.sqlite" for name in SERVICES} | {"bus.sqlite", "keys", "clock.json", "deployment.json"} <= names
