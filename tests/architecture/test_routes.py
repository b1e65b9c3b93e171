"""Every route of every service says who may call it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.chassis.web.access import unguarded_routes
from services.deployment import Deployment, found
from services.embedded import House

OPEN = {"/health", "/metrics", "/docs", "/openapi.json", "/login", "/password", "/keys"}
"""Health, documentation, login, keys: nothing else may be asked without a token (issue 3)."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("house")
    found(data, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    house = House(data)
    yield house
    house.stop()


def test_no_route_states_nothing(house: House) -> None:
    assert {name: unguarded_routes(app) for name, app in house.apps.items()} == {name: [] for name in house.apps}


def test_without_a_token_only_health_docs_login_and_keys_answer(house: House) -> None:
    with house.client() as client:
        for name, app in house.apps.items():
            for rule in app.url_map.iter_rules():
                if rule.rule in OPEN or rule.rule.startswith("/docs"):
                    continue
                path = f"/{name}{rule.rule}"
                for converter in rule.arguments:
                    path = path.replace(f"<{converter}>", "x").replace(f"<int:{converter}>", "1")
                for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                    response = client.request(method, path, json={} if method == "POST" else None)
                    assert response.status_code == 401, (method, path, response.status_code)


def test_every_documented_route_names_its_callers(house: House) -> None:
    with house.client() as client:
        for name in house.apps:
            spec = client.get(f"/{name}/openapi.json").json()
            assert spec["openapi"].startswith("3.1")
            for path, operations in spec["paths"].items():
                for method, operation in operations.items():
                    if method in ("get", "post", "put", "delete", "patch"):
                        assert "security" in operation, (name, method, path)
