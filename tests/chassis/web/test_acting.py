"""Idempotency and versions: the same request has one effect and one answer; who edits what has changed is told so."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Request

from services.chassis.envelope import stamp
from services.chassis.storage.tables import ANSWERS
from services.chassis.web.idempotency import KEPT_DAYS, RunningHere, digest_of, forget_expired
from tests.chassis.web.conftest import CLERK, PRINCIPAL, Desk

KEY = "visit-4711-again"


def events(desk: Desk) -> int:
    return sum(version for version, _ in desk.service.store.streams().values())


def answers(desk: Desk) -> list[Any]:
    with desk.service.engine.connect() as connection:
        return list(connection.execute(sa.select(ANSWERS)).mappings())


def test_the_same_request_again_has_one_effect_and_the_same_answer(desk: Desk) -> None:
    first = desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    again = desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    assert first.json == {"pupil_id": "p-1", "new": True}
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert events(desk) == 1


def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    other = desk.post("/pupils", {"pupil_id": "p-2"}, key=KEY)
    assert other.status_code == 422
    assert other.json["code"] == "idempotency-key-reused"
    assert events(desk) == 1


def test_of_a_body_only_a_keyed_digest_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    unkeyed: list[str] = []

    def seen(request: Request) -> str:
        unkeyed.append(digest_of(request))
        return unkeyed[-1]

    monkeypatch.setattr("services.chassis.web.idempotency.digest_of", seen)
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    (kept,) = answers(desk)
    assert kept["digest"] not in unkeyed
    assert kept["digest"] == desk.service.keyring.blind_index("request", unkeyed[0])


def test_a_key_belongs_to_its_caller_and_route(desk: Desk) -> None:
    desk.appoint(CLERK, "principal")
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    assert desk.post("/pupils", {"pupil_id": "p-2"}, who=CLERK, key=KEY).status_code == 201
    assert desk.post("/pupils/p-1:miss", {"day": "2026-09-08"}, key=KEY).status_code == 201


def test_an_address_with_a_slash_behind_is_the_same_address(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    again = desk.post("/pupils/", {"pupil_id": "p-1"}, key=KEY)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert events(desk) == 1


def test_a_key_used_at_one_address_does_nothing_at_another_of_the_same_route(desk: Desk) -> None:
    for pupil in ("p-1", "p-2"):
        desk.post("/pupils", {"pupil_id": pupil})
    assert desk.post("/pupils/p-1:miss", {"day": "2026-09-08"}, key=KEY).status_code == 201
    other = desk.post("/pupils/p-2:miss", {"day": "2026-09-08"}, key=KEY)
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    assert events(desk) == 3


def test_a_post_without_a_key_is_refused_with_the_accepted_form(desk: Desk) -> None:
    answer = desk.client.post("/pupils", json={"pupil_id": "p-1"}, headers=desk.headers())
    assert answer.status_code == 400
    assert answer.json["code"] == "idempotency-key-required"
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert "128" in answer.json["detail"]


@pytest.mark.parametrize("key", ["short", "x" * 129, "has a space in it", "含有汉字的键在此".encode().decode("latin-1")])
def test_a_key_outside_of_the_accepted_form_is_refused(desk: Desk, key: str) -> None:
    answer = desk.post("/pupils", {"pupil_id": "p-1"}, key=key)
    assert answer.status_code == 400
    assert answer.json["code"] == "idempotency-key-malformed"


def test_a_refusal_is_kept_and_given_again(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"})
    desk.post("/pupils/p-1:miss", {"day": "2026-09-08"})
    first = desk.post("/pupils/p-1:miss", {"day": "2026-09-08"}, key=KEY)
    assert first.status_code == 409
    assert first.json["code"] == "already-missing"
    version = desk.get("/pupils/p-1").headers["ETag"]
    desk.post("/pupils/p-1:back", If_Match=version)
    again = desk.post("/pupils/p-1:miss", {"day": "2026-09-08"}, key=KEY)
    assert (again.status_code, again.data) == (409, first.data)
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_refused_form_is_kept_so_that_its_key_does_nothing_else(desk: Desk) -> None:
    first = desk.post("/pupils", {"pupil_id": ""}, key=KEY)
    again = desk.post("/pupils", {"pupil_id": ""}, key=KEY)
    other = desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    assert (first.status_code, again.status_code, again.data) == (422, 422, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    assert events(desk) == 0


def test_a_refusal_before_the_act_is_kept(desk: Desk) -> None:
    assert desk.post("/gone", key=KEY).status_code == 404
    assert desk.post("/gone", key=KEY).headers["Idempotency-Replayed"] == "true"


def test_who_may_not_now_or_forgot_the_version_may_come_again_with_the_same_key(desk: Desk) -> None:
    assert desk.post("/not-yours", key=KEY).status_code == 403
    assert desk.post("/pupils/p-1:back", key=KEY).status_code == 428
    assert answers(desk) == []


@pytest.mark.parametrize(("path", "status"), [("/broken", 500), ("/conflict", 503)])
def test_a_failure_of_ours_is_never_kept(desk: Desk, path: str, status: int) -> None:
    assert desk.post(path, key=KEY).status_code == status
    assert desk.post(path, key=KEY).status_code == status
    assert answers(desk) == []


def test_a_conflict_says_when_to_come_again(desk: Desk) -> None:
    assert desk.post("/conflict").headers["Retry-After"] == "1"


def test_a_request_that_is_still_running_is_not_started_twice(desk: Desk) -> None:
    given: list[Any] = []
    first = threading.Thread(
        target=lambda: given.append(desk.app.test_client().post("/slow", headers=desk.headers(Idempotency_Key=KEY)))
    )
    first.start()
    assert desk.gate.reached.wait(10)
    second = desk.post("/slow", key=KEY)
    desk.gate.open.set()
    first.join(10)
    assert second.status_code == 409
    assert second.json["code"] == "request-still-running"
    assert second.headers["Retry-After"] == "1"
    assert given[0].status_code == 200
    assert desk.post("/slow", key=KEY).headers["Idempotency-Replayed"] == "true"


def test_an_answer_kept_beyond_its_days_counts_no_longer_and_is_forgotten(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    before = stamp(datetime.now(UTC) - timedelta(days=KEPT_DAYS, seconds=1))
    with desk.service.engine.begin() as connection:
        connection.execute(sa.update(ANSWERS).values(kept_at=before))
    assert desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY).json == {"pupil_id": "p-1", "new": False}
    with desk.service.engine.begin() as connection:
        connection.execute(sa.update(ANSWERS).values(kept_at=before))
    desk.post("/pupils", {"pupil_id": "p-2"})
    assert forget_expired(desk.service.store) == 1
    assert len(answers(desk)) == 1


def test_expiry_runs_by_wall_time_though_business_time_stands_still(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"}, key=KEY)
    assert abs(datetime.fromisoformat(answers(desk)[0]["kept_at"]).timestamp() - time.time()) < 60


def test_neither_key_nor_body_of_a_request_is_kept(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1", "note": "外婆说他去了县城"}, key=KEY)
    kept = repr([dict(row) for row in answers(desk)])
    assert KEY not in kept
    assert "外婆" not in kept
    assert PRINCIPAL not in kept


def test_a_look_up_needs_no_key_and_keeps_no_answer(desk: Desk) -> None:
    answer = desk.client.post("/pupils:find", json={"pupil_id": "p-1"}, headers=desk.headers())
    assert answer.status_code == 200
    assert answers(desk) == []


def test_an_upload_is_the_same_whatever_boundary_it_is_sent_with(desk: Desk) -> None:
    def send(content: bytes) -> Any:
        parts = {"file": (BytesIO(content), "roster.csv"), "kind": "roster"}
        return desk.client.post("/files", data=parts, headers=desk.headers(Idempotency_Key=KEY))

    first, again, other = send(b"a,b"), send(b"a,b"), send(b"a,c")
    assert first.json == {"bytes": 3, "kind": "roster"}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.json["code"] == "idempotency-key-reused"


def test_who_edits_what_somebody_else_has_changed_is_told_so(desk: Desk) -> None:
    desk.post("/pupils", {"pupil_id": "p-1"})
    seen = desk.get("/pupils/p-1").headers["ETag"]
    desk.post("/pupils/p-1:miss", {"day": "2026-09-08"})
    stale = desk.post("/pupils/p-1:back", If_Match=seen)
    assert stale.status_code == 412
    assert stale.json["code"] == "superseded"
    fresh = desk.get("/pupils/p-1").headers["ETag"]
    done = desk.post("/pupils/p-1:back", If_Match=fresh)
    assert (done.status_code, done.headers["ETag"]) == (200, '"3"')


def test_a_route_that_needs_a_version_says_so(desk: Desk) -> None:
    answer = desk.post("/pupils/p-1:back")
    assert answer.status_code == 428
    assert answer.json["code"] == "version-required"


@pytest.mark.parametrize("header", ["7", 'W/"7"', "*", '"7", "8"', '"x"', '"' + "9" * 40 + '"', ""])
def test_an_if_match_that_is_not_one_etag_of_ours_is_refused(desk: Desk, header: str) -> None:
    answer = desk.post("/pupils/p-1:back", If_Match=header)
    assert answer.status_code == 400
    assert answer.json["code"] == "version-malformed"


def test_a_scope_is_claimed_by_one_at_a_time() -> None:
    running = RunningHere()
    assert running.claim("a")
    assert not running.claim("a")
    assert running.claim("b")
    running.release("a")
    assert running.claim("a")
