"""Nothing that a client sends makes a 500: every documented route is asked with what its form allows and with what it forbids."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from services.contracts.services import SERVICES
from services.embedded import House
from tests.system.conftest import ANYBODY

EXAMPLES = 8
"""Requests a route and mode; CI has ten minutes for everything."""

IN_THE_WORDS_OF_OAUTH = ("/token",)
"""Its problems have OAuth's members and media type (docs/decisions/0030)."""

BRIEF = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_no_request_makes_a_500(service: str, mode: GenerationMode, house: House) -> None:
    headers = {"Authorization": f"Bearer {house.signer.sign(ANYBODY)}"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", house.apps[service])
    answered: Counter[int] = Counter()

    def ask(case: Any) -> None:
        response = case.call(headers=headers)
        answered[response.status_code] += 1
        assert response.status_code < 500, (case.method, case.path, response.status_code)
        if response.status_code >= 400:
            problem = "application/json" if case.path in IN_THE_WORDS_OF_OAUTH else "application/problem+json"
            assert response.headers["content-type"][0].startswith(problem), (case.method, case.path)

    for operation in schema.get_all_operations():
        requests = operation.ok().as_strategy(generation_mode=mode)
        try:
            BRIEF(given(case=requests)(ask))()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "a route without parameters forbids nothing; all others can be asked"
    assert answered
