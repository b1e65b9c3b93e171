"""Keyset paging: every row once, whatever is added meanwhile; a cursor opens its own list only."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import sqlalchemy as sa

from services.chassis.envelope import Context
from services.chassis.errors import FormRejected
from services.chassis.web.paging import page
from tests.chassis.toy_roll import PUPILS, EnrolPupil
from tests.chassis.web.conftest import Desk


def enrol(desk: Desk, *pupils: str, school_id: str = "school-1") -> None:
    for pupil_id in pupils:
        desk.service.execute(EnrolPupil(pupil_id=pupil_id, school_id=school_id), Context(actor="o"))


def walk(desk: Desk, query: str) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        body = desk.get(f"/pupils?{query}{cursor}").json
        pages.append([item["pupil_id"] for item in body["items"]])
        if body["next"] is None:
            return pages
        cursor = f"&cursor={body['next']}"


def test_all_pages_together_hold_every_row_once_in_order(desk: Desk) -> None:
    enrol(desk, "p-3", "p-1", "p-5")
    enrol(desk, "p-2", "p-4", school_id="school-0")
    assert walk(desk, "limit=2") == [["p-2", "p-4"], ["p-1", "p-3"], ["p-5"]]


def test_a_full_last_page_has_no_next(desk: Desk) -> None:
    enrol(desk, "p-1", "p-2")
    assert walk(desk, "limit=2") == [["p-1", "p-2"]]
    assert desk.get("/pupils?school_id=nowhere").json == {"items": [], "next": None, "total": 0}


def test_a_row_added_before_the_page_hides_and_repeats_none(desk: Desk) -> None:
    enrol(desk, "p-3", "p-5", "p-7")
    first = desk.get("/pupils?limit=2").json
    enrol(desk, "p-1", "p-6")
    second = desk.get(f"/pupils?limit=2&cursor={first['next']}").json
    assert [item["pupil_id"] for item in second["items"]] == ["p-6", "p-7"]
    assert (first["total"], second["total"]) == (3, 5)


def test_the_default_page_has_fifty_rows(desk: Desk) -> None:
    enrol(desk, *(f"p-{number:03}" for number in range(51)))
    body = desk.get("/pupils").json
    assert (len(body["items"]), body["total"]) == (50, 51)
    assert len(desk.get("/pupils?limit=200").json["items"]) == 51


def test_a_key_need_not_be_shown_and_the_order_may_run_down(desk: Desk) -> None:
    enrol(desk, "p-1", "p-2", "p-3")
    query = sa.select(PUPILS.c.stage, PUPILS.c.school_id.label("pupil_id"))

    def asked(cursor: str | None) -> dict[str, Any]:
        keys = (PUPILS.c.pupil_id,)
        return page(desk.service.engine, query, keys=keys, asked={"limit": 2, "cursor": cursor}, descending=True)

    first = asked(None)
    assert first["items"] == [{"stage": "at_school", "pupil_id": "school-1"}] * 2
    assert len(asked(first["next"])["items"]) == 1
    with pytest.raises(FormRejected):
        page(desk.service.engine, query, keys=(PUPILS.c.pupil_id,), asked={"limit": 2, "cursor": first["next"]})


def forged(of_list: Any, values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([of_list, values]).encode()).decode().rstrip("=")


@pytest.mark.parametrize("how", ["rubbish", "other list", "short", "numbers", "no list", "null", "surrogate", "huge", "unpadded"])
def test_a_cursor_that_is_not_of_this_list_is_refused(desk: Desk, how: str) -> None:
    enrol(desk, "p-1", "p-2")
    cursor = desk.get("/pupils?limit=1").json["next"]
    of_list = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    bad = {
        "rubbish": "abc",
        "other list": forged("0123456789ab", ["school-1", "p-1"]),
        "short": forged(of_list, ["p-1"]),
        "numbers": forged(of_list, [1, 2**70]),
        "no list": forged(of_list, "p-1"),
        "null": forged(of_list, ["school-1", None]),
        "surrogate": forged(of_list, ["school-1", "\ud800"]),
        "huge": "A" * 3000,
        "unpadded": "%21%21",
    }[how]
    answer = desk.get(f"/pupils?cursor={bad}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "cursor"
