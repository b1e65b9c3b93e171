from datetime import date
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from services.chassis.county import DayKind
from services.demo.county import generate
from tests.callers import Caller
from tests.identity.conftest import Office

SEED = 11
PUPILS = 60


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory: Path = tmp_path_factory.mktemp("county")
    generate(directory, seed=SEED, pupils=PUPILS, first_day=date(2026, 9, 1))
    return directory


def send(caller: Caller, kind: str, path: Path, **form: str) -> TestResponse:
    with path.open("rb") as file:
        return caller.upload("/imports", {"file": (file, path.name), "kind": kind, **form})


def test_the_countys_lists_are_imported_and_a_second_time_changes_nothing(office: Office, county: Path) -> None:
    administrator = office.administrator()
    for kind, name in (("bodies", "bodies.csv"), ("officers", "officers.xlsx")):
        first = send(administrator, kind, county / name)
        assert first.status_code == 201, first.json
        assert first.json["changed"] >= first.json["rows"] > 0
        assert send(administrator, kind, county / name).json["changed"] == 0
    assert administrator.get("/officers", limit=1).json["total"] > first.json["rows"] // 2


def test_calendars_are_imported_with_their_vacations(office: Office, county: Path) -> None:
    administrator = office.administrator()
    send(administrator, "calendar_school", county / "calendar-school.csv")
    send(administrator, "calendar_government", county / "calendar-government.csv")
    calendars = office.service.turns.county.calendars
    assert calendars.kind("schools", date(2026, 9, 1)) == (DayKind.SCHOOL, False)
    assert calendars.kind("schools", date(2027, 1, 25)) == (DayKind.VACATION, False)
    assert calendars.kind("government", date(2026, 10, 1)) == (DayKind.REST, False)


def test_a_calendar_names_the_days_on_which_boarders_return(office: Office, tmp_path: Path) -> None:
    listed = tmp_path / "calendar.csv"
    listed.write_text("日期,类型,名称\n2026-10-07,返校,国庆返校\n2026-10-08,上课,\n", encoding="utf-8")
    assert send(office.administrator(), "calendar_school", listed).status_code == 201
    calendars = office.service.turns.county.calendars
    assert calendars.kind("schools", date(2026, 10, 7)) == (DayKind.RETURN, False)
    assert calendars.is_return_day(date(2026, 10, 7), "any school")


def test_a_list_is_asked_to_come_again_while_as_many_are_worked_off_as_may_be(office: Office, county: Path) -> None:
    administrator = office.administrator()
    with office.service.uploads.one(), office.service.uploads.one():
        busy = send(administrator, "bodies", county / "bodies.csv")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    assert send(administrator, "bodies", county / "bodies.csv").status_code == 201


def test_a_bad_row_refuses_the_file_and_is_named_without_its_value(office: Office, tmp_path: Path) -> None:
    bad = tmp_path / "bodies.csv"
    bad.write_text(
        "单位代码,单位名称,英文名,类型,部门,区划代码,上级单位代码\n1,甲,A,学校,,570126,\n2,乙,B,马戏团,,57012,\n", encoding="utf-8"
    )
    administrator = office.administrator()
    before = administrator.get("/bodies").json["total"]
    refused = send(administrator, "bodies", bad)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json["errors"]} == {"第3行/类型", "第3行/区划代码"}
    assert "马戏团" not in refused.text
    assert administrator.get("/bodies").json["total"] == before


def test_officers_before_their_bodies_are_refused_row_by_row(office: Office, county: Path) -> None:
    refused = send(office.administrator(), "officers", county / "officers.xlsx")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "人员第2行/单位代码"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04broken", "a,b\n1,2\n".encode("utf-16")])
def test_what_is_no_list_is_refused_with_a_sentence(office: Office, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    refused = send(office.administrator(), "bodies", path)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["message"]


def test_an_administrator_gives_first_codes_but_does_not_take_over_the_lead(office: Office, county: Path) -> None:
    administrator = office.administrator()
    send(administrator, "bodies", county / "bodies.csv")
    send(administrator, "officers", county / "officers.xlsx")
    accounts = {item["login"]: item["account_id"] for item in administrator.get("/accounts", limit=200).json["items"]}
    reset = f"/accounts/{accounts['bureau_lead']}:reset"
    first = administrator.post(reset)
    assert first.status_code == 200
    first = administrator.post(reset)  # the first code was lost on its way: nobody has used it yet
    assert first.status_code == 200
    changed = {"login": "bureau_lead", "password": first.json["one_time_code"], "new_password": "the lead's password"}
    assert office.anybody.post("/password", changed).status_code == 200
    assert administrator.post(reset).json["code"] == "needs-bureau-lead"
    lead = office.login("bureau_lead", "the lead's password")
    assert lead.post(f"/accounts/{accounts['bureau_clerk']}:reset").status_code == 200
    me = administrator.get("/me").json["officer_id"]
    bureau = next(body for body in administrator.get("/bodies", limit=200).json["items"] if body["kind"] == "bureau")
    own = {"role": "bureau_clerk", "body_id": bureau["body_id"], "from_on": "2026-09-01"}
    assert administrator.post(f"/officers/{me}/appointments", own).json["code"] == "cannot-appoint-yourself"


def test_an_administrator_cannot_end_the_lead_and_then_rule_the_county(office: Office, county: Path) -> None:
    administrator = office.administrator()
    send(administrator, "bodies", county / "bodies.csv")
    send(administrator, "officers", county / "officers.xlsx")
    accounts = {item["login"]: item for item in administrator.get("/accounts", limit=200).json["items"]}
    reset = f"/accounts/{accounts['bureau_lead']['account_id']}:reset"
    changed = {
        "login": "bureau_lead",
        "password": administrator.post(reset).json["one_time_code"],
        "new_password": "the lead's password",
    }
    assert office.anybody.post("/password", changed).status_code == 200
    officer = accounts["bureau_lead"]["officer_id"]
    held = administrator.get(f"/officers/{officer}").json["appointments"][0]
    end = f"/officers/{officer}/appointments/{held['appointment_id']}:end"
    assert administrator.post(end, {"until_on": held["from_on"]}).json["code"] == "needs-bureau-lead"
    lead = office.login("bureau_lead", "the lead's password")
    assert lead.post(end, {"until_on": held["from_on"]}).status_code == 200
    for login in ("bureau_clerk", "county_leader", "aid_officer"):  # whose passwords nobody has chosen yet
        refused = administrator.post(f"/accounts/{accounts[login]['account_id']}:reset")
        assert refused.json["code"] == "needs-bureau-lead", login
