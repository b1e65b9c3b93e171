"""What goes wrong is said once, as RFC 9457, in the caller's language, and never with data."""

from __future__ import annotations

import copy
import json
import sqlite3
from io import StringIO
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask

from services.chassis.errors import (
    BusUnavailable,
    Fault,
    FieldError,
    FormRejected,
    Misconfigured,
    NotFound,
    NotPermitted,
    PlacesTaken,
    Refusal,
    RuleBroken,
    StoreAway,
    StoreBusy,
    Superseded,
    VersionConflict,
)
from services.chassis.logs import configure_logs
from services.chassis.sealing import SubjectErased
from services.chassis.web import refusals
from services.chassis.web.problems import HTTP_SENTENCES, STORE_BACK_SECONDS, TABLE, problem_of
from services.chassis.web.sentences import Sentence, both_languages
from services.chassis.wrapping import WrappingKeyMissing
from tests.chassis.web.conftest import Desk
from tests.chassis.web.school_app import CANARY


class HomeNotVisited(RuleBroken):
    """A rule of the field."""

    zh = "尚未家访（案件 {case_id}）。"
    en = "The home has not been visited (case {case_id})."


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (HomeNotVisited(case_id="c-1"), 409),
        (NotFound(), 404),
        (NotPermitted(), 403),
        (Superseded(current=3), 412),
        (FormRejected(FieldError("day", "不对", "wrong")), 422),
        (Refusal(), 409),
        (SubjectErased("p-1"), 410),
        (VersionConflict("s"), 503),
        (BusUnavailable("b"), 503),
        (StoreBusy("database is locked"), 503),
        (StoreAway("PostgreSQL cannot be reached"), 503),
        (PlacesTaken(), 503),
        (WrappingKeyMissing(["k1"]), 503),
        (Misconfigured(CANARY), 503),
        (sqlite3.OperationalError("no such table: cases"), 500),
        (sa.exc.OperationalError("SELECT", {}, Exception("x")), 500),
        (sa.exc.TimeoutError(), 503),
        (refusals.KeysUnavailable("k"), 503),
        (Fault("tampered"), 500),
        (KeyError(CANARY), 500),
        (ValueError(CANARY), 500),
    ],
)
def test_each_exception_has_its_status(error: Exception, status: int) -> None:
    for language in ("zh", "en"):
        problem = problem_of(error, language)
        assert problem.status == status
        assert problem.title
        assert problem.detail
        assert CANARY not in problem.detail
    assert ("Retry-After" in dict(problem_of(error, "zh").headers)) == (status == 503)


def test_whose_database_is_away_is_to_be_asked_again_later_than_one_that_is_busy() -> None:
    busy, away = (dict(problem_of(error, "zh").headers)["Retry-After"] for error in (StoreBusy("locked"), StoreAway("away")))
    assert int(away) == STORE_BACK_SECONDS > int(busy)


def test_a_broken_rule_speaks_both_languages() -> None:
    error = HomeNotVisited(case_id="c-1", field="case_id")
    zh, en = problem_of(error, "zh"), problem_of(error, "en")
    assert (zh.code, zh.detail) == ("home-not-visited", "尚未家访（案件 c-1）。")
    assert en.detail == "The home has not been visited (case c-1)."
    assert en.errors == (("case_id", en.detail),)


def test_in_the_table_no_row_hides_behind_one_of_its_parents() -> None:
    for place, row in enumerate(TABLE):
        assert not any(issubclass(row.kind, earlier.kind) for earlier in TABLE[:place])


def test_every_refusal_of_the_frame_has_both_sentences_and_a_status_of_the_caller() -> None:
    def below(kind: type[Refusal]) -> set[type[Refusal]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    own = [kind for kind in below(Refusal) if kind.__module__ == refusals.__name__]
    facts = dict.fromkeys(("line", "column", "byte", "deepest", "most", "accepted", "offered"), 1)
    assert len(own) > 15
    for kind in own:
        assert problem_of(kind(**facts), "zh").status < 500
        assert kind(**facts).sentence("zh") != kind(**facts).sentence("en")


def test_the_answer_is_a_problem_with_the_trace_of_the_request(desk: Desk) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = desk.get("/pupils/nobody", traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "urn:fuxue:problem:no-such-pupil",
        "title": "没有找到",
        "status": 404,
        "code": "no-such-pupil",
        "detail": "没有找到该记录，或您无权查看。",
        "instance": f"urn:fuxue:trace:{trace_id}",
    }


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("ug,en;q=0.5", "en"),
        ("fr", "zh"),
        ("*", "zh"),
        ("", "zh"),
        (";;;q=x", "zh"),
    ],
)
def test_the_sentence_is_in_the_language_that_was_asked_for(desk: Desk, asked: str, language: str) -> None:
    answer = desk.get("/pupils/nobody", Accept_Language=asked)
    assert answer.headers["Content-Language"] == language
    assert ("没有" in answer.json["detail"]) == (language == "zh")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/pupils", 405), ("BREW", "/pupils", 405)]
)
def test_what_flask_itself_refuses_is_a_problem_too(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.client.open(path, method=method)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] in ("not-found", "method-not-allowed")


