"""Imports at the door: who may bring what, what is refused before it is read, and how findings are told."""

from __future__ import annotations

import pytest

from tests.chassis.spreadsheets.workbooks import far_cell, old_format, workbook, xml_bomb, zip_bomb
from tests.registry.offices import Offices
from tests.registry.rosters import SCHOOL_CODE, child, children, roster, two_schools

ROSTER = {"kind": "roster", "school_code": SCHOOL_CODE}


@pytest.mark.parametrize(
    ("officer", "form", "status", "code"),
    [
        pytest.param("other-registrar", ROSTER, 403, "not-your-school", id="another school"),
        pytest.param("registrar", {"kind": "schools"}, 403, "not-permitted", id="the county's list"),
        pytest.param("principal", ROSTER, 403, "not-permitted", id="a principal"),
        pytest.param("operator", ROSTER, 403, "not-permitted", id="the operator"),
        pytest.param("clerk", {"kind": "roster", "school_code": "2199012688"}, 404, "school-not-registered", id="no such school"),
        pytest.param("clerk", {"kind": "roster"}, 422, "form-rejected", id="a roster of no school"),
        pytest.param("clerk", {"kind": "schools", "school_code": SCHOOL_CODE}, 422, "form-rejected", id="a list of one school"),
        pytest.param("clerk", {"kind": "roster", "school_code": "12"}, 422, "form-rejected", id="no school code"),
        pytest.param("clerk", {"kind": "pupils", "school_code": SCHOOL_CODE}, 422, "form-rejected", id="no such kind"),
        pytest.param("clerk", {**ROSTER, "dry_run": "maybe"}, 422, "form-rejected", id="neither dry nor wet"),
        pytest.param("clerk", {**ROSTER, "extra": "1"}, 422, "form-rejected", id="an unknown field"),
    ],
)
def test_a_file_that_is_not_the_officers_to_bring_or_named_out_of_form_is_refused(
    standing: Offices, officer: str, form: dict[str, str], status: int, code: str
) -> None:
    answer = standing.upload(officer, roster(children(1)), **form)
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
    assert standing.pupils() == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "file-empty", id="empty"),
        pytest.param(b"PK\x03\x04oops", "workbook-corrupt", id="corrupt"),
        pytest.param(workbook({"Sheet1": [["a"]]}), "sheet-missing", id="wrong sheet"),
        pytest.param(old_format(locked=True), "workbook-locked", id="password"),
        pytest.param(old_format(locked=False), "workbook-of-old-format", id="xls"),
        pytest.param(zip_bomb(), "file-too-large", id="zip bomb"),
        pytest.param(xml_bomb(), "workbook-corrupt", id="xml bomb"),
        pytest.param(far_cell(), "file-too-large", id="far cell"),
        pytest.param(b"\xff\xfe\x00", "encoding-unknown", id="utf-16"),
        pytest.param(b'a,"b', "table-malformed", id="open quote"),
    ],
)
def test_an_unreadable_file_is_refused_and_leaves_no_import(standing: Offices, data: bytes, code: str) -> None:
    before = standing.count("imports")
    answer = standing.upload("registrar", data, **ROSTER)
    assert (answer.status_code, (answer.json or {})["code"]) == (422, code)
    assert [each["field"] for each in (answer.json or {})["errors"]] == ["file"]
    assert standing.count("imports") == before


def test_a_roster_is_no_school_list(standing: Offices) -> None:
    answer = standing.upload("clerk", roster(children(1)), kind="schools")
    assert (answer.status_code, (answer.json or {})["code"]) == (422, "sheet-missing")


def test_the_same_request_again_is_answered_as_the_first_time(offices: Offices) -> None:
    first = offices.upload("registrar", roster(children(1)), **ROSTER)
    offices._keys -= 1
    again = offices.upload("registrar", roster(children(1)), **ROSTER)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json


def test_findings_are_told_in_the_callers_language_page_by_page(offices: Offices) -> None:
    done = offices.bring("registrar", roster([child(order, 性别="女生", 姓名="") for order in range(3)]))
    path = f"/imports/{done['import_id']}/errors"
    first = offices.get("registrar", path, limit=4).json or {}
    assert (len(first["items"]), first["total"]) == (4, 6)
    rest = offices.get("registrar", path, limit=4, cursor=first["next"]).json or {}
    assert (len(rest["items"]), rest["next"]) == (2, None)
    app, headers = offices._app.test_client(), {**offices._signed("registrar"), "Accept-Language": "en"}
    english = (app.get(path, headers=headers).json or {})["items"][0]
    assert (english["column_name"], english["message"]) == ("name", "The name is empty.")
    headers["Accept-Language"] = "zh"
    chinese = (app.get(path, headers=headers).json or {})["items"][0]
    assert (chinese["column_name"], chinese["message"]) == ("姓名", "姓名为空。")


def test_an_unknown_column_is_told_with_the_accepted_headers(offices: Offices) -> None:
    done = offices.bring("registrar", roster([child(0)], [*child(0), "备注"]))
    (found,) = (offices.get("registrar", f"/imports/{done['import_id']}/errors").json or {})["items"]
    assert (found["row"], found["column"], found["rule"]) == (1, "AB", "roster.column_unknown")
    assert "学籍号、姓名、性别" in found["accepted"] or "roll number, name, sex" in found["accepted"]


def test_findings_may_be_asked_by_severity(offices: Offices) -> None:
    done = offices.bring("registrar", roster([child(0, 监护人1电话=""), child(1, 姓名="")]))
    path = f"/imports/{done['import_id']}/errors"
    assert [each["rule"] for each in (offices.get("registrar", path, severity="error").json or {})["items"]] == ["name.empty"]
    assert [each["rule"] for each in (offices.get("registrar", path, severity="warning").json or {})["items"]] == [
        "roster.no_phone"
    ]


def test_an_import_is_seen_by_its_school_and_the_bureau_only(offices: Offices) -> None:
    done = offices.bring("registrar", roster(children(1)))
    path = f"/imports/{done['import_id']}"
    assert offices.get("clerk", path).status_code == 200
    for other in (path, f"{path}/errors"):
        refused = offices.get("other-registrar", other)
        assert (refused.status_code, (refused.json or {})["code"]) == (404, "no-such-import")
    listed = {
        officer: (offices.get(officer, "/imports").json or {})["total"] for officer in ("clerk", "registrar", "other-registrar")
    }
    assert listed == {"clerk": 2, "registrar": 1, "other-registrar": 0}


def test_the_latest_import_is_listed_first(offices: Offices) -> None:
    offices.bring("registrar", roster(children(1)))
    items = (offices.get("clerk", "/imports").json or {})["items"]
    assert [each["kind"] for each in items] == ["roster", "schools"]


def test_a_school_list_may_be_brought_again(offices: Offices) -> None:
    assert offices.bring("clerk", two_schools(), kind="schools")["repeated"]
