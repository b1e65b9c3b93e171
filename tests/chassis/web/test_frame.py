"""What every app has besides its routes: documentation, health, metrics, traces, headers, the access log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
import sqlalchemy as sa
import structlog
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from services.chassis.envelope import Context
from services.chassis.errors import Misconfigured
from services.chassis.logs import configure_logs
from services.chassis.web.docs import ASSETS, STATIC
from services.chassis.web.frame import create_app, current
from services.chassis.web.health import OUTBOX_SLOW_SECONDS
from services.chassis.web.problems import STORE_BACK_SECONDS
from services.chassis.web.tokens import TokenVerifier, key_set
from services.chassis.web.trace import trace_of
from tests.chassis.toy_roll import EnrolPupil
from tests.chassis.web.conftest import PRINCIPAL, Desk
from tests.chassis.web.school_app import ROLL


@pytest.fixture
def lines() -> Iterator[StringIO]:
    written = StringIO()
    configure_logs("info", written)
    yield written
    structlog.reset_defaults()


def test_the_openapi_document_says_who_may_call_and_what_an_error_is(desk: Desk) -> None:
    document = desk.client.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    enrol = document["paths"]["/pupils"]["post"]
    assert enrol["security"] == [{"token": []}]
    assert enrol["x-callers"] == {"roles": ["principal"], "services": ["care"]}
    assert [parameter["name"] for parameter in enrol["parameters"]] == ["On-Behalf-Of", "Idempotency-Key"]
    unprocessable = document["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]
    default = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert set(unprocessable) == set(default) == {"application/problem+json"}
    assert document["paths"]["/notice"]["get"]["security"] == []
    find = document["paths"]["/pupils:find"]["post"]
    assert [parameter["name"] for parameter in find["parameters"]] == ["On-Behalf-Of"]
    back = document["paths"]["/pupils/{pupil_id}:back"]["post"]
    assert [parameter["name"] for parameter in back["parameters"]] == ["On-Behalf-Of", "Idempotency-Key", "If-Match"]
    text = document["components"]["schemas"]["EnrolForm"]["properties"]["note"]
    assert (text["minLength"], text["maxLength"]) == (1, 200)


def test_an_upload_is_documented_as_one_multipart_body(desk: Desk) -> None:
    document = desk.client.get("/openapi.json").json
    upload = document["paths"]["/files"]["post"]
    assert list(upload["requestBody"]["content"]) == ["multipart/form-data"]
    form = upload["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert set(document["components"]["schemas"][form]["properties"]) == {"file", "kind"}
    assert [parameter["name"] for parameter in upload["parameters"]] == ["On-Behalf-Of", "Idempotency-Key"]


def test_the_same_blueprint_documents_two_apps_alike(desk: Desk) -> None:
    tokens = TokenVerifier(lambda: key_set(desk.signer))
    other = create_app(desk.service, [ROLL], title="Toy roll", version="1", tokens=tokens)
    assert other.test_client().get("/openapi.json").data == desk.client.get("/openapi.json").data


def test_the_documentation_page_names_no_other_host(desk: Desk) -> None:
    page = desk.client.get("/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text)
    assert "<script>" not in page.text
    names = re.findall(r"(?:src|href|data-openapi)=\"(/[^\"]+)\"", page.text)
    assert len(names) == len(ASSETS) + 1
    for name in names:
        with desk.client.get(name) as asset:
            assert asset.status_code == 200
            assert asset.headers["X-Content-Type-Options"] == "nosniff"


def test_an_app_under_a_prefix_documents_itself_there(desk: Desk) -> None:
    mounted = Client(DispatcherMiddleware(desk.app, {"/roll": desk.app}), Response)
    document = json.loads(mounted.get("/roll/openapi.json").text)
    assert document["servers"] == [{"url": "/roll"}]
    assert 'data-openapi="/roll/openapi.json"' in mounted.get("/roll/docs").text
    assert json.loads(mounted.get("/openapi.json").text)["servers"] == [{"url": "/"}]


def test_the_vendored_files_come_with_their_licence_and_nothing_else_is_served(desk: Desk) -> None:
    assert {*ASSETS, "LICENSE", "NOTICE"} <= {path.name for path in STATIC.iterdir()}
    assert desk.client.get("/docs/LICENSE").status_code == 404
    assert desk.client.get("/docs/..%2fframe.py").status_code == 404


def test_health_is_ok_degraded_or_down_and_shows_no_data(desk: Desk) -> None:
    assert desk.client.get("/health").json == {
        "status": "ok",
        "database": "readable",
        "oldest_outbox_seconds": 0.0,
        "parked": 0,
        "lost_places": 0,
    }
    desk.service.execute(EnrolPupil(pupil_id="p-1"), Context(actor="o"))
    desk.clock.instant += timedelta(seconds=OUTBOX_SLOW_SECONDS + 1)
    slow = desk.client.get("/health")
    assert (slow.status_code, slow.json["status"]) == (200, "degraded")
    with desk.service.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE outbox RENAME TO elsewhere"))
    down = desk.client.get("/health")
    assert (down.status_code, down.json) == (503, {"status": "down", "database": "unreadable"})
    assert (down.headers["Retry-After"], slow.headers.get("Retry-After")) == (str(STORE_BACK_SECONDS), None)
    with desk.service.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO outbox"))


def test_metrics_count_by_route_template_and_never_by_path(desk: Desk) -> None:
    desk.get("/pupils/p-4711")
    desk.client.open("/pupils", method="BREW")
    desk.client.get("/nowhere/p-4711")
    text = desk.client.get("/metrics").text
    assert 'fuxue_answers_total{method="GET",route="/pupils/<pupil_id>",service="roll",status="404"} 1.0' in text
    assert 'fuxue_waiting{kind="parked",service="roll"} 0.0' in text
    assert "p-4711" not in text
    assert "BREW" not in text


def test_metrics_of_two_apps_do_not_mix(desk: Desk) -> None:
    tokens = TokenVerifier(lambda: key_set(desk.signer))
    other = create_app(desk.service, [ROLL], title="Toy roll", version="1", tokens=tokens).test_client()
    desk.get("/me")
    assert 'route="/me"' not in other.get("/metrics").text


@pytest.mark.parametrize(
    ("address", "headers"),
    [("10.0.0.7", {}), ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}), ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}), ("", {})],
)
def test_metrics_are_for_this_machine_only(desk: Desk, address: str, headers: dict[str, str]) -> None:
    assert desk.client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == 403
    assert desk.client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


def test_every_answer_carries_the_headers_of_the_house(desk: Desk) -> None:
    for answer in (desk.get("/me"), desk.get("/pupils/nobody"), desk.client.get("/nowhere"), desk.post("/broken")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", answer.headers["traceparent"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "rubbish",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
    ],
)
def test_a_trace_that_is_not_well_formed_is_minted_anew(header: str | None) -> None:
    trace = trace_of(header)
    assert trace.trace_id.lower() != "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_of(trace.parent).trace_id == trace.trace_id


def test_each_request_leaves_one_line_without_path_query_or_body(desk: Desk, lines: StringIO) -> None:
    desk.post("/pupils", {"pupil_id": "p-4711", "note": "外婆说他去了县城"})
    desk.get("/pupils/p-4711")
    desk.get("/pupils?school_id=school-secret")
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in logged] == [
        ("POST", "/pupils", 201),
        ("GET", "/pupils/<pupil_id>", 200),
        ("GET", "/pupils", 200),
    ]
    assert {line["caller"] for line in logged} == {PRINCIPAL}
    assert all(re.fullmatch(r"[0-9a-f]{32}", line["trace_id"]) and line["ms"] >= 0 for line in logged)
    assert not re.search("p-4711|外婆|school-secret|Bearer", lines.getvalue())


def test_questions_about_health_leave_no_line_unless_they_fail(desk: Desk, lines: StringIO) -> None:
    desk.client.get("/health")
    desk.client.get("/metrics")
    assert lines.getvalue() == ""
    desk.client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert json.loads(lines.getvalue())["status"] == 403


def test_head_is_answered_like_get_and_options_needs_a_token(desk: Desk) -> None:
    assert desk.client.head("/me", headers=desk.headers()).status_code == 200
    assert desk.client.options("/me").status_code == 401
    assert "GET" in desk.client.options("/me", headers=desk.headers()).headers["Allow"]


def test_what_create_app_was_not_given_is_missed_by_name(desk: Desk) -> None:
    with desk.app.app_context(), pytest.raises(Misconfigured, match="TokenVerifier"):
        current(TokenVerifier)
