"""What a house answers a command that it cannot serve just now."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from services.chassis.errors import StoreAway
from services.chassis.web.language import Language
from services.chassis.web.problems import problem_body, problem_of
from services.cli.reach import Reach, Refused


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_house_that_is_busy_says_so_in_both_languages_and_is_asked_once(language: Language, tmp_path: Path) -> None:
    asked: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        problem = problem_of(StoreAway("PostgreSQL at postgres:5432 cannot be reached"), language)
        return httpx.Response(problem.status, content=problem_body(problem), headers={"Content-Type": "application/problem+json"})

    with httpx.Client(
        base_url="http://house", transport=httpx.MockTransport(busy), headers={"Accept-Language": language}
    ) as client:
        house = Reach(client, tmp_path, None)
        for ask in (lambda: house.get("/registry/operator/parked"), lambda: house.send_file("/registry/operator/verify", "a", [])):
            with pytest.raises(Refused) as refused:
                ask()
            for words in ("系统繁忙", "busy", "operator doctor"):
                assert words in refused.value.message
    assert asked == ["/registry/operator/parked", "/registry/operator/verify"]
