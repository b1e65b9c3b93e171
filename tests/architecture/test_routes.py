"""Every route of every service says who may call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from services.chassis.web.access import access_of, unguarded_routes
from services.chassis.web.route import route_of
from services.deployment import Deployment, found
from services.embedded import House
from services.front_page.offers import CALLERS, OUTBOX, OUTBOX_READERS

OPEN = {"/health", "/docs", "/openapi.json", "/login", "/password", "/token", "/keys"}
"""Health, documentation, login, the door for systems, keys: nothing else of a service may be asked without a token (issue 3)."""

METRICS = "/metrics"
"""Asks for the network instead of a token (docs/decisions/0013)."""

FRONT_PAGE = {"/", "/sign-in", "/sign-out", "/password", "/events", "/events/<name>"}
"""Where a browser finds the documentation, signs in, and reads what departments' systems are promised."""

ELSEWHERE = "192.0.2.7"
GATEWAY = Path(__file__).parents[2] / "deploy" / "gateway" / "fuxue.house.template"
TAKES_FILES = re.compile(r"^location ~ (\S+) \{\n    client_max_body_size 33m;", re.MULTILINE)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("house")
    found(data, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    house = House(data)
    yield house
    house.stop()


@pytest.fixture(scope="module")
def apps(house: House) -> Mapping[str, Flask]:
    """Everything that answers requests, by where it is mounted."""
    return {**{f"/{name}": app for name, app in house.apps.items()}, "": house.front_page}


def test_no_route_states_nothing(apps: Mapping[str, Flask]) -> None:
    assert {mounted: unguarded_routes(app) for mounted, app in apps.items()} == {mounted: [] for mounted in apps}


def test_the_home_page_offers_each_post_the_services_and_the_page_that_let_it_in(apps: Mapping[str, Flask]) -> None:
    for service, callers in CALLERS.items():
        marks = map(access_of, apps[f"/{service}"].view_functions.values())
        assert frozenset().union(*(mark.roles for mark in marks if mark is not None)) == callers, service
    assert {f"/{service}" for service in CALLERS} == {mounted for mounted in apps if mounted}
    rule = OUTBOX.removeprefix("/notifications")
    outbox = apps["/notifications"]
    [page] = [outbox.view_functions[each.endpoint] for each in outbox.url_map.iter_rules() if each.rule == rule]
    access = access_of(page)
    assert access is not None
    assert access.roles == OUTBOX_READERS


def test_whoever_may_be_asked_without_a_token_is_listed(apps: Mapping[str, Flask]) -> None:
    for mounted, app in apps.items():
        asked_by_anybody = {
            rule.rule
            for rule in app.url_map.iter_rules()
            if (access := access_of(app.view_functions[rule.endpoint])) is not None and access.anonymous
        }
        listed = {*OPEN, METRICS} if mounted else FRONT_PAGE
        assert {rule for rule in asked_by_anybody if not rule.startswith("/docs/")} <= listed, mounted
    assert {rule.rule for rule in apps[""].url_map.iter_rules()} == FRONT_PAGE


def test_without_a_token_only_health_docs_login_and_keys_answer(house: House, apps: Mapping[str, Flask]) -> None:
    asked = 0
    with house.client() as client:
        for mounted, app in apps.items():
            for rule in app.url_map.iter_rules():
                if rule.rule in (FRONT_PAGE if not mounted else {*OPEN, METRICS}) or rule.rule.startswith("/docs"):
                    continue
                path = f"{mounted}{rule.rule}"
                for converter in rule.arguments:
                    path = path.replace(f"<{converter}>", "x").replace(f"<int:{converter}>", "1")
                for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                    response = client.request(method, path, json={} if method == "POST" else None)
                    assert response.status_code == 401, (method, path, response.status_code)
                    asked += 1
    assert asked > 100


def test_metrics_answer_their_own_networks_and_nobody_else(house: House) -> None:
    for app in house.apps.values():
        client = app.test_client()
        assert client.get(METRICS).status_code == 200
        assert client.get(METRICS, environ_overrides={"REMOTE_ADDR": ELSEWHERE}).status_code == 403
        assert client.get(METRICS, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_the_front_page_shows_addresses_and_lets_nobody_in_without_a_password(house: House) -> None:
    with house.client() as client:
        page = client.get("/")
        assert page.status_code == 200
        assert all(f"/{name}/docs" in page.text for name in house.apps)
        refused = client.post("/sign-in", data={"login": "nobody", "password": "wrong"})
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
        assert (client.get("/sign-in").status_code, client.get("/elsewhere").status_code) == (405, 404)


def test_every_documented_route_names_its_callers(house: House) -> None:
    with house.client() as client:
        for name in house.apps:
            spec = client.get(f"/{name}/openapi.json").json()
            assert spec["openapi"].startswith("3.1")
            for path, operations in spec["paths"].items():
                for method, operation in operations.items():
                    if method in ("get", "post", "put", "delete", "patch"):
                        assert "security" in operation, (name, method, path)


def test_the_gateway_lets_large_bodies_through_to_the_routes_that_take_files_and_to_no_other(apps: Mapping[str, Flask]) -> None:
    (location,) = TAKES_FILES.findall(GATEWAY.read_text())
    let_through = re.compile(location.replace("(?<", "(?P<"))
    for mounted, app in apps.items():
        for rule in app.url_map.iter_rules():
            path = mounted + rule.rule
            if "POST" in (rule.methods or ()):
                assert bool(let_through.search(path)) == route_of(app.view_functions[rule.endpoint]).reads_upload, path
