"""The front page refuses as the services do: a problem for programs, a page with the same sentence for browsers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from services.front_page import FORM_BYTES, OUTBOX, Demo, front_page, pages
from services.front_page.pages import Reader
from services.notifications.api.outbox_routes import DOOR

PROBLEM = "application/problem+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LONG = {"login": "x" * (FORM_BYTES + 1), "password": "x"}


def nobody_inside() -> Any:
    raise AssertionError("a refused request asks nobody")


@pytest.fixture
def browser() -> Client:
    return Client(front_page(("identity",), nobody_inside))


@pytest.mark.parametrize("path", ["/nope", "//x", "/Registry/pupils"])
def test_an_address_that_is_not_there_is_a_problem_for_a_program(browser: Client, path: str) -> None:
    answer = browser.get("/", environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert (answer.json or {})["code"] == "not-found"


@pytest.mark.parametrize(("language", "word"), [("zh", "没有"), ("en", "nothing")])
def test_the_problem_is_told_in_the_language_that_is_asked_for(browser: Client, language: str, word: str) -> None:
    answer = browser.get("/nope", headers={"Accept-Language": language})
    assert word in (answer.json or {})["detail"]


def test_a_browser_gets_a_page(browser: Client) -> None:
    answer = browser.get("/nope", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "没有该地址" in answer.text


@pytest.mark.parametrize(("accept", "mimetype"), [("*/*", PROBLEM), (BROWSER, "text/html")])
def test_signing_in_takes_post_only_and_says_so(browser: Client, accept: str, mimetype: str) -> None:
    answer = browser.get("/sign-in", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (405, mimetype)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_field_too_long_to_sign_in_with_is_told_so(browser: Client, content_type: str) -> None:
    answer = browser.post("/sign-in", data=LONG, content_type=content_type)
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)


def test_a_browser_that_is_sent_to_the_door_from_the_page_of_texts_is_told_why(browser: Client) -> None:
    page = browser.get(DOOR, headers={"Accept": BROWSER})
    assert (page.status_code, "请先登录" in page.text, "action=/sign-in" in page.text) == (200, True, True)
    assert "请先登录" not in browser.get("/").text


SERVICES = ("identity", "registry", "casework", "assistance", "notifications", "oversight")


@pytest.mark.parametrize(
    ("role", "texts", "own"),
    [
        ("homeroom_teacher", True, ["registry", "casework", "notifications"]),
        ("township_officer", False, ["registry", "casework", "oversight"]),
        ("account_admin", False, ["identity"]),
    ],
)
def test_whoever_is_signed_in_is_offered_what_their_post_may_open(role: str, texts: bool, own: list[str]) -> None:
    page = pages.front(SERVICES, "", Reader("某人", (role,)), None)
    first, _, others = page.partition("其他接口")
    assert (OUTBOX in page) is texts
    assert ("您的岗位还没有网页" in page) is not texts
    assert [name for name in SERVICES if f"/{name}/docs" in first] == own
    assert [name for name in SERVICES if f"/{name}/docs" in others] == [name for name in SERVICES if name not in own]


def test_whoever_is_not_signed_in_is_offered_every_interface_and_no_page_of_texts() -> None:
    page = pages.front(SERVICES, "", None, None)
    assert all(f"/{name}/docs" in page for name in SERVICES)
    assert OUTBOX not in page
    assert "您的岗位可用" not in page


def test_a_demo_says_where_its_accounts_are_and_what_its_clock_shows() -> None:
    demo = Demo("/srv/data/demo-accounts.json", lambda: datetime(2026, 10, 19, 23, 45, tzinfo=UTC))
    page = Client(front_page(("identity",), nobody_inside, demo)).get("/").text
    assert "/srv/data/demo-accounts.json" in page
    assert "业务时钟 2026-10-20 07:45" in page


def test_a_real_county_has_neither(browser: Client) -> None:
    assert "demo" not in browser.get("/").text.lower()