def test_405_names_the_methods_that_are_taken(desk: Desk) -> None:
    allow = desk.client.put("/pupils").headers["Allow"]
    assert {"GET", "POST"} <= set(allow.split(", "))


def test_406_names_what_is_offered(desk: Desk) -> None:
    answer = desk.get("/me", Accept="application/xml")
    assert (answer.status_code, answer.json["code"]) == (406, "answer-not-acceptable")
    assert "application/json" in answer.json["detail"]
    assert desk.get("/me", Accept="application/xml;q=0.9, */*;q=0.1").status_code == 200
    assert desk.get("/notice", Accept="text/html").status_code == 200


def test_a_bug_is_answered_without_detail_and_logged_without_words(desk: Desk) -> None:
    lines = StringIO()
    configure_logs("info", lines)
    try:
        answer = desk.post("/broken", note_header="x")
    finally:
        structlog.reset_defaults()
    assert answer.status_code == 500
    assert answer.json["code"] == "unexpected"
    assert CANARY not in answer.text
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    failure = next(line for line in logged if line["event"] == "request_failed")
    assert failure["raised"][0]["type"] == "builtins.KeyError"
    assert any("_break" in place for place in failure["raised"][0]["at"])
    assert failure["trace_id"] == answer.json["instance"].removeprefix("urn:fuxue:trace:")
    assert CANARY not in lines.getvalue()


def test_a_key_that_is_not_the_datas_is_told_to_the_operator_and_the_caller_told_that_nothing_was_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = WrappingKeyMissing(["a1b2c3"])

    def strange() -> None:
        raise lost

    lines = StringIO()
    configure_logs("info", lines)
    monkeypatch.setattr(desk.service.store, "transaction", strange)
    try:
        answer = desk.post("/broken")
    finally:
        structlog.reset_defaults()
    assert (answer.status_code, answer.json["code"]) == (503, "misconfigured")
    assert "未办理" in answer.json["detail"]
    assert "a1b2c3" not in answer.text
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert next(line["what"] for line in logged if line["event"] == "request_failed") == str(lost)


def test_a_store_that_cannot_write_is_busy_to_the_caller_and_told_to_the_operator_with_the_reason(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "The disk of PostgreSQL at postgres:5432 is full: make room"

    def full() -> None:
        raise StoreBusy(why)

    lines = StringIO()
    configure_logs("info", lines)
    monkeypatch.setattr(desk.service.store, "transaction", full)
    monkeypatch.setattr(desk.service.store, "backlog", full)
    try:
        answers = [desk.post("/broken"), desk.get("/health")]
    finally:
        structlog.reset_defaults()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert not any("disk" in answer.text for answer in answers)
    logged = {line["event"]: line.get("what") for line in map(json.loads, lines.getvalue().splitlines())}
    assert logged["request_failed"] == logged["database_not_readable"] == why


def test_all_http_sentences_are_in_two_languages() -> None:
    assert all(zh != en for zh, en in HTTP_SENTENCES.values())


def test_what_marshmallow_says_is_said_in_chinese_too() -> None:
    assert both_languages("Length must be between 1 and 3.") == ("长度应在 1 到 3 之间。", "Length must be between 1 and 3.")
    assert both_languages("Must be one of: a, b.")[0] == "应为以下之一：a, b。"
    assert both_languages("Something of a library.") == ("格式不正确。", "Something of a library.")


def test_a_sentence_fills_both_twins_and_survives_copies() -> None:
    sentence = copy.deepcopy(Sentence("最多 {most} 个。", "At most {most}."))
    assert both_languages(sentence.format(most=3)) == ("最多 3 个。", "At most 3.")


def test_a_request_outside_of_every_hook_is_answered_all_the_same(desk: Desk) -> None:
    """A host that cannot be read fails before the app's first hook."""
    app: Flask = desk.app
    answer: Any = app.test_client().get("/health", headers={"Host": "a b\x7f"})
    assert answer.status_code < 500
